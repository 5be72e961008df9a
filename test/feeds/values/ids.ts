import test from 'ava';
import fc from 'fast-check';
import { chooseId } from '../../../shared/feeds/values/ids.ts';

const none = { stable: [] };

test('ids are text as they stand, trimmed', (t) => {
  for (const id of ['007', '7', '1e3', 'a$b.c', 'H/12345', 'Ä-1', 'x'.repeat(60)])
    t.deepEqual(chooseId({ id, ...none }), { id, idSource: 'id' });
  t.is(chooseId({ id: ' a1 \n', ...none }).id, 'a1');
  t.not(chooseId({ id: 'Ab', ...none }).id, chooseId({ id: 'aB', ...none }).id);
});

test('reference, address on the web and a hash stand in, in this order', (t) => {
  t.deepEqual(chooseId({ id: ' ', reference: 'R1', url: 'http://a/', ...none }), { id: 'R1', idSource: 'reference' });
  t.deepEqual(chooseId({ url: 'http://a/', ...none }), { id: 'http://a/', idSource: 'url' });
  const hashed = chooseId({ stable: ['Villa', 'Marina', 5, null] });
  t.is(hashed.idSource, 'hash');
  t.regex(hashed.id ?? '', /^hash-[\da-f]{32}$/);
  t.is(chooseId({ stable: [' villa ', 'MARINA', '5', undefined] }).id, hashed.id, 'case and space do not change it');
  t.not(chooseId({ stable: ['Villa', 'Marina', 6, null] }).id, hashed.id);
});

test('an item that says next to nothing has no id', (t) => {
  t.deepEqual(chooseId({ stable: ['', null, 'SALE'] }), { id: undefined, idSource: 'hash' });
});

test('any id stays one line and short enough for an index, and different ids stay different', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.string({ unit: 'grapheme', minLength: 201, maxLength: 400 }),
      (short, long) => {
        const { id } = chooseId({ id: short, ...none });
        t.true(id === undefined || (id.length <= 200 && id === id.trim() && !/\n/.test(id)));
        const [one, other] = [chooseId({ id: `${long}a`, ...none }).id, chooseId({ id: `${long}b`, ...none }).id];
        t.true(one === undefined || one !== other || long.trim() === '');
      },
    ),
  );
});
