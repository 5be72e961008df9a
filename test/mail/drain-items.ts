import test from 'ava';
import { Types } from 'mongoose';
import { drainItems } from '../../shared/mail/drain-items.ts';
import { MailError } from '../../shared/mail/errors.ts';
import type { FetchedMessage, Mailbox } from '../../shared/mail/mail-provider.ts';
import { queueItems } from '../../shared/mail/sync-items.ts';
import { SyncItem } from '../../shared/models/sync-item.ts';
import { useDatabase } from '../doubles/database.ts';
import { connectedAccount, fetchedRaw } from '../doubles/mail.ts';
import { testContext } from '../doubles/run-context.ts';

useDatabase(test);

const down = () => new MailError('no answer', { code: 'network', reaction: 'retry' });

/** A mailbox of which only `fetch` matters. */
function mailboxOf(fetch: (id: string) => Promise<FetchedMessage | undefined>): Mailbox {
  return { concurrency: 3, fetch } as Partial<Mailbox> as Mailbox;
}

async function queued(count: number) {
  const account = await connectedAccount();
  const context = testContext();
  const ids = Array.from({ length: count }, (_, n) => `m${n}`);
  await queueItems(ids, { account, origin: 'change', revision: String(new Types.ObjectId()), now: context.clock.now() });
  return { account, context, ids };
}

test('a mailbox that is down is no fault of its messages', async (t) => {
  const { account, context } = await queued(12);
  await t.throwsAsync(drainItems({ account, context, mailbox: mailboxOf(() => Promise.reject(down())) }), { message: 'no answer' });
  t.is(await SyncItem.countDocuments({ accountId: account._id, attempts: 0, state: 'queued' }), 12);
});

test('messages that fail between others that do not are tried later', async (t) => {
  const { account, context, ids } = await queued(12);
  const failing = new Set(ids.filter((_, n) => n % 2 === 0));
  await drainItems({ account, context, mailbox: mailboxOf((id) => (failing.has(id) ? Promise.reject(down()) : Promise.resolve(undefined))) });
  const left = await SyncItem.find({ accountId: account._id }).lean();
  t.deepEqual(left.map((item) => item.providerMessageId).sort(), [...failing].sort());
  t.true(left.every((item) => item.attempts === 1 && item.reason === 'network: no answer'));
});

test('a message that cannot be stored is tried later, whatever it throws, and the others are done', async (t) => {
  const { account, context } = await queued(3);
  const mailbox = mailboxOf((id) => Promise.resolve(id === 'm1' ? ({ ...fetchedRaw(''), receivedAt: undefined } as unknown as FetchedMessage) : undefined));
  await drainItems({ account, context, mailbox });
  t.like(await SyncItem.find({ accountId: account._id }).lean(), { length: 1, 0: { providerMessageId: 'm1', attempts: 1, state: 'queued' } });
});
