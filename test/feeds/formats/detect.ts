import test from 'ava';
import { detectFormat } from '../../../shared/feeds/formats/detect.ts';
import type { Detection } from '../../../shared/feeds/formats/detect.ts';
import { formatNamed } from '../../../shared/feeds/formats/all-formats.ts';
import { lostMostFields } from '../../../shared/feeds/plan/listing-changes.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-item.ts';
import { mapFeed, readFixture } from '../../doubles/map-feed.ts';

function detect(document: string | Buffer, cut = false): Detection {
  const root = parseBeginning(Buffer.from(document));
  if (root === undefined) throw new Error('no element');
  return detectFormat(root, cut);
}

test('each format is known by its feed and says how sure it is', (t) => {
  for (const [file, name] of [
    ['kyero.xml', 'KYERO'],
    ['kyero-thinkspain.xml', 'KYERO'],
    ['resales.xml', 'RESALES'],
    ['openimmo.xml', 'OPENIMMO'],
    ['openimmo-partial.xml', 'OPENIMMO'],
    ['reaxml.xml', 'REAXML'],
    ['reaxml-updates.xml', 'REAXML'],
    ['yandex.xml', 'YANDEX'],
    ['trovit.xml', 'TROVIT'],
  ] as const) {
    const { format, confidence, reason, mapping } = detect(readFixture(file));
    t.is(format.name, name, file);
    t.true(confidence > 0.55 && confidence <= 1, file);
    t.true(reason.includes(name), file);
    t.is(mapping, undefined);
  }
});

test('the beginning of a feed is enough, wherever it is cut', (t) => {
  for (const [file, name] of [
    ['kyero.xml', 'KYERO'],
    ['openimmo.xml', 'OPENIMMO'],
    ['reaxml.xml', 'REAXML'],
    ['yandex.xml', 'YANDEX'],
    ['trovit.xml', 'TROVIT'],
  ] as const) {
    const whole = readFixture(file);
    for (let length = 600; length < whole.length; length += 97)
      t.is(detect(whole.subarray(0, length), true).format.name, name, `${file} at ${length}`);
  }
});

test('a feed that only resembles Kyero is not taken for it', (t) => {
  const { format } = detect(
    '<properties><property id="1"><name>A villa</name><price>100000</price><location>Here</location>' +
      '<bedrooms>2</bedrooms></property><property id="2"><name>A flat</name><price>90000</price>' +
      '<location>There</location><bedrooms>1</bedrooms></property></properties>',
  );
  t.is(format.name, 'GENERIC');
});

test('an unknown feed is read by a proposed mapping, and the reason says what is missing', (t) => {
  const { format, mapping, reason, confidence } = detect(readFixture('generic-daft.xml'));
  t.is(format.name, 'GENERIC');
  t.is(mapping?.itemPath, 'daft/sales/residential_ad|daft/sales/commercial_ad');
  t.true(confidence >= 0.45);
  t.regex(reason, /without goal, title, city/);
});

test('what is no feed of homes is refused with what was found and what to do', (t) => {
  t.throws(
    () =>
      detect(
        '<rss><channel><title>News</title><item><title>A</title></item><item><title>B</title></item></channel></rss>',
      ),
    { code: 'unknown-format', message: /No listings were found.*<rss>.*Is this the right address\?/ },
  );
  t.throws(
    () =>
      detect(
        '<catalog><product><sku>1</sku><title>Hammer</title><weight>2</weight><price>5</price></product><product>' +
          '<sku>2</sku><title>Saw</title><weight>1</weight><price>7</price></product></catalog>',
      ),
    { code: 'unknown-format', message: /too little was recognised.*catalog\/product.*--feed-preview/ },
  );
  t.throws(() => detect('<empty/>'), { code: 'unknown-format', message: /it is empty/ });
});

test('a feed in which no price is found is not read unasked', (t) => {
  const home = (n: number, price: string): string =>
    `<offer><id>K-${n}</id><type>Villa</type><deal>Sale</deal><city>Paphos</city><title>Villa ${n}</title>` +
    '<description>A villa with a private pool and a view of the sea, close to the beach.</description>' +
    `<bedrooms>3</bedrooms><area>120</area><image>https://x.example/${n}.jpg</image>${price}</offer>`;
  const feed = (price: (n: number) => string): string =>
    `<offers>${[1, 2, 3].map((n) => home(n, price(n))).join('')}</offers>`;
  t.throws(() => detect(feed((n) => `<xyz>${n}50000</xyz>`)), {
    code: 'unknown-format',
    message: /not found: price.*No price was found\..*--feed-preview/,
  });
  t.is(detect(feed((n) => `<price>${n}50000</price>`)).format.name, 'GENERIC');
});

test('formats are found by name', (t) => {
  t.is(formatNamed(' kyero ').name, 'KYERO');
  t.throws(() => formatNamed('blm'), { code: 'unknown-format', message: /expected AUTO or one of KYERO, OPENIMMO/ });
});

test('a feed that changes its format is known by its new one, and a listing that loses most fields is noticed', (t) => {
  t.is(detect(readFixture('kyero.xml')).format.name, 'KYERO');
  t.is(detect(readFixture('yandex.xml')).format.name, 'YANDEX');
  const [renamed] = mapFeed(
    formatNamed('KYERO'),
    '<root><kyero/><property><id>00123</id><preis>349950</preis><stadt>Altea</stadt></property></root>',
  );
  const stored = {
    title: 'Townhouse, Altea',
    description: 'A house',
    city: 'Altea',
    price: 349_950,
    images: [{ url: 'http://a/1', sortOrder: 0 }],
    lockedFields: [],
  };
  t.true(lostMostFields({ mapped: renamed } as never, stored as never));
  const [whole] = mapFeed(formatNamed('KYERO'), readFixture('kyero.xml'));
  t.false(lostMostFields({ mapped: whole } as never, stored as never));
});

test('an id that moves from text into an attribute stays the same id', (t) => {
  const inside = mapFeed(
    formatNamed('YANDEX'),
    '<realty-feed><offer><internal-id>mk1</internal-id><type>sale</type></offer></realty-feed>',
  );
  const attribute = mapFeed(
    formatNamed('YANDEX'),
    '<realty-feed><offer internal-id="mk1"><type>sale</type></offer></realty-feed>',
  );
  t.is(inside[0]?.id, attribute[0]?.id);
});
