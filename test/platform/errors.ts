import test from 'ava';
import mongoose from 'mongoose';
import {
  abortReason,
  coerceError,
  ConfigError,
  DatabaseError,
  EstioError,
  isAbort,
  RunAbortedError,
  UsageError,
} from '../../shared/platform/errors.ts';

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
    t.regex(error.message, /^A value that is not an error was thrown: /);
  }
});

test('an error of another bundle is known by its shape', (t) => {
  const foreign = Object.assign(new Error('slow down'), { code: 'rate-limited', retryable: true });
  t.like(coerceError(foreign), { code: 'rate-limited', retryable: true, message: 'slow down' });
  t.is(coerceError(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })).code, 'unexpected');
});

test('a lost database is a retryable error that names it and says what to do', (t) => {
  const { MongoNetworkError, MongoNetworkTimeoutError, MongoServerSelectionError, MongoServerError } = mongoose.mongo;
  const lost = new MongoNetworkError('connection 3 to 10.0.0.1:27017 closed');
  t.like(coerceError(lost), {
    code: 'database',
    retryable: true,
    cause: lost,
    message:
      'The database cannot be used: connection 3 to 10.0.0.1:27017 closed; check that it is running and reachable ' +
      'from this host (MONGODB_URI)',
  });
  const nowhere = new MongoServerSelectionError('getaddrinfo ENOTFOUND db.example', {
    servers: new Map([['db.example:27017', {}]]),
  } as never);
  t.is(
    coerceError(nowhere).message,
    'The database at db.example:27017 cannot be used: getaddrinfo ENOTFOUND db.example; check the host name in ' +
      'MONGODB_URI',
  );
  t.is(
    coerceError(
      new MongoNetworkTimeoutError('connection 3 to mongodb://robot:secret@10.0.0.1:27017 timed out'),
    ).message.includes('secret'),
    false,
  );
  t.is(
    coerceError(new MongoServerError({ message: 'not primary', code: 10107, errorLabels: ['RetryableWriteError'] }))
      .code,
    'database',
  );
  t.is(coerceError(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' })).code, 'database');
  t.like(coerceError(new MongoServerError({ message: 'E11000 duplicate key', code: 11_000 })), {
    code: 'unexpected',
    retryable: false,
  });
});

test('aborts are known by name, with their reason', (t) => {
  t.true(isAbort(new RunAbortedError('x')));
  t.true(isAbort(AbortSignal.abort().reason));
  t.false(isAbort(new Error('x')));
  t.false(isAbort('AbortError'));
  t.is(abortReason(AbortSignal.abort(new RunAbortedError('the time budget ended'))), 'the time budget ended');
  t.is(abortReason(AbortSignal.abort('by hand')), 'by hand');
});
