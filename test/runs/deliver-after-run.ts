import test from 'ava';
import { Types } from 'mongoose';
import { emitEvents } from '../../shared/events/emit-event.ts';
import { Event } from '../../shared/models/event.ts';
import { executeJob } from '../../shared/runs/execute-job.ts';
import type { JobDefinition } from '../../shared/runs/job.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { emptyDatabase } from '../doubles/agency.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { testClock } from '../doubles/run-context.ts';
import { pino } from 'pino';
import { startWebhookReceiver, type WebhookReceiver } from '../doubles/webhook-receiver.ts';

useDatabase(test);
test.beforeEach(emptyDatabase);

async function execute(receiver: WebhookReceiver | undefined, events: number, then = async () => {}) {
  const clock = testClock(new Date());
  const job: JobDefinition = {
    name: 'any-job',
    description: 'Any job.',
    schedule: '* * * * *',
    parameters: [],
    async run(context) {
      for (let i = 0; i < events; i++) {
        const contactId = `contact-${i}`;
        await emitEvents(
          [
            {
              type: 'email.received',
              key: contactId,
              locationId: new Types.ObjectId(),
              payload: { messageId: 'm', conversationId: 'c', contactId },
            },
          ],
          context.clock,
        );
      }
      await then();
    },
  };
  const environment = {
    NODE_ENV: 'production',
    MONGODB_URI: databaseUri(),
    ...(receiver
      ? { EVENT_WEBHOOK_URL: receiver.url, EVENT_WEBHOOK_SECRET: receiver.secret, EVENT_WEBHOOK_ALLOW_PRIVATE: '1' }
      : {}),
  };
  return executeJob(
    job,
    {
      runId: 'run',
      trigger: 'cron',
      parameters: { dryRun: false, confirmRemovals: false },
      signal: new AbortController().signal,
      onProgress() {},
      assertHeld: () => Promise.resolve(),
    },
    { config: readConfig(environment), log: pino({ level: 'silent' }), clock },
  );
}

test.serial('the end of a run of any job delivers what waits, and counts it', async (t) => {
  const receiver = await startWebhookReceiver(t);
  t.deepEqual(await execute(receiver, 3), { status: 'succeeded', counts: { eventsDelivered: 3 }, errors: [] });
  t.is(receiver.received.length, 3);
});

test.serial('a job that failed delivers too', async (t) => {
  const receiver = await startWebhookReceiver(t);
  const report = await execute(receiver, 1, () => Promise.reject(new Error('broken')));
  t.like(report, { status: 'failed', counts: { eventsDelivered: 1 } });
});

test.serial('without an address nothing is said of events', async (t) => {
  t.deepEqual(await execute(undefined, 1), { status: 'succeeded', counts: {}, errors: [] });
  t.is(await Event.countDocuments({ status: 'pending' }), 1);
});

test.serial('a receiver that is gone or down is reported and leaves the run as it was', async (t) => {
  const receiver = await startWebhookReceiver(t);
  receiver.answer = 503;
  const down = await execute(receiver, 8);
  t.is(down.status, 'succeeded');
  t.like(down.errors, [{ scope: 'event-delivery', code: 'receiver-down', retryable: true }]);
  await emptyDatabase();
  receiver.answer = 410;
  for (let run = 0; run < 2; run++) {
    const gone = await execute(receiver, 1);
    t.is(gone.status, 'succeeded');
    t.like(gone.errors, [{ scope: 'event-delivery', code: 'receiver-disabled' }]);
    t.false(JSON.stringify(gone).includes('private'), 'the address is not shown');
  }
});
