import test from 'ava';
import { readRun, type StoredRun } from '../../shared/models/read-run.ts';
import { addUpRuns } from '../../shared/runs/add-up-runs.ts';

const run = (values: StoredRun) => readRun({ job: 'gmail-sync', ...values });
const at = (second: number) => new Date(Date.UTC(2026, 10, 30, 10, 0, second));
const error = { scope: 'gmail:a', code: 'x', message: 'No answer', retryable: true };

test('counts and errors add up, the longest duration and the last rest count', (t) => {
  const sum = addUpRuns([
    run({
      status: 'partial',
      finishedAt: at(9),
      durationMs: 900,
      waiting: 3,
      counts: { accounts: 4, stored: 1 },
      errors: [error],
    }),
    run({ status: 'partial', finishedAt: at(8), waiting: 7 }),
    run({ status: 'succeeded', finishedAt: at(7), durationMs: 1200, counts: { accounts: 2, parked: 0 } }),
  ]);
  t.deepEqual(sum, {
    runs: 3,
    status: 'partial',
    durationMs: 1200,
    waiting: 3,
    counts: { accounts: 6, stored: 1, parked: 0 },
    errors: [error],
  });
});

test('the worst status wins', (t) => {
  for (const [statuses, worst] of [
    [['succeeded', 'succeeded'], 'succeeded'],
    [['succeeded', 'running'], 'running'],
    [['running', 'partial'], 'partial'],
    [['failed', 'partial', 'succeeded'], 'failed'],
    [['made-up'], undefined],
  ] as const)
    t.is(addUpRuns(statuses.map((status) => run({ status }))).status, worst);
});
