import test from 'ava';
import { Types } from 'mongoose';
import type { MailProvider } from '../../../shared/mail/mail-provider.ts';
import { gmailProvider } from '../../../shared/mail/gmail/gmail-provider.ts';
import { ProjectQuota } from '../../../shared/mail/sync/project-quota.ts';
import { quotaDay } from '../../../shared/mail/sync/quota-day.ts';
import { JobRun, renewRun } from '../../../shared/models/job-run.ts';
import { addUnits, QuotaDay } from '../../../shared/models/quota-day.ts';
import { useDatabase } from '../../doubles/database.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

async function run(job: string, isAlive: boolean): Promise<void> {
  const fields = { job, status: 'running', trigger: 'cron', startedAt: new Date(), host: 'h', pid: 1, version: '1' };
  const { _id } = await JobRun.create(fields as never);
  if (isAlive) await renewRun(String(_id));
}

function provider(name: string, used: { units: number; parts?: number }): MailProvider {
  const quota = {
    divide: (runs: number) => void (used.parts = runs),
    takeSpent: () => used.units,
    putBack: (units: number) => void (used.units += units),
  };
  return { ...gmailProvider(), name: name as MailProvider['name'], quota };
}

test("the project's limit is divided by the runs that live", async (t) => {
  for (const isAlive of [true, true, false]) await run('divided', isAlive);
  const used = { units: 0, parts: 0 };
  const of = (job: string) => new ProjectQuota([provider('divided', used)], testContext({ job })).share();
  await of('divided');
  t.is(used.parts, 2);
  await of('alone');
  t.is(used.parts, 1);
});

test('at four fifths of a day, whoever used them, imports end until the next day', async (t) => {
  const name = `gmail-${new Types.ObjectId()}`;
  const context = testContext({ environment: { GMAIL_UNITS_PER_DAY: '1000' } });
  const used = { units: 300 };
  const quota = new ProjectQuota([provider(name, used)], context);
  await quota.share();
  t.true(quota.mayImport());
  await addUnits(name, quotaDay(context.clock.now()), 500);
  used.units = 0;
  await quota.share();
  t.false(quota.mayImport());
  t.is((await QuotaDay.findById(`${name} 2026-11-23`).lean())?.units, 800);
  context.clock.advance(24 * 3_600_000);
  await quota.share();
  t.true(quota.mayImport());
});
