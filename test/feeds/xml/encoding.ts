import test from 'ava';
import iconv from 'iconv-lite';
import {
  decodeBytes,
  detectEncoding,
  isCutAsBytes,
  isDoubleEncoded,
  repairDoubleEncoding,
  transcode,
} from '../../../shared/feeds/xml/encoding.ts';
import { openFeed } from '../../../shared/feeds/read/open-feed.ts';
import { parseItem } from '../../../shared/feeds/xml/parse-item.ts';
import { formatNamed } from '../../../shared/feeds/formats/all-formats.ts';

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function titles(bytes: Buffer, charset?: string, size = 13): Promise<string[]> {
  const feed = await openFeed(chunked(bytes, size), { charset, format: formatNamed('KYERO') });
  const found: string[] = [];
  for await (const some of feed.items)
    for (const item of some) found.push(parseItem(item.bytes, feed.encoding).element.children[0]?.text ?? '');
  return found;
}

const feed = (declaration: string, ...texts: string[]) =>
  `${declaration}<root>${texts.map((text) => `<property><t>${text}</t></property>`).join('')}</root>`;

test('a byte order mark wins, then zero bytes, then HTTP, then the declaration, then UTF-8', async (t) => {
  const text = 'Ático en Jávea, €, Ακίνητο, дом';
  const utf16le = Buffer.from(feed('<?xml version="1.0" encoding="utf-16"?>', text), 'utf16le');
  const wide = [
    utf16le,
    iconv.encode(feed('', text), 'utf-16be'),
    iconv.encode(feed('', text), 'utf-32le'),
    iconv.encode(feed('', text), 'utf-32be'),
  ];
  for (const bytes of wide) {
    t.deepEqual(await titles(bytes), [text]);
    t.deepEqual(await titles(bytes, 'iso-8859-1'), [text]);
  }
  for (const encoding of ['utf-16le', 'utf-16be', 'utf-8', 'utf-32le']) {
    t.deepEqual(
      await titles(
        iconv.encode(`\ufeff${feed('<?xml version="1.0" encoding="windows-1251"?>', text)}`, encoding),
        'koi8-r',
      ),
      [text],
      encoding,
    );
  }
  t.deepEqual(await titles(Buffer.from(feed('\n \n<?xml version="1.0"?>', text))), [text]);
  t.is(detectEncoding(Buffer.from('<?xml version="1.0" encoding="windows-1251"?>'), 'koi8-r').encoding, 'koi8-r');
  t.is(
    detectEncoding(Buffer.from('<?xml version="1.0" encoding="windows-1251"?>'), 'iso-8859-1').encoding,
    'windows-1251',
    'what servers send for want of knowledge',
  );
});

test('Cyrillic and Greek in their own encoding are read whatever encoding is named', async (t) => {
  const texts = {
    'windows-1251': 'Просторная квартира с видом на море, рядом школа и парк',
    'koi8-r': 'Уютный дом в тихом районе города',
    'iso-8859-7': 'Πολυτελές διαμέρισμα κοντά στη θάλασσα',
    'windows-1253': 'Μονοκατοικία με κήπο στη Λευκωσία',
  };
  for (const [encoding, text] of Object.entries(texts)) {
    for (const declaration of [
      '',
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<?xml version="1.0" encoding="ISO-8859-1"?>',
    ]) {
      t.deepEqual(
        await titles(iconv.encode(feed(declaration, text, text), encoding)),
        [text, text],
        `${encoding} ${declaration}`,
      );
    }
  }
  const western = 'Großzügige Villa in Jávea, año 1990, über 200 m²';
  t.deepEqual(await titles(iconv.encode(feed('', western), 'windows-1252')), [western]);
  const damaged = Buffer.concat([
    Buffer.from(feed('', 'Просторная квартира').replace('</root>', '<property><t>a')),
    Buffer.from([0xe9, 0xe8, 0xea]),
    Buffer.from('</t></property></root>'),
  ]);
  t.is((await titles(damaged))[0], 'Просторная квартира');
});

test('the encoding of the settings wins over what the feed says, but not over bytes that are UTF-8', (t) => {
  const declared = Buffer.from('<?xml version="1.0" encoding="windows-1252"?><a/>');
  const set = detectEncoding(declared, 'utf-8', 'windows-1250');
  t.is(decodeBytes(iconv.encode('Příbram, Łódź', 'windows-1250'), set).text, 'Příbram, Łódź');
  t.is(decodeBytes(Buffer.from('Łódź'), set).text, 'Łódź');
  t.is(detectEncoding(declared, undefined, 'klingon').unknown, 'klingon');
  // windows-1252 is meant; ISO-8859-1 may be a server's default.
  const utf8 = Buffer.from('<?xml version="1.0" encoding="UTF-8"?><a/>');
  const said = (charset: string) =>
    decodeBytes(iconv.encode('Cañón 5 €', 'windows-1252'), detectEncoding(utf8, charset));
  t.deepEqual(said('windows-1252'), { text: 'Cañón 5 €', repaired: false });
  t.deepEqual(said('ISO-8859-1'), { text: 'Cañón 5 €', repaired: true });
});

