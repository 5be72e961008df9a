import test from 'ava';
import { JobRun, type JobRunDoc } from '../../shared/models/job-run.ts';
import { listRuns } from '../../shared/runs/list-runs.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

const tick = new Date('2026-11-30T10:00:00Z');

function record(job: string, host: string, second: number, values: Partial<JobRunDoc> = {}) {
  const startedAt = new Date(tick.getTime() + second * 1000);
  const origin = { trigger: 'cron' as const, host, lockDir: '/tmp', pid: 1, version: '1' };
  return JobRun.create({ job, status: 'succeeded', tick, startedAt, finishedAt: startedAt, ...origin, ...values });
}

test('runs of several hosts for one time are added up, of each host the last one', async (t) => {
  await record('shared', 'a', 1, { status: 'failed', counts: { accounts: 9 } });
  await record('shared', 'b', 2, { counts: { accounts: 3 } });
  await record('shared', 'a', 3, { status: 'partial', waiting: 1, counts: { accounts: 4 } });
  await record('shared', 'c', 4, { status: 'skipped', reason: 'high-load' });
  await record('shared', 'b', 3600, { tick: new Date('2026-11-30T11:00:00Z'), counts: { accounts: 7 } });
  const { runs } = await listRuns({ job: 'shared', limit: 10 });
  t.deepEqual(
    runs.map(({ host, together }) => [host, together?.runs, together?.status, together?.waiting, together?.counts]),
    [
      ['b', undefined, undefined, undefined, undefined],
      ['c', 2, 'partial', 1, { accounts: 7 }],
      ['a', 2, 'partial', 1, { accounts: 7 }],
      ['b', 2, 'partial', 1, { accounts: 7 }],
      ['a', 2, 'partial', 1, { accounts: 7 }],
    ],
  );
  const [last] = (await listRuns({ job: 'shared', limit: 2 })).runs.slice(1);
  t.is(last?.together?.runs, 2, 'also those on another page');
});

test('a run alone at its time, or without one, has no sum', async (t) => {
  await record('alone', 'a', 1);
  await JobRun.updateOne({ _id: (await record('alone', 'b', 2))._id }, { $unset: { tick: 1 } });
  await record('another', 'b', 1);
  const { runs } = await listRuns({ job: 'alone', limit: 10 });
  t.deepEqual(
    runs.map(({ together }) => together),
    [undefined, undefined],
  );
});
