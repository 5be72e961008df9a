import { hostname } from 'node:os';
import test from 'ava';
import { Types } from 'mongoose';
import { Account, dueAccounts, markPushed } from '../../shared/models/account.ts';
import { claimNext, countDue, releaseClaim } from '../../shared/models/claim.ts';
import { JobRun, type RunTrigger } from '../../shared/models/job-run.ts';
import { databaseNow } from '../../shared/models/database-time.ts';
import { beginDue } from '../../shared/runs/begin-due.ts';
import { jobLockFolder } from '../../shared/runs/job-lock.ts';
import { createRunContext } from '../../shared/runs/run-context.ts';
import { useDatabase } from '../doubles/database.ts';
import { at, testContext, type TestContextOptions } from '../doubles/run-context.ts';

useDatabase(test);

const tick = new Date('2026-11-30T10:00:00Z');

async function begun(job: string, host: string, options: TestContextOptions = {}) {
  const runId = new Types.ObjectId().toHexString();
  const { clock, ...context } = testContext({ job, runId, ...options });
  await JobRun.create({
    _id: runId,
    job,
    status: 'running',
    trigger: 'cron',
    startedAt: tick,
    host,
    pid: 1,
    version: '1',
  });
  const due = await beginDue(createRunContext({ ...context, clock, schedule: '0 * * * *' }));
  return { due, runId };
}

test('a run that cron has started on a second host begins where the first one did', async (t) => {
  const first = await begun('shared', 'other-host', { databaseNow: at('2026-11-30T10:00:02Z') });
  t.is(first.due.before().toISOString(), '2026-11-30T10:00:02.000Z');
  const second = await begun('shared', hostname(), { databaseNow: at('2026-11-30T10:07:00Z') });
  t.is(second.due.before().toISOString(), '2026-11-30T10:00:02.000Z');
  t.like(await JobRun.findById(second.runId).lean(), { tick, dueSince: new Date('2026-11-30T10:00:02Z') });
});

test('a hosted call again for what is left continues the run, and any other call starts over', async (t) => {
  const [first, second] = ['2026-11-30T10:00:02.000Z', '2026-11-30T10:01:00.000Z'];
  const { runId } = await begun('continued', hostname(), { databaseNow: at(first) });
  const lockDir = jobLockFolder(testContext().config);
  await JobRun.updateOne({ _id: runId }, { status: 'partial', waiting: 7, lockDir });
  const begin = async (trigger: RunTrigger) => {
    const { due } = await begun('continued', hostname(), { trigger, databaseNow: at(second) });
    await JobRun.updateMany({ job: 'continued' }, { lockDir });
    return due.before().toISOString();
  };
  t.is(await begin('hosted'), first);
  t.is(await begin('cron'), second);
  await JobRun.updateOne({ _id: runId }, { status: 'succeeded', $unset: { waiting: 1 } });
  t.is(await begin('hosted'), second);
});

test('the next tick, a run by hand and a narrowed one begin for themselves', async (t) => {
  await begun('apart', 'other-host', { databaseNow: at('2026-11-30T10:00:02Z') });
  const now = '2026-11-30T10:07:00.000Z';
  for (const options of [{ trigger: 'invoke' }, { parameters: { accountId: '64b000000000000000000000' } }] as const)
    t.is((await begun('apart', hostname(), { ...options, databaseNow: at(now) })).due.before().toISOString(), now);
  const next = await begun('apart', hostname(), { databaseNow: at('2026-11-30T11:00:01Z') });
  t.is(next.due.before().toISOString(), '2026-11-30T11:00:01.000Z');
});

test('a run for pushes takes only what was asked for, and such a mailbox is due in every run', async (t) => {
  const locationId = new Types.ObjectId();
  const emails = ['asked', 'left'].map((name) => `${name}-${locationId}@agency.example`);
  for (const email of emails) await Account.create({ locationId, provider: 'gmail', email, lastAttemptAt: tick });
  t.is(await markPushed([{ provider: 'gmail', email: emails[0]! }]), 1);
  const { due } = await begun('pushed', hostname(), { parameters: { pushed: true } });
  const query = dueAccounts({ providers: ['gmail'], locationId: String(locationId), now: new Date() }, due.before());
  const by = { runId: 'pushed', host: hostname(), pid: process.pid };
  t.is((await claimNext(Account, query, 'sound', by))?.email, emails[0]);
  t.is(await claimNext(Account, query, 'sound', by), undefined);
});

test('of two hosts in one tick each mailbox is read once', async (t) => {
  const locationId = new Types.ObjectId();
  await Account.create(
    Array.from({ length: 3 }, (_, n) => ({
      locationId,
      provider: 'gmail' as const,
      email: `${n}-${locationId}@agency.example`,
    })),
  );
  const now = await databaseNow();
  const one = await begun('twice', 'other-host', { databaseNow: at(now) });
  const query = (before: Date) => dueAccounts({ providers: ['gmail'], locationId: String(locationId), now }, before);
  for (let n = 0; n < 2; n += 1) {
    const by = { runId: one.runId, host: 'other-host', pid: 1 };
    const unit = await claimNext(Account, query(one.due.before()), 'sound', by);
    await releaseClaim(Account, unit!, 'done');
  }
  const two = await begun('twice', hostname(), { databaseNow: at(new Date(now.getTime() + 30_000)) });
  t.is(await countDue(Account, query(two.due.before())), 1);
});
