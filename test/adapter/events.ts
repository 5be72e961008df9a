import test from 'ava';
import { Types } from 'mongoose';
import { emitEvents } from '../../shared/events/emit-event.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { models } from '../../shared/models/index.ts';
import { useCommands } from '../doubles/commands.ts';
import { emptyDatabase } from '../doubles/agency.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../doubles/webhook-receiver.ts';

useDatabase(test, models);
const runCommand = useCommands(test);
test.beforeEach(emptyDatabase);

function run(args: readonly string[], receiver?: WebhookReceiver) {
  const webhook: Record<string, string> = receiver
    ? { EVENT_WEBHOOK_URL: receiver.url, EVENT_WEBHOOK_SECRET: receiver.secret, EVENT_WEBHOOK_ALLOW_PRIVATE: '1' }
    : {};
  return runCommand(args, { NODE_ENV: 'production', LOG_LEVEL: 'error', MONGODB_URI: databaseUri(), ...webhook });
}

async function emit(count: number): Promise<void> {
  const locationId = new Types.ObjectId();
  await emitEvents(
    Array.from({ length: count }, (_, i) => ({
      type: 'email.received',
      key: `event-${i}`,
      locationId,
      payload: { messageId: 'm', conversationId: 'c', contactId: `contact-${i}` },
    })),
    systemClock,
  );
}

test.serial('--deliver-events sends what waits and says what became of it', async (t) => {
  const receiver = await startWebhookReceiver(t);
  await emit(2);
  const delivered = await run(['--deliver-events'], receiver);
  t.deepEqual([delivered.code, JSON.parse(delivered.stdout)], [0, { delivered: 2, failed: 0, dead: 0 }]);
  t.is(receiver.received.length, 2);
  t.deepEqual(receiver.refused, []);
});

test.serial('--deliver-events without an address is no failure, a receiver that fails is one in part', async (t) => {
  const receiver = await startWebhookReceiver(t);
  receiver.answer = 500;
  await emit(1);
  const waiting = await run(['--deliver-events']);
  t.deepEqual([waiting.code, JSON.parse(waiting.stdout)], [0, { delivered: 0, failed: 0, dead: 0, stopped: 'no-url' }]);
  const failed = await run(['--deliver-events'], receiver);
  t.deepEqual([failed.code, JSON.parse(failed.stdout)], [3, { delivered: 0, failed: 1, dead: 0 }]);
});

test.serial('--replay-event sends again, also to a receiver that had answered 410', async (t) => {
  const receiver = await startWebhookReceiver(t);
  await emit(2);
  await run(['--deliver-events'], receiver);
  await emitEvents(
    [
      {
        type: 'email.received',
        key: 'another',
        locationId: new Types.ObjectId(),
        payload: { messageId: 'm', conversationId: 'c', contactId: 'x' },
      },
    ],
    systemClock,
  );
  receiver.answer = 410;
  t.like(JSON.parse((await run(['--deliver-events'], receiver)).stdout), { delivered: 0, stopped: 'disabled' });
  receiver.answer = 204;
  t.like(JSON.parse((await run(['--deliver-events'], receiver)).stdout), { delivered: 0, stopped: 'disabled' });
  const replayed = await run(['--replay-event', 'email.received'], receiver);
  t.deepEqual(
    [replayed.code, JSON.parse(replayed.stdout)],
    [0, { replayed: 2, onTheirWay: 1, delivered: 3, failed: 0, dead: 0 }],
  );
});

test.serial('--replay-event of nothing that exists is wrong usage and says what is expected', async (t) => {
  const { code, stderr } = await run(['--replay-event', 'listing']);
  t.is(code, 2);
  t.regex(stderr, /an event's id, "dead" or one of .*listing\.new/);
});

test.serial('--event-types needs no database', async (t) => {
  const { code, stdout } = await run(['--event-types', '--json']);
  t.is(code, 0);
  t.true(Object.hasOwn(JSON.parse(stdout), 'follow_up.due'));
});
