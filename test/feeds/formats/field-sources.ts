import { readFileSync } from 'node:fs';
import test from 'ava';
import { formatNamed } from '../../../shared/feeds/formats/all-formats.ts';
import { checkMapping } from '../../../shared/feeds/formats/mapping.ts';
import type { XmlElement } from '../../../shared/feeds/xml/xml-element.ts';
import { defaultContext } from '../../doubles/map-feed.ts';

/** In `shared/feeds/FIELDS.md`, each path alone must fill its field. */
const document = readFileSync(new URL('../../../shared/feeds/FIELDS.md', import.meta.url), 'utf8');
const table = /<!-- feed-fields -->\n([^]*?)<!-- \/feed-fields -->/.exec(document)?.[1] ?? '';
const [heading = [], , ...rows] = table
  .trim()
  .split('\n')
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const formatNames = heading.slice(1).map((cell) => cell.split(' ')[0] ?? '');

const samples: Readonly<Record<string, string>> = {
  price: '250000',
  goal: 'sale',
  currency: 'EUR',
  rentalPeriod: 'month',
  bedrooms: '3',
  bathrooms: '2',
  areaSqm: '120',
  plotAreaSqm: '500',
  country: 'ES',
  latitude: '40.4',
  longitude: '-3.7',
  features: '1',
  images: 'https://a.example/1.jpg',
  energyRating: 'B',
  externalUrl: 'https://a.example/',
  status: 'sold',
  modifiedAt: '2026-01-02 03:04:05',
  addressHidden: '0',
};
const around: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  latitude: { 'location/longitude': '-3.7', longitude: '-3.7', 'geo/geokoordinaten/@laengengrad': '-3.7' },
  longitude: { 'location/latitude': '40.4', latitude: '40.4', 'geo/geokoordinaten/@breitengrad': '40.4' },
};
/** A period needs a rent. */
const rents: Readonly<Record<string, string>> = { OPENIMMO: 'preise/kaltmiete', REAXML: 'commercialRent' };
const words: Readonly<Record<string, string>> = {
  'KYERO rentalPeriod': 'month',
  'OPENIMMO goal': 'true',
  'OPENIMMO rentalPeriod': 'JAHR',
  'OPENIMMO status': 'VERKAUFT',
  'REAXML modifiedAt': '2026-01-02-03:04:05',
  'REAXML features otherFeatures': 'shed',
};

/** Several paths may share elements. */
function elementWith(name: string, texts: Readonly<Record<string, string>>): XmlElement {
  const groups = Map.groupBy(Object.entries(texts), ([path]) => path.split('/')[0] ?? '');
  const attributes: Record<string, string> = {};
  const children: XmlElement[] = [];
  let text = '';
  for (const [step, entries] of groups) {
    if (step === '') text = entries[0]?.[1] ?? '';
    else if (step.startsWith('@')) attributes[step.slice(1)] = entries[0]?.[1] ?? '';
    else
      children.push(
        elementWith(
          step === '*' ? 'wohnung' : step,
          Object.fromEntries(entries.map(([path, value]) => [path.split('/').slice(1).join('/'), value])),
        ),
      );
  }
  return { name, attributes, children, text };
}

function itemFor(format: string, field: string, path: string): XmlElement {
  const sample =
    words[`${format} ${field} ${path.split('/').at(-1) ?? ''}`] ??
    words[`${format} ${field}`] ??
    samples[field] ??
    'Some text';
  const rent = field === 'rentalPeriod' ? rents[format] : undefined;
  const name = format === 'REAXML' ? 'commercial' : 'item';
  const goal =
    path.startsWith('preise/') && field === 'goal'
      ? '250000'
      : path === 'commercialRent' || (path === 'price' && field === 'goal')
        ? '250000'
        : sample;
  return elementWith(name, { ...around[field], ...(rent === undefined ? {} : { [rent]: '900' }), [path]: goal });
}

test('the table has a row for every field and a column for every format', (t) => {
  t.deepEqual(formatNames, ['KYERO', 'OPENIMMO', 'REAXML', 'YANDEX', 'TROVIT']);
  t.true(rows.length > 25);
});

for (const [field = '', ...cells] of rows) {
  test(`${field} comes from where FIELDS.md says`, (t) => {
    for (const [at, cell] of cells.entries()) {
      const format = formatNames[at] ?? '';
      for (const [, path = ''] of cell.matchAll(/`([^`]+)`/g)) {
        const [item] = formatNamed(format).map(itemFor(format, field, path), defaultContext);
        const where = `${format} ${field} from ${path}`;
        if (field === 'id') t.is(item?.idSource, 'id', where);
        else if (field === 'modifiedAt') t.truthy(item?.modifiedAt, where);
        else if (field === 'energyRating' && format === 'REAXML') t.is(item?.values.energyRating, 'B', where);
        else t.false((item?.values[field as keyof typeof item.values] ?? null) === null, where);
      }
    }
    t.pass();
  });
}

test('the mapping that FIELDS.md shows can be used', (t) => {
  const shown = /```json\n(\{\n {2}"itemPath"[^]*?)```/.exec(document)?.[1] ?? '';
  t.deepEqual(checkMapping(JSON.parse(shown)), { mapping: JSON.parse(shown) as never });
});
