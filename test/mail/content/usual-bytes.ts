import test from 'ava';
import iconv from 'iconv-lite';
import { usualBytes } from '../../../shared/mail/content/usual-bytes.ts';

const mail = 'From: anna@buyer.example\r\nSubject: Villa\r\n in Paphos\r\n\r\nΑύριο?\r\n\r\nAnna\r\n';
const as = (end: string) => mail.replaceAll('\r\n', end);

const unusual: [name: string, raw: Buffer][] = [
  ['lines that end in CR', Buffer.from(as('\r'))],
  ['lines that end in CR, and a last LF', Buffer.from(`${as('\r').slice(0, -1)}\n`)],
  ['lines that end in CR CR LF', Buffer.from(as('\r\r\n'))],
  ['headers that end in CR, text in LF', Buffer.from(as('\r').slice(0, 60) + as('\n').slice(60))],
  ['a byte order mark', Buffer.from(`\uFEFF${mail}`)],
  ['blank lines before the headers', Buffer.from(`\r\n\n${mail}`)],
  ['UTF-16, little end first', iconv.encode(mail, 'utf-16le', { addBOM: true })],
  ['UTF-16, big end first', iconv.encode(mail, 'utf-16be', { addBOM: true })],
];
for (const [name, raw] of unusual) {
  test(`mail with ${name} is read as usual`, (t) => {
    t.is(usualBytes(raw).toString(), mail);
  });
}

test('usual mail is left as it is', (t) => {
  for (const raw of [Buffer.from(mail), Buffer.from(as('\n')), Buffer.from('no line'), Buffer.alloc(0)])
    t.is(usualBytes(raw), raw);
  const odd = Buffer.from('From: a@b.example\r\n\r\none\rtwo');
  t.is(usualBytes(odd), odd, 'a bare CR in the text is no line of the headers');
});
