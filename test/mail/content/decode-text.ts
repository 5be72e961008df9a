import test from 'ava';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { decodeText } from '../../../shared/mail/content/decode-text.ts';

const samples: [charset: string, text: string][] = [
  ['windows-1252', 'Prix : 250 000 € – « vue mer »'],
  ['iso-8859-1', 'Größe: 80 m²'],
  ['iso-8859-2', 'Dům u moře, příště'],
  ['iso-8859-7', 'Διαμέρισμα'],
  ['windows-1253', 'Τιμή € 5'],
  ['windows-1251', 'Квартира у моря'],
  ['koi8-r', 'Квартира'],
  ['windows-1255', 'דירה'],
  ['windows-1256', 'شقة'],
  ['shift_jis', '明日の内見'],
  ['euc-jp', '明日の内見'],
  ['gb2312', '海边的房子'],
  ['gb18030', '海边的房子😀'],
  ['big5', '海邊的房子'],
  ['euc-kr', '바닷가 집'],
  ['utf-7', 'Größe €'],
  ['cp437', 'Größe'],
  ['ks_c_5601-1987', '바닷가 집'],
];
for (const [charset, text] of samples) {
  test(`${charset} is read when it is declared`, (t) => {
    t.is(decodeText(iconv.encode(text, charset), { declared: charset.toUpperCase() }), text);
  });
}

test('byte order marks are believed before declarations', (t) => {
  t.is(decodeText(Buffer.from('\uFEFFΤιμή', 'utf16le'), { declared: 'iso-8859-1' }), 'Τιμή');
  t.is(decodeText(Buffer.from('\uFEFFΤιμή', 'utf8'), { declared: 'us-ascii' }), 'Τιμή');
});

test('UTF-16 without a byte order mark is read whichever byte comes first', (t) => {
  for (const text of ['May I come?', 'Μπορώ να έρθω στις πέντε;', 'Ναι', '我们可以来看房子吗?', 'Zoë: 10 €'])
    for (const charset of ['utf-16be', 'utf-16le'])
      for (const declared of ['utf-16', '"UTF-16"', 'iso-10646-ucs-2'])
        t.is(decodeText(iconv.encode(text, charset), { declared }), text, `${charset} as ${declared}`);
  for (const declared of [undefined, 'utf-8', 'iso-8859-1'])
    for (const charset of ['utf-16be', 'utf-16le'])
      t.is(decodeText(iconv.encode('Μπορώ να έρθω στις πέντε;', charset), { declared }), 'Μπορώ να έρθω στις πέντε;');
  for (const stray of ['Hello\0World!', '\0'.repeat(8), 'a\0b\0\0c'])
    t.is(decodeText(Buffer.from(stray)), stray, 'zero bytes alone are not UTF-16');
});

test('a declared multi-byte charset that fits wins over accidental UTF-8', (t) => {
  // In GBK, these two characters are valid UTF-8.
  t.is(decodeText(iconv.encode('联通', 'gbk'), { declared: 'gbk' }), '联通');
});

test('UTF-8 is read under any declaration of a single-byte charset', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 100 }),
      fc.constantFrom('iso-8859-1', 'windows-1252', 'us-ascii', 'utf-8', undefined, 'x-unknown', 'binary'),
      (text, declared) => {
        // Escapes belong to ISO-2022, and a byte order mark is no text.
        fc.pre(!text.includes('\u001b') && !/^[\uFEFF\uFFFE]/.test(text));
        return decodeText(Buffer.from(text), { declared }) === text;
      },
    ),
    { numRuns: 500 },
  );
  t.pass();
});

test('any bytes with any declaration give a text', (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(
        'utf-8',
        'shift_jis',
        'iso-2022-jp',
        'utf-16',
        'utf-7',
        'base64',
        'hex',
        '',
        ' ',
        'x',
        'koi8-r',
        undefined,
      ),
      fc.boolean(),
      (bytes, declared, html) => {
        return typeof decodeText(Buffer.from(bytes), { declared, html }) === 'string';
      },
    ),
    { numRuns: 500 },
  );
  t.pass();
});
