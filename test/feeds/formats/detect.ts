import test from 'ava';
import { detectFormat } from '../../../shared/feeds/formats/detect.ts';
import type { Detection } from '../../../shared/feeds/formats/detect.ts';
import { formatNamed } from '../../../shared/feeds/formats/all-formats.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import { mapFeed, readFixture } from '../../doubles/map-feed.ts';

function detect(document: string | Buffer, cut = false): Detection {
  const root = parseBeginning(Buffer.from(document));
  if (root === undefined) throw new Error('no element');
  return detectFormat(root, cut);
}

function propose(document: string | Buffer): Detection {
  return detectFormat(parseBeginning(Buffer.from(document))!, false, { anyProposal: true });
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

test('Kyero’s elements with statuses and no header may be a delta of Resales, and are read as such', (t) => {
  const home = (status: string, more = '<desc><en>Nice.</en></desc>') =>
    `<property><id>1</id><ref>R1</ref><price>9</price><price_freq>sale</price_freq><town>Mijas</town><beds>2</beds>` +
    `<status>${status}</status>${more}</property>`;
  const nameOf = (inner: string): string => detect(`<root>${inner}</root>`).format.name;
  t.is(nameOf(home('Available') + home('Sold')), 'RESALES', 'the words of its documentation');
  t.is(nameOf(home('Available') + home('Off Market')), 'RESALES');
  t.is(nameOf(`<kyero><feed_version>3</feed_version></kyero>${home('Available')}`), 'KYERO', 'a header');
  t.is(nameOf(home('Available') + home('')), 'KYERO', 'not in all');
  t.is(nameOf(home('active') + home('reserved')), 'KYERO', 'other words');
  const other = '<property><code>1</code><cost>9</cost><place>Mijas</place><status>Off Market</status></property>';
  t.throws(() => nameOf(other), { code: 'needs-mapping' }, 'other elements');
});

test('a feed that only resembles Kyero is not read as Kyero', (t) => {
  const { format } = propose(
    '<properties><property id="1"><name>A villa</name><price>100000</price><location>Here</location>' +
      '<bedrooms>2</bedrooms></property><property id="2"><name>A flat</name><price>90000</price>' +
      '<location>There</location><bedrooms>1</bedrooms></property></properties>',
  );
  t.is(format.name, 'GENERIC');
});

test('an unknown feed is not read until asked; a preview proposes a mapping', (t) => {
  t.throws(() => detect(readFixture('generic-wis.xml')), {
    code: 'needs-mapping',
    message: /none of the known formats: its root is <\w+>.*Nothing was stored.*--feed-preview/,
  });
  const { format, mapping, reason } = propose(readFixture('generic-rss.xml'));
  t.is(format.name, 'GENERIC');
  t.is(typeof mapping?.itemPath, 'string');
  t.regex(reason, /mapping/);
});

test('what is no feed of homes is refused with what was found and what to do', (t) => {
  const news =
    '<rss><channel><title>News</title><item><title>A</title></item><item><title>B</title></item></channel></rss>';
  t.throws(() => propose(news), { code: 'needs-mapping', message: /<rss>.*looks like a listing.*right address\?/ });
  t.throws(() => detect('<empty/>'), { code: 'needs-mapping', message: /it is empty/ });
});

test('formats are found by name', (t) => {
  t.is(formatNamed(' kyero ').name, 'KYERO');
  t.throws(() => formatNamed('blm'), { code: 'unknown-format', message: /expected AUTO or one of KYERO, OPENIMMO/ });
});

test('a feed that changes its format is known by its new one', (t) => {
  t.is(detect(readFixture('kyero.xml')).format.name, 'KYERO');
  t.is(detect(readFixture('yandex.xml')).format.name, 'YANDEX');
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
