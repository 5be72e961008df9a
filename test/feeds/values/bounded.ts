import test from 'ava';
import { loadLibraries } from '../../../shared/platform/libraries.ts';
import { beginningOf } from '../../../shared/feeds/values/bounded.ts';
import { languageOfText } from '../../../shared/feeds/values/language-of-text.ts';
import { parseNumber } from '../../../shared/feeds/values/numbers.ts';
import { parseBoolean } from '../../../shared/feeds/values/booleans.ts';
import { parseStatus } from '../../../shared/feeds/values/statuses.ts';
import { wordKey } from '../../../shared/feeds/values/words.ts';

await loadLibraries();

test('a beginning ends between two words', (t) => {
  const cases: [text: string, most: number, beginning: string][] = [
    ['one two', 7, 'one two'],
    ['one two', 6, 'one '],
    ['one two', 3, 'one'],
    ['one two', 2, 'on'],
    ['   one two', 5, 'one '],
    ['1,234,567 EUR', 5, '1,234'],
    ['', 5, ''],
    ['      ', 3, ''],
  ];
  for (const [text, most, beginning] of cases) t.is(beginningOf(text, most), beginning, text);
});

test('a text that only begins like a word is not that word', (t) => {
  t.is(parseBoolean(`yes${' '.repeat(2000)}`), true);
  t.is(parseBoolean(`yes${'.'.repeat(2000)}not at all`), null);
  t.is(parseStatus(`sold${'.'.repeat(2000)}not`), null);
  t.not(wordKey(`${'a'.repeat(1000)}b`), wordKey('a'.repeat(1000)));
});

test('a number that is too long is null', (t) => {
  t.is(parseNumber(`${' '.repeat(2000)}7${' '.repeat(2000)}`), 7);
  t.is(parseNumber('1'.repeat(400)), null);
  t.is(parseNumber(`0.${'3'.repeat(300)}`), 0.333_333_333_333_333_3);
});

test('the language of a long text is that of its beginning', (t) => {
  const english = 'The house has a garden with a view of the sea. ';
  const spanish = 'La casa tiene un jardín con vistas al mar y está situada en una zona tranquila. ';
  t.is(languageOfText(english.repeat(300) + spanish.repeat(3000), 'es'), 'en');
});
