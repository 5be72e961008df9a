import test from 'ava';
import { isSameSecret, secretDigest } from '../../shared/platform/same-secret.ts';

test('equal texts are the same, whatever their length, and no others', (t) => {
  t.true(isSameSecret('abc', 'abc'));
  for (const other of ['', 'ab', 'abcd', 'ABC', 'abd']) t.false(isSameSecret('abc', other), other);
});

test('every digest has one length', (t) => {
  t.is(secretDigest('').length, secretDigest('x'.repeat(1000)).length);
});
