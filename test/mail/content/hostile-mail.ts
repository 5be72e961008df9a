import test from 'ava';
import { parseMessage } from '../../../shared/mail/content/parse-message.ts';
import { fetchedRaw } from '../../doubles/mail.ts';

const fill = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
const mail = (headers: string, body: string, type = 'plain') =>
  `From: a@b.example\n${headers}Content-Type: text/${type}; charset=utf-8\n\n${body}\n`;

/** Mail that any stranger can send. */
const hostile: Readonly<Record<string, (length: number) => string>> = {
  'comments in a style that never end': (length) =>
    mail('', `<img src="https://x.example/a.png" style="${fill('/* ', length)}">`, 'html'),
  'braces in a style': (length) => mail('', `<p style="${fill('{', length)}">x</p>`, 'html'),
  'comments in an address of a link': (length) => mail('', `<a href="${fill('<!---->', length)}">x</a>`, 'html'),
  'quotations inside quotations': (length) => mail('', `${'<blockquote>'.repeat(900)}${fill('x<br>', length)}`, 'html'),
  'lists inside lists': (length) => mail('', `${'<ul><li>'.repeat(450)}${fill('x<br>', length)}`, 'html'),
  'lists that are allowed': (length) => mail('', `${'<ol><li>'.repeat(20)}${fill('x<br>', length)}`, 'html'),
  'a date of months': (length) => mail(`Date: ${fill('jan 1 ', length)}\n`, 'x'),
  'an address of brackets': (length) => mail(`Cc: ${fill('>', length)}x@y.example\n`, 'x'),
  'an address of signs': (length) => mail(`Cc: ${fill('@', length)}\n`, 'x'),
  'a name of quotes': (length) => mail(`Cc: a${fill("'", length)}x <e@f.example>\n`, 'x'),
  'a name of encoded quotes': (length) =>
    mail(`Cc: ${fill('=?utf-8?q?=27=27=27=27=27=27=27=27?= ', length)}x <e@f.example>\n`, 'x'),
  'soft line breaks': (length) => mail('', fill('a \n', length), 'plain; format=flowed'),
};

/** Processor time, ms: other processes do not count. */
async function costOf(raw: string): Promise<number> {
  const before = process.cpuUsage();
  await parseMessage({ provider: 'gmail', email: 'office@agency.example' }, fetchedRaw(raw));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test('a mail sixteen times as long costs some sixteen times as much, whatever a stranger fills it with', async (t) => {
  for (const [name, make] of Object.entries(hostile)) {
    // The first time includes compiling.
    const short = Math.min(await costOf(make(15_000)), await costOf(make(15_000)), await costOf(make(15_000)));
    const long = await costOf(make(240_000));
    // Quadratic would be 256 times.
    t.true(long < 64 * short + 400, `${name}: ${short} ms, then ${long} ms`);
  }
});
