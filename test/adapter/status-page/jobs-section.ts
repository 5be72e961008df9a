import test from 'ava';
import { renderJobs } from '../../../adapter/status-page/jobs-section.ts';
import type { JobStatus, Status } from '../../../adapter/status-page/status.ts';
import { readRun, type StoredRun } from '../../../shared/models/read-run.ts';

const now = new Date('2026-11-30T10:05:00Z');
const description = { name: 'gmail-sync', description: 'Mail.', schedule: '*/15 * * * *', parameters: [] };

function run(host: string, values: StoredRun) {
  return readRun({
    _id: host.repeat(24),
    host,
    job: 'gmail-sync',
    startedAt: new Date('2026-11-30T10:00:01Z'),
    ...values,
  });
}

function drawn(job: Pick<JobStatus, 'lastRun' | 'lastRuns'>): string {
  const rest = { nextRun: undefined, lateSince: undefined, underWay: undefined, week: [], durations: [], recent: [] };
  return String(renderJobs({ jobs: [{ description, ...rest, ...job }], now, canAct: false } as unknown as Status));
}

test('the last run of several hosts is shown as one, with the worst status and a link for each', (t) => {
  const runs = [
    run('a', { status: 'partial', durationMs: 2000, counts: { stored: 1 } }),
    run('b', { status: 'succeeded', durationMs: 1000, counts: { stored: 2 } }),
  ];
  const shared = drawn({ lastRun: runs[1], lastRuns: runs });
  t.regex(shared, /<span class="pill warning">[^<]*partial/);
  t.regex(shared, /3/);
  for (const host of ['a', 'b']) t.regex(shared, new RegExp(`href="/runs/${host.repeat(24)}"[^>]*>on ${host}<`));
  const alone = drawn({ lastRun: runs[1], lastRuns: [] });
  t.regex(alone, />log and errors</);
  t.notRegex(alone, />on b</);
});
