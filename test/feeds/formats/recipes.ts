import { readFileSync, readdirSync } from 'node:fs';
import test from 'ava';
import { detectFormat } from '../../../shared/feeds/formats/detect.ts';
import { namedFormats } from '../../../shared/feeds/formats/all-formats.ts';
import { recipes } from '../../../shared/feeds/formats/recipes/all-recipes.ts';
import type { FeedMode } from '../../../shared/feeds/formats/feed-format.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import { defaultContext, mapFeed, readFixture } from '../../doubles/map-feed.ts';

/** `<name>.json` */
interface Expected {
  readonly mode: FeedMode;
  readonly listings: readonly unknown[];
}

const folder = new URL('../../fixtures/feeds/recipes/', import.meta.url);
const sampleOf = (name: string): Buffer => readFileSync(new URL(`${name.toLowerCase()}.xml`, folder));
const codeNames = namedFormats.slice(0, namedFormats.length - recipes.length).map(({ name }) => name);

for (const format of recipes) {
  test(`${format.name}: the sample is read as its expected listings`, (t) => {
    const sample = sampleOf(format.name);
    const root = parseBeginning(sample)!;
    const { mode, listings } = JSON.parse(
      readFileSync(new URL(`${format.name.toLowerCase()}.json`, folder), 'utf8'),
    ) as Expected;
    t.is(detectFormat(root).format.name, format.name);
    t.is(format.mode({ ...defaultContext, surroundings: [root] }), mode);
    const found = mapFeed(format, sample).map(({ id, action, modifiedAt, values, warnings }) => ({
      id,
      ...(action === 'remove' ? { action } : {}),
      ...(modifiedAt ? { modifiedAt: modifiedAt.toISOString() } : {}),
      values,
      ...(warnings.length > 0 ? { warnings: warnings.map(({ code }) => code) } : {}),
    }));
    t.deepEqual(JSON.parse(JSON.stringify(found)), listings);
    t.true(format.recipe.sources.length > 0 && format.recipe.title !== '');
  });

  test(`${format.name}: the beginning of its sample is enough, and a list without items where the root tells`, (t) => {
    const sample = sampleOf(format.name);
    for (const share of [0.6, 0.75, 0.9, 1]) {
      const root = parseBeginning(sample.subarray(0, Math.floor(sample.length * share)))!;
      t.is(detectFormat(root, share < 1).format.name, format.name, String(share));
    }
    if (!format.recipe.recognise.rootTells) return;
    t.true(format.remains!(parseBeginning(sample.subarray(0, 300))!, []));
  });
}

test('no recipe takes the sample of another, or a file of a format that is code', (t) => {
  const files = readdirSync(new URL('../', folder)).filter((file) =>
    /^(?:kyero|openimmo|reaxml|resales|trovit|yandex)/.test(file),
  );
  t.true(files.length >= 9);
  for (const file of files) {
    const name = detectFormat(parseBeginning(readFixture(file))!).format.name;
    t.true(codeNames.includes(name), `${file} is ${name}`);
  }
  const samples = readdirSync(folder).filter((file) => file.endsWith('.xml'));
  t.is(samples.length, recipes.length);
});
