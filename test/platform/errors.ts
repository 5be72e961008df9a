import test from 'ava';
import { abortReason, coerceError, ConfigError, DatabaseError, EstioError, isAbort, RunAbortedError, UsageError } from '../../shared/platform/errors.ts';

test('codes are stable and tell whether trying again helps', (t) => {
  const errors: [EstioError, string, string, boolean][] = [
    [new ConfigError(['PORT: wrong']), 'ConfigError', 'config', false],
    [new UsageError('no'), 'UsageError', 'usage', false],
    [new DatabaseError('gone'), 'DatabaseError', 'database', true],
    [new RunAbortedError('shutdown'), 'RunAbortedError', 'aborted', true],
  ];
  for (const [error, name, code, retryable] of errors) {
    t.true(error instanceof EstioError && error instanceof Error);
    t.deepEqual([error.name, error.code, error.retryable], [name, code, retryable]);
  }
});

test('whatever is thrown becomes an error with a code, and keeps its cause', (t) => {
  const known = new UsageError('no');
  t.is(coerceError(known), known);
  const plain = new TypeError('x is undefined');
  t.like(coerceError(plain), { code: 'unexpected', message: 'x is undefined', cause: plain, retryable: false });
  t.is(coerceError(new TypeError()).message, 'TypeError');
  for (const thrown of [undefined, null, 'text', 7, Symbol('s'), { a: 1 }, Object.create(null), () => 0]) {
    const error = coerceError(thrown);
    t.is(error.code, 'unexpected');
    t.regex(error.message, /^A value that is no error was thrown: /);
  }
});

test('an error of another bundle is known by its shape', (t) => {
  const foreign = Object.assign(new Error('slow down'), { code: 'rate-limited', retryable: true });
  t.like(coerceError(foreign), { code: 'rate-limited', retryable: true, message: 'slow down' });
  t.is(coerceError(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })).code, 'unexpected');
});

test('aborts are known by name, with their reason', (t) => {
  t.true(isAbort(new RunAbortedError('x')));
  t.true(isAbort(AbortSignal.abort().reason));
  t.false(isAbort(new Error('x')));
  t.false(isAbort('AbortError'));
  t.is(abortReason(AbortSignal.abort(new RunAbortedError('the time budget ended'))), 'the time budget ended');
  t.is(abortReason(AbortSignal.abort('by hand')), 'by hand');
});
