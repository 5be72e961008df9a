import test from 'ava';
import { mappedFeatures, mappedImages } from '../../../shared/feeds/formats/mapped-lists.ts';
import { compileMapping } from '../../../shared/feeds/formats/mapping.ts';
import { RuleValues } from '../../../shared/feeds/formats/rule-values.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';

const item = parseBeginning(
  Buffer.from(
    '<home><pool>1</pool><lift>no</lift><hasTerrace>yes</hasTerrace><garages>2</garages><rooms>0</rooms>' +
      '<list>sea view, alarm</list><pics><pic main="1" n="2" t="Front">http://a.example/1.jpg</pic>' +
      '<pic n="1">http://a.example/2.jpg</pic></pics><file>one.jpg</file></home>',
  ),
)!;
const values = (field: string, rule: unknown): RuleValues =>
  new RuleValues(item, [], compileMapping({ itemPath: 'a/home', fields: { [field]: rule } }));

test('features are texts, lists, and flags under their label or name', (t) => {
  for (const [rule, features] of [
    [{ path: 'pool', label: 'Pool' }, ['Pool']],
    [{ path: 'lift', label: 'Lift' }, []],
    ['hasTerrace', ['Has terrace']],
    [{ path: 'garages', label: '{} garages' }, ['2 garages']],
    [{ path: 'rooms', label: '{} rooms' }, []],
    [{ path: 'list', split: ',' }, ['sea view', ' alarm']],
    ['missing', undefined],
  ] as const)
    t.deepEqual(mappedFeatures(values('features', rule)), features as string[] | undefined, JSON.stringify(rule));
});

test('pictures come with caption, mark and position; a file of a name is no address', (t) => {
  const each = { each: 'pics/pic', main: '@main', position: '@n', caption: '@t', path: '.' };
  t.deepEqual(mappedImages(values('images', each)), [
    { url: 'http://a.example/1.jpg', caption: 'Front', main: true, position: 2 },
    { url: 'http://a.example/2.jpg', caption: undefined, main: false, position: 1 },
  ]);
  t.deepEqual(
    mappedImages(values('images', { path: 'file', files: true }))?.map(({ url }) => url),
    ['file:one.jpg'],
  );
  t.is(mappedImages(values('images', 'missing')), undefined);
});
