import test from 'ava';
import { RunAbortedError, UsageError } from '../../shared/platform/errors.ts';
import { testContext } from '../doubles/run-context.ts';

const fail = () => Promise.reject(new UsageError('no'));
const succeed = () => Promise.resolve(7);

test('the units decide the status of the run', async (t) => {
  const cases: [(() => Promise<unknown>)[], 'succeeded' | 'partial' | 'failed'][] = [
    [[], 'succeeded'],
    [[succeed], 'succeeded'],
    [[fail], 'failed'],
    [[fail, fail], 'failed'],
    [[succeed, fail], 'partial'],
    [[fail, succeed], 'partial'],
  ];
  for (const [units, status] of cases) {
    const context = testContext();
    for (const unit of units) await context.attempt('account a', unit);
    t.is(context.report().status, status);
  }
});

test('a unit answers with its result, or nothing when it failed', async (t) => {
  const context = testContext();
  t.is(await context.attempt('a', succeed), 7);
  t.is(await context.attempt('b', fail), undefined);
  t.is(
    await context.attempt('c', () => {
      throw new UsageError('thrown at once');
    }),
    undefined,
  );
  t.deepEqual(context.report().errors, [
    { scope: 'b', code: 'usage', message: 'no', retryable: false },
    { scope: 'c', code: 'usage', message: 'thrown at once', retryable: false },
  ]);
});

test('what is thrown out of the run fails it, whatever succeeded before', async (t) => {
  const context = testContext();
  await context.attempt('a', succeed);
  t.like(context.report(new Error('the database is gone')), {
    status: 'failed',
    errors: [{ scope: 'test-job', code: 'unexpected', message: 'the database is gone', retryable: false }],
  });
});

test('a failure that is thrown out of a run with work left over fails it too', (t) => {
  const context = testContext();
  context.unfinished('feed b');
  t.is(context.report(new Error('boom')).status, 'failed');
});

test('a count that is no finite number fails its unit and leaves the counts as they were', async (t) => {
  const context = testContext();
  context.count('done', 2);
  for (const wrong of [Infinity, -Infinity, NaN]) await context.attempt('a', async () => context.count('done', wrong));
  t.like(context.report(), {
    status: 'failed',
    counts: { done: 2 },
    errors: [{ scope: 'a', message: 'count "done": expected a finite number, got Infinity' }],
  });
});

test('a problem is recorded and fails nothing', (t) => {
  const context = testContext();
  context.problem('feed a', new UsageError('item 7 has no price'));
  t.like(context.report(), { status: 'succeeded', errors: [{ scope: 'feed a', code: 'usage' }] });
});

test('when stopped, current and later units are left over', async (t) => {
  const context = testContext();
  await context.attempt('a', succeed);
  context.abort(new RunAbortedError('the time budget of 1 s ended'));
  await context.attempt('b', async () => context.signal.throwIfAborted());
  let began = false;
  await context.attempt('c', async () => void (began = true));
  t.false(began);
  t.deepEqual(context.report(), { status: 'partial', reason: 'the time budget of 1 s ended', counts: {}, errors: [] });
});

test('a run that lets the abort through is partial, not failed', (t) => {
  const context = testContext();
  context.abort(new RunAbortedError('shutdown'));
  t.like(context.report(context.signal.reason), { status: 'partial', reason: 'shutdown', errors: [] });
});

test('an error that only happens after the abort is an error', async (t) => {
  const context = testContext();
  await context.attempt('a', async () => {
    context.abort(new RunAbortedError('shutdown'));
    throw new UsageError('something else');
  });
  t.like(context.report(), { status: 'failed', errors: [{ scope: 'a', code: 'usage' }] });
});

test('counts add up, and a zero is visible', (t) => {
  const context = testContext();
  context.count('stored', 0);
  context.count('listed');
  context.count('listed', 4);
  t.deepEqual(context.report().counts, { stored: 0, listed: 5 });
});

test('errors are listed up to a limit, and long messages are cut', (t) => {
  const context = testContext();
  for (let index = 0; index < 53; index += 1) context.problem('feed a'.repeat(1000), new UsageError('x'.repeat(5000)));
  const { errors, counts } = context.report();
  t.is(errors.length, 50);
  t.is(errors[0]!.message.length, 1000);
  t.is(errors[0]!.scope.length, 200);
  t.deepEqual(counts, { errorsNotListed: 3 });
});
