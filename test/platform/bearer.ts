import test from 'ava';
import fc from 'fast-check';
import { bearerCheck, unauthorized } from '../../shared/platform/bearer.ts';

const token = '0123456789abcdef0123456789abcdef';
const previous = 'fedcba9876543210fedcba9876543210';
const check = bearerCheck([token, previous]);

function accepts(authorization: string | undefined): boolean {
  return check(new Request('http://localhost/', authorization === undefined ? {} : { headers: { authorization } }));
}

test('the present and the previous token are accepted, in any spelling of the scheme', (t) => {
  for (const value of [`Bearer ${token}`, `Bearer ${previous}`, `bearer ${token}`, `BEARER   ${token}`])
    t.true(accepts(value), value);
});

test('everything else is refused', (t) => {
  const refused = [
    undefined,
    '',
    token,
    'Bearer',
    'Bearer ',
    `Basic ${token}`,
    `Bearer${token}`,
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Bearer ${token.toUpperCase()}`,
    `Bearer ${token} ${token}`,
    `Bearer ${token}, Bearer ${token}`,
    `Bearer "${token}"`,
    `Bearer undefined`,
    `Bearer ${token}=`,
    `Token Bearer ${token}`,
    `Bearer\t${token}`,
  ];
  for (const value of refused) t.false(accepts(value), value);
});

test('odd bytes and a megabyte are refused without an error, and at once', (t) => {
  t.false(accepts(`Bearer ${'a'.repeat(2 ** 20)}`));
  t.false(accepts(`Bearer ${'='.repeat(2 ** 20)}x`));
  t.false(accepts(`Bearer${' '.repeat(2 ** 20)}`));
  const latin1 = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) });
  t.notThrows(() => fc.assert(fc.property(latin1, (value) => !accepts(value) && !accepts(`Bearer ${value}`))));
});

test('without a token there is no check', (t) => {
  for (const tokens of [[], [undefined], ['']]) t.throws(() => bearerCheck(tokens), { instanceOf: RangeError });
});

test('the refusal says what is expected and repeats nothing of what came', async (t) => {
  const response = unauthorized();
  t.is(response.status, 401);
  t.is(response.headers.get('www-authenticate'), 'Bearer');
  t.deepEqual(Object.keys((await response.json()) as object), ['error']);
});
