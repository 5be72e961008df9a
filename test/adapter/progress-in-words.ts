import test from 'ava';
import fc from 'fast-check';
import { progressInWords } from '../../adapter/progress-in-words.ts';

test('a progress line says what is being done and how far it is', (t) => {
  t.is(
    progressInWords({ message: 'office@example.com', done: 3, total: 12, unit: 'account' }, 80),
    '[######------------------] account 3/12, 25 % office@example.com',
  );
  t.is(progressInWords({ message: 'looking around' }, 80), '... looking around');
  t.is(progressInWords({ message: 'x', done: 5, total: 0 }, 80), '... x');
});

test('a progress line is never broken, whatever is reported', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.integer(),
      fc.integer({ min: 2, max: 200 }),
      (message, done, total, width) => {
        const line = progressInWords({ message, done, total }, width);
        t.true(line.length < width);
        t.notRegex(line, /\p{Cc}/u);
      },
    ),
  );
});
