import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import { emitEvents } from '../../shared/events/emit-event.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { models } from '../../shared/models/index.ts';
import { useCommands } from '../doubles/commands.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { startWebhookReceiver } from '../doubles/webhook-receiver.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const runCommand = useCommands(test);

test('--deliver-events sends what waits, and --replay-event sends it again', async (t) => {
  const receiver = await startWebhookReceiver(t);
  const environment = {
    MONGODB_URI: databaseUri(),
    EVENT_WEBHOOK_URL: receiver.url,
    EVENT_WEBHOOK_SECRET: receiver.secret,
    EVENT_WEBHOOK_ALLOW_PRIVATE: '1',
    FEED_ALLOW_PRIVATE: '1',
  };
  const ids = { messageId: 'm', conversationId: 'c', contactId: 'k' };
  await emitEvents(
    [
      {
        type: 'email.received',
        key: 'one',
        locationId: new Types.ObjectId(),
        payload: ids,
        metadata: { sourceId: 'm' },
      },
    ],
    systemClock,
  );

  const waiting = await runCommand(['--deliver-events', '--json'], { MONGODB_URI: databaseUri() });
  t.deepEqual(
    [waiting.code, (JSON.parse(waiting.stdout) as { stopped: string }).stopped],
    [0, 'no-url'],
    waiting.stderr,
  );
  const delivered = await runCommand(['--deliver-events', '--json'], environment);
  t.is(delivered.code, 0, delivered.stderr);
  t.like(JSON.parse(delivered.stdout), { delivered: 1, failed: 0, dead: 0 });
  const replayed = await runCommand(['--replay-event', 'email.received', '--json'], environment);
  t.is(replayed.code, 0, replayed.stderr);
  t.like(JSON.parse(replayed.stdout), { replayed: 1, delivered: 1 });
  t.is(receiver.received.length, 2);
  t.is(receiver.received[0]?.event.id, receiver.received[1]?.event.id);
});

test('--event-types prints the table, and with --json the schema of each payload', async (t) => {
  t.regex((await runCommand(['--event-types'])).stdout, /\| `listing\.new` \|/);
  const schemas = await runCommand(['--event-types', '--json']);
  t.true(Object.keys(JSON.parse(schemas.stdout) as object).length > 0);
});
