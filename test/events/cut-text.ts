import test from 'ava';
import fc from 'fast-check';
import { cutText } from '../../shared/events/cut-text.ts';

test('a text is cut between characters', (t) => {
  for (const [text, max, expected] of [
    ['Villa', 10, 'Villa'],
    ['Villa', 3, 'Vil'],
    ['ab👍cd', 3, 'ab'],
    ['ab👍cd', 4, 'ab👍'],
    ['ab👩‍👩‍👧cd', 6, 'ab'],
    ['ab👩‍👩‍👧cd', 5, 'ab'],
    ['a🇨🇾b', 3, 'a'],
    ['🇨🇾🇩🇪', 6, '🇨🇾'],
    ['Cafe\u0301s', 4, 'Caf'],
    ['Cafe\u0301s', 5, 'Cafe\u0301'],
    ['', 5, ''],
  ] as const)
    t.is(cutText(text, max), expected);
});

test('a cut text is well-formed and no longer than asked for', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 20 }), (text, max) => {
      const cut = cutText(text, max + 1);
      return cut.length <= max + 1 && cut.isWellFormed();
    }),
  );
  t.is(cutText('\ud83d', 5), '\ufffd');
  t.pass();
});