test('bytes that are not the UTF-8 they claim to be are read as windows-1252, item by item', async (t) => {
  const bytes = Buffer.concat([
    Buffer.from('<?xml version="1.0" encoding="UTF-8"?><root><property><t>Jávea</t></property>'),
    iconv.encode('<property><t>Ático – 450 €</t></property></root>', 'windows-1252'),
  ]);
  const found = await titles(bytes, 'utf-8');
  t.deepEqual(found, ['Jávea', 'Ático – 450 €']);
  t.false(found.join('').includes('\ufffd'));
});

test('one damaged byte does not spoil the rest of a text, and meaningless bytes are dropped', (t) => {
  const plain = detectEncoding(Buffer.from('<a/>'));
  t.is(
    decodeBytes(Buffer.concat([Buffer.from('Новоуральск '), Buffer.from([0xd0, 0xe9]), Buffer.from(' дом')]), plain)
      .text,
    'Новоуральск Ðé дом',
  );
  t.is(decodeBytes(Buffer.from([0x41, 0x81, 0x8d, 0x90, 0x42, 0x80]), plain).text, 'AB€');
  t.false(
    decodeBytes(
      Buffer.from([0xe9, 0x81]),
      detectEncoding(Buffer.from('<?xml version="1.0" encoding="iso-8859-7"?>')),
    ).text.includes('\ufffd'),
  );
});

test('ISO-8859-1 is read as windows-1252, the other encodings as themselves', async (t) => {
  t.deepEqual(
    await titles(
      iconv.encode(feed('<?xml version="1.0" encoding="ISO-8859-1"?>', 'Grundstück 120 m² – 5 €'), 'windows-1252'),
    ),
    ['Grundstück 120 m² – 5 €'],
  );
  for (const [encoding, text] of [
    ['windows-1251', 'Продажа дома'],
    ['koi8-r', 'Продажа дома'],
    ['iso-8859-7', 'Ακίνητα'],
    ['windows-1250', 'Žižkov'],
    ['iso-8859-15', 'œuvre €'],
    ['gbk', '别墅'],
    ['shift_jis', '住宅'],
  ] as const) {
    t.deepEqual(
      await titles(iconv.encode(feed(`<?xml version="1.0" encoding='${encoding}'?>`, text), encoding)),
      [text],
      encoding,
    );
    t.deepEqual(await titles(iconv.encode(feed('', text), encoding), encoding), [text], `${encoding} by header`);
  }
});

test('UTF-8 that is declared as something else is read as UTF-8', async (t) => {
  for (const declared of ['iso-8859-1', 'windows-1251', 'utf-16', 'nonsense']) {
    t.deepEqual(
      await titles(Buffer.from(feed(`<?xml version="1.0" encoding="${declared}"?>`, 'Jávea – €'))),
      ['Jávea – €'],
      declared,
    );
  }
  t.is(detectEncoding(Buffer.from('<?xml version="1.0" encoding="nonsense"?><a/>')).unknown, 'nonsense');
});

test('UTF-8 encoded twice is repaired only when all of a text turns into valid UTF-8', (t) => {
  t.true(isDoubleEncoded('GrundstÃ¼ck'));
  t.false(isDoubleEncoded('Grundstück, São Paulo, 5 € – ÄÖÜ'));
  t.is(repairDoubleEncoding('GrundstÃ¼ck â€“ 5 â‚¬'), 'Grundstück – 5 €');
  t.is(repairDoubleEncoding('Ã¼ber São'), 'Ã¼ber São');
  t.is(repairDoubleEncoding('Ático'), 'Ático');
});

test('characters that are cut by chunks stay whole', async (t) => {
  const bytes = iconv.encode('дом 🏠 вид', 'utf-16le');
  for (const size of [1, 2, 3, 5]) {
    const parts: Buffer[] = [];
    for await (const part of transcode(chunked(bytes, size), 'utf-16le')) parts.push(part);
    t.is(Buffer.concat(parts).toString(), 'дом 🏠 вид');
  }
});

test('only encodings in which a tag looks like ASCII are cut before they are decoded', (t) => {
  t.true(['utf-8', 'windows-1252', 'iso-8859-7', 'koi8-r'].every(isCutAsBytes));
  t.false(['utf-16le', 'gbk', 'shift_jis', 'utf-32be'].some(isCutAsBytes));
});

test('bytes that had to be read otherwise than named say so', (t) => {
  const plain = detectEncoding(Buffer.from('<?xml version="1.0" encoding="UTF-8"?>'));
  t.false(decodeBytes(Buffer.from('é'), plain).repaired);
  t.true(decodeBytes(Buffer.from([0xe9]), plain).repaired);
  const latin = detectEncoding(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?>'));
  t.false(decodeBytes(Buffer.from([0xe9]), latin).repaired);
});
