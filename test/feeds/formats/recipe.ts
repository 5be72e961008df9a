import test from 'ava';
import { recipe } from '../../../shared/feeds/formats/recipe.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import { defaultContext, mapFeed } from '../../doubles/map-feed.ts';

const example = recipe({
  name: 'EXAMPLE',
  title: 'Example',
  sources: ['made up'],
  version: 1,
  recognise: { roots: ['export'], has: ['header/portal'], items: ['offer_id|id', 'price'] },
  mode: { path: 'header/kind', words: { full: 'snapshot', diff: 'delta' }, otherwise: 'delta' },
  itemPath: 'export/sale/offer | export/rent/offer',
  removals: { itemPath: 'export/removed', id: 'offer_id' },
  fields: {
    id: 'offer_id',
    goal: { path: '../name()', map: { sale: 'SALE', rent: 'RENT' } },
    price: 'price',
    bedrooms: { path: ['single', 'double'], sum: true },
  },
});
const feed = (kind: string): string =>
  `<export><header><portal>x</portal><kind>${kind}</kind></header><sale><offer><offer_id>1</offer_id>` +
  '<price>9000</price><single>1</single><double>2</double></offer></sale><rent><offer><offer_id>2</offer_id>' +
  '<price>900</price></offer></rent><removed><offer_id>3</offer_id></removed></export>';
const root = (document: string) => parseBeginning(Buffer.from(document))!;

test('a recipe is recognised by all that it asks for', (t) => {
  const { children } = root(feed('full'));
  const items = children.flatMap((group) => (group.name === 'removed' ? [] : group.children));
  t.true(example.detect(root(feed('full')), items) > 0.9);
  t.is(example.detect(root(feed('full').replaceAll('export', 'feed')), items), 0, 'another root');
  t.is(example.detect(root(feed('full').replaceAll('portal', 'source')), items), 0, 'another header');
  t.is(example.detect(root(feed('full')), [root('<offer><offer_id>1</offer_id></offer>')]), 0, 'other items');
});

test('a recipe is not recognised by a feed that has what it lacks', (t) => {
  const other = recipe({
    ...example.recipe,
    recognise: { roots: ['export'], has: ['rent'], lacks: ['header'], items: ['price'] },
  });
  const items = [root('<offer><price>1</price></offer>')];
  t.is(other.detect(root(feed('full')), items), 0);
  t.true(other.detect(root('<export><rent/></export>'), items) > 0.9);
});

test('a word of the header says whether the feed is full', (t) => {
  for (const [word, mode] of [
    ['full', 'snapshot'],
    ['DIFF', 'delta'],
    ['other', 'delta'],
  ] as const)
    t.is(example.mode({ ...defaultContext, surroundings: [root(feed(word))] }), mode, word);
});

test('groups, sums and removals of their own are read', (t) => {
  t.deepEqual(
    mapFeed(example, feed('full')).map(({ id, action, values }) => [id, action, values.goal, values.bedrooms]),
    [
      ['1', 'upsert', 'SALE', 3],
      ['2', 'upsert', 'RENT', undefined],
      ['3', 'remove', undefined, undefined],
    ],
  );
});
