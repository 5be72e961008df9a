/** Begins on a line of input. Equal TEST_TICK: started by cron at the same time. */

import { once } from 'node:events';
import mongoose, { Types } from 'mongoose';
import { gmailProvider } from '../../../shared/mail/gmail/gmail-provider.ts';
import { syncAccounts } from '../../../shared/mail/sync/sync-accounts.ts';
import { JobRun } from '../../../shared/models/job-run.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { readConfig } from '../../../shared/platform/config.ts';
import { testContext, type TestClock } from '../run-context.ts';

const config = readConfig();
const runId = new Types.ObjectId().toHexString();
const aheadMs = Number(process.env['TEST_CLOCK_AHEAD_MS'] ?? 0);
const clock = { ...systemClock, now: () => new Date(Date.now() + aheadMs) };
const context = testContext({
  config,
  clock: clock as TestClock,
  job: process.env['TEST_TICK'] ?? 'tick',
  runId,
});
let operations = 0;
await mongoose.connect(config.mongodbUri as string, { autoIndex: false, autoCreate: false, monitorCommands: true });
mongoose.connection.getClient().on('commandStarted', () => void (operations += 1));
process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.destroy();
const host = { host: process.env['TEST_HOST'] ?? 'host', pid: process.pid, version: 'test' };
const { job, trigger } = context;
await JobRun.create({ _id: runId, job, trigger, status: 'running', startedAt: new Date(), ...host });
operations = 0;
const startedAt = performance.now();
await syncAccounts({ ...context, schedule: '0 0 1 1 *' }, { providers: [gmailProvider()] });
const ms = performance.now() - startedAt;
await JobRun.updateOne({ _id: runId }, { status: 'succeeded' });
process.stdout.write(`${JSON.stringify({ ...context.report(), operations, ms })}\n`);
await mongoose.disconnect();
