/** Names of plain objects, such as `constructor`, wherever a feed may have a name. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { formats } from '../../../shared/feeds/formats/all-formats.ts';
import type { FeedMapping, MappedItem } from '../../../shared/feeds/formats/feed-format.ts';
import { generic } from '../../../shared/feeds/formats/generic.ts';
import { kyero } from '../../../shared/feeds/formats/kyero.ts';
import { checkMapping } from '../../../shared/feeds/formats/mapping.ts';
import { openimmo } from '../../../shared/feeds/formats/openimmo.ts';
import { reaxml } from '../../../shared/feeds/formats/reaxml.ts';
import { parseCountry } from '../../../shared/feeds/values/countries.ts';
import { currencyOfCountry } from '../../../shared/feeds/values/currency-of-country.ts';
import { mayLieIn } from '../../../shared/feeds/values/country-of-point.ts';
import { languageOfCountry, parseLanguage, preferredText } from '../../../shared/feeds/values/languages.ts';
import { languageOfText } from '../../../shared/feeds/values/language-of-text.ts';
import { loadLibraries } from '../../../shared/platform/libraries.ts';
import { detectEncoding } from '../../../shared/feeds/xml/encoding.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import { parseItem } from '../../../shared/feeds/xml/parse-item.ts';
import type { XmlElement } from '../../../shared/feeds/xml/xml-element.ts';
import { formatPreview } from '../../../shared/feeds/preview/format-preview.ts';
import { previewFeed } from '../../../shared/feeds/preview/preview.ts';
import { recordReads } from '../../../shared/feeds/preview/record-reads.ts';
import { proposeMapping } from '../../../shared/feeds/proposal/propose-mapping.ts';

await loadLibraries();

const names = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
const context = { languages: ['en'], timeZone: 'UTC', surroundings: [] };

function readBy(mapping: FeedMapping, xml: string): MappedItem {
  const checked = checkMapping(mapping);
  if ('problems' in checked) throw new Error(checked.problems.join());
  const [mapped] = generic.map(parseItem(Buffer.from(xml)).element, { ...context, mapping });
  return mapped as MappedItem;
}

test('a mapping reads elements and attributes of such names, and nothing where there are none', (t) => {
  for (const name of names) {
    const mapping = {
      itemPath: 'list/listing',
      fields: { id: `@${name}`, title: `${name}/a`, reference: `${name}/@${name}`, city: `b[@${name}=c]` },
    };
    const read = readBy(
      mapping,
      `<listing ${name}="7"><${name} ${name}="R1"><a>Villa</a></${name}><b>no</b><b ${name}="c">Almería</b></listing>`,
    );
    t.deepEqual([read.id, read.values.title, read.values.reference, read.values.city], ['7', 'Villa', 'R1', 'Almería']);
    const without = readBy(mapping, '<listing><a/><b>x</b></listing>');
    t.deepEqual([without.id, without.values.reference, without.values.city], [undefined, undefined, undefined]);
  }
});

test('a table of a mapping translates such words, and only where it has them', (t) => {
  for (const name of names) {
    const fields = { id: 'id', type: { path: 'kind', map: JSON.parse(`{ "${name}": "Villa" }`) as object } };
    const mapping = { itemPath: 'list/listing', fields };
    t.is(readBy(mapping, `<listing><id>1</id><kind>${name}</kind></listing>`).values.type, 'Villa');
    const others = { itemPath: 'list/listing', fields: { id: 'id', type: { path: 'kind', map: { x: 'Villa' } } } };
    t.is(readBy(others, `<listing><id>1</id><kind>${name}</kind></listing>`).values.type, name);
  }
});

test('descriptions in such languages are in none, and features may be called so', (t) => {
  for (const name of names) {
    const mapping = {
      itemPath: 'list/listing',
      fields: { id: 'id', descriptions: { path: 'texts/*', language: 'name' }, features: 'flags/*' },
    };
    const read = readBy(
      mapping,
      `<listing><id>1</id><texts><${name}>A house</${name}><en>A villa</en></texts>` +
        `<flags><${name}>1</${name}><x>${name}</x></flags></listing>`,
    );
    t.deepEqual(read.values.descriptions, { en: 'A villa' });
    t.deepEqual(
      read.warnings.filter(({ code }) => code === 'unknown-language').map(({ value }) => value),
      [name],
    );
    const labels = (read.values.features ?? []).map((label) => label.toLowerCase());
    t.true(labels.includes(name.toLowerCase()));
    t.is(new Set(labels).size, labels.length);
  }
});

test('such words are no status, country, language or currency', (t) => {
  for (const name of names) {
    t.is(parseCountry(name), null);
    t.is(parseLanguage(name), null);
    t.is(currencyOfCountry(name), undefined);
    t.is(languageOfCountry(name), undefined);
    t.is(mayLieIn(name, 1, 1), undefined);
    t.is(languageOfText('the house with the garden and the pool', name), 'en');
    t.is(preferredText({ en: 'a' }, [name]), 'a');
    t.is(detectEncoding(Buffer.from('<r/>'), name).unknown, name);
    const { element } = parseItem(
      Buffer.from(`<residential status="${name}"><uniqueID>1</uniqueID><${name}>1</${name}></residential>`),
    );
    const [listing] = reaxml.map(element, context);
    t.deepEqual([listing?.action, listing?.values.status], ['upsert', undefined]);
    t.true(listing?.warnings.some(({ code }) => code === 'unknown-status'));
  }
});

test('no format stumbles over such names, in capitals neither', (t) => {
  for (const name of names) {
    const inside = `<${name} ${name}="${name}">${name}</${name}>`;
    const xml =
      `<listing ${name}="1"><id>1</id><ID>1</ID>${inside}<desc>${inside}<en>A</en></desc>` +
      `<type>${name}</type></listing>`;
    for (const format of formats) t.notThrows(() => format.map(parseItem(Buffer.from(xml)).element, context));
    const [folded] = kyero.map(parseItem(Buffer.from(`<PROPERTY><ID>9</ID>${inside}</PROPERTY>`)).element, context);
    t.is(folded?.id, '9');
    const object =
      `<immobilie><objektkategorie><objektart><${name} ${name}="x"/></objektart></objektkategorie>` + '</immobilie>';
    t.is(
      openimmo.map(parseItem(Buffer.from(object)).element, context)[0]?.values.type,
      name.replaceAll('_', ' ').trim().toLowerCase(),
    );
  }
});

test('reads of such names are noted', (t) => {
  for (const name of names) {
    const { element } = parseItem(Buffer.from(`<a ${name}="1"><${name}>2</${name}></a>`));
    const read = new Set<string>();
    const noted = recordReads(element, read);
    t.deepEqual([noted.attributes[name], noted.children[0]?.text], ['1', '2']);
    t.deepEqual([...read], [`@${name}`, name]);
  }
});

const listings = (name: string): string =>
  Array.from(
    { length: 12 },
    (_, at) =>
      `<${name} ${name}="${at}"><id>h${at}</id><price>${250_000 + at * 1000}</price><offer>${name} sale</offer>` +
      `<title>House ${at} with a garden</title><city>Almería</city><bedrooms>3</bedrooms>` +
      `<${name}><${name}>the ${name} ${at}</${name}></${name}></${name}>`,
  ).join('');

test('a mapping is proposed for a feed with such names, can be used, and reads it', (t) => {
  for (const name of names) {
    const root = parseBeginning(Buffer.from(`<feed>${listings(name)}</feed>`)) as XmlElement;
    const proposal = proposeMapping(root);
    t.is(proposal?.mapping.itemPath, `feed/${name}`);
    const kept = JSON.parse(JSON.stringify(proposal?.mapping)) as FeedMapping;
    t.false('problems' in checkMapping(kept));
    const [first] = generic.map(root.children[0] as XmlElement, { ...context, mapping: kept });
    t.deepEqual([first?.values.price, first?.values.city, first?.values.bedrooms], [250_000, 'Almería', 3]);
    t.is(first?.values.goal, 'SALE');
  }
});

test('a preview shows what of such names no one reads', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-names-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const name of names) {
    const file = join(folder, 'feed.xml');
    await writeFile(file, `<feed>${listings(name)}</feed>`);
    const limits = { maxBytes: 1e6, timeoutMs: 20_000, idleTimeoutMs: 20_000, now: () => new Date(0) };
    const preview = await previewFeed(file, {
      ...limits,
      mapping: { itemPath: `feed/${name}`, fields: { id: 'id', price: 'price', title: 'title' } },
    });
    t.is(preview.count, 12);
    const paths = preview.unread.map(({ path }) => path);
    t.true(
      [`@${name}`, `${name}/${name}`, 'city'].every((path) => paths.includes(path)),
      paths.join(),
    );
    t.true(formatPreview(preview, { colour: false, width: 120 }).includes(`${name}/${name}`));
  }
});
