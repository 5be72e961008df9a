import test from 'ava';
import { Types } from 'mongoose';
import { drainItems } from '../../../shared/mail/sync/drain-items.ts';
import { MailError } from '../../../shared/mail/mail-error.ts';
import type { FetchedMessage, Mailbox } from '../../../shared/mail/mail-provider.ts';
import { queueItems } from '../../../shared/mail/sync/sync-items.ts';
import { SyncItem } from '../../../shared/models/sync-item.ts';
import { hour, minute } from '../../../shared/platform/clock.ts';
import { useDatabase } from '../../doubles/database.ts';
import { connectedAccount, fetchedRaw } from '../../doubles/mail.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

const limited = () => new MailError('slower', { code: 'rate-limited', reaction: 'throttled' });
const down = () => new MailError('no answer', { code: 'network', reaction: 'retry' });

/** Only `fetch` and its identity matter. */
function mailboxOf(
  fetch: (id: string) => Promise<FetchedMessage | undefined>,
  probe: () => Promise<void> = () => Promise.resolve(),
): Mailbox {
  return { concurrency: 3, fetch, probe } as Partial<Mailbox> as Mailbox;
}

/** All others are gone. */
function failingWith(error: () => Error, failing: ReadonlySet<string>) {
  return (id: string): Promise<undefined> => (failing.has(id) ? Promise.reject(error()) : Promise.resolve(undefined));
}

async function queued(count: number) {
  const account = await connectedAccount();
  const context = testContext();
  const ids = Array.from({ length: count }, (_, n) => `m${n}`);
  await queueItems(ids, {
    account,
    origin: 'change',
    revision: String(new Types.ObjectId()),
    now: context.clock.now(),
  });
  return { account, context, ids };
}

test('an unavailable mailbox is not blamed on its messages', async (t) => {
  const { account, context } = await queued(12);
  await t.throwsAsync(
    drainItems({
      account,
      context,
      mailbox: mailboxOf(
        () => Promise.reject(down()),
        () => Promise.reject(down()),
      ),
    }),
    { message: 'no answer' },
  );
  t.is(await SyncItem.countDocuments({ accountId: account._id, attempts: 0, state: 'queued', reason: null }), 12);
});

test('messages that fail between others that do not are tried later', async (t) => {
  const { account, context, ids } = await queued(12);
  const failing = new Set(ids.filter((_, n) => n % 2 === 0));
  await drainItems({ account, context, mailbox: mailboxOf(failingWith(down, failing)) });
  const left = await SyncItem.find({ accountId: account._id }).lean();
  t.deepEqual(left.map((item) => item.providerMessageId).sort(), [...failing].sort());
  t.true(left.every((item) => item.attempts === 1 && item.reason === 'network: no answer'));
});

test('a message that cannot be stored is tried later, whatever it throws, and the others are done', async (t) => {
  const { account, context } = await queued(3);
  const mailbox = mailboxOf((id) =>
    Promise.resolve(id === 'm1' ? ({ ...fetchedRaw(''), flags: undefined } as unknown as FetchedMessage) : undefined),
  );
  await drainItems({ account, context, mailbox });
  t.like(await SyncItem.find({ accountId: account._id }).lean(), {
    length: 1,
    0: { providerMessageId: 'm1', attempts: 1, state: 'queued' },
  });
});

for (const [reaction, name] of [
  ['retry', 'no answer'],
  ['busy', 'come again later'],
  ['admin', 'forbidden'],
  ['reauth', 'not signed in'],
  ['operator', 'misconfigured'],
] as const) {
  test(`messages that always answer "${name}" while the mailbox is there are parked, and block nothing`, async (t) => {
    const { account, context, ids } = await queued(12);
    const failing = new Set(ids.slice(0, 6));
    const error = () => new MailError(name, { code: 'named', reaction });
    for (const state of ['queued', 'queued', 'parked']) {
      await drainItems({ account, context, mailbox: mailboxOf(failingWith(error, failing)) });
      const left = await SyncItem.find({ accountId: account._id }).lean();
      t.deepEqual(left.map((item) => item.providerMessageId).sort(), [...failing].sort());
      t.true(left.every((item) => item.state === state && item.reason === `named: ${name}`));
      context.clock.advance(hour);
    }
  });
}

test('messages that failed before come after new ones', async (t) => {
  const { account, context, ids } = await queued(40);
  await SyncItem.updateMany(
    { accountId: account._id },
    { $set: { state: 'parked', attempts: 3, nextAttemptAt: new Date(context.clock.now().getTime() - hour) } },
  );
  await queueItems(['new'], {
    account,
    origin: 'change',
    revision: String(new Types.ObjectId()),
    now: context.clock.now(),
  });
  await drainItems({ account, context, mailbox: mailboxOf(failingWith(down, new Set(ids))) });
  t.is(await SyncItem.countDocuments({ accountId: account._id, providerMessageId: 'new' }), 0);
  t.is(await SyncItem.countDocuments({ accountId: account._id }), 40);
});

test('a mailbox whose messages all fail while it answers is not hammered, and every run tries others', async (t) => {
  const { account, context, ids } = await queued(60);
  const failing = new Set(ids.slice(0, 50));
  let asked = 0;
  const fetch = failingWith(down, failing);
  const mailbox = mailboxOf((id) => ((asked += 1), fetch(id)));
  await drainItems({ account, context, mailbox });
  t.true(asked >= 20 && asked <= 25, `${asked}`);
  t.like(context.report(), { status: 'partial', errors: [{ code: 'messages-failing' }] });
  for (let run = 0; run < 2; run += 1) await drainItems({ account, context, mailbox });
  t.is(await SyncItem.countDocuments({ accountId: account._id }), 50);
});

test('a rate limit is no fault of the message that meets it, however long it lasts', async (t) => {
  const { account, context } = await queued(1);
  for (let run = 0; run < 4; run += 1) {
    await t.throwsAsync(drainItems({ account, context, mailbox: mailboxOf(() => Promise.reject(limited())) }), {
      message: 'slower',
    });
    t.like(await SyncItem.findOne({ accountId: account._id }).lean(), { attempts: 0, state: 'queued' });
    context.clock.advance(15 * 2 ** run * minute);
  }
  await drainItems({ account, context, mailbox: mailboxOf(() => Promise.resolve(undefined)) });
  t.is(await SyncItem.countDocuments({ accountId: account._id }), 0);
});

test('a message that always meets a rate limit does not come first in every run', async (t) => {
  const { account, context } = await queued(8);
  let led = 0;
  const fetch = (id: string) => (id === 'm0' ? ((led += 1), Promise.reject(limited())) : Promise.resolve(undefined));
  for (let run = 0; run < 24; run += 1) {
    await queueItems([`new${run}`], { account, origin: 'change', revision: 'new', now: context.clock.now() });
    await drainItems({ account, context, mailbox: { ...mailboxOf(fetch), concurrency: 1 } }).catch(() => undefined);
    context.clock.advance(15 * minute);
  }
  t.true(led <= 7, `${led}`);
  t.is(await SyncItem.countDocuments({ accountId: account._id }), 1);
});

test('a message that meets a rate limit while others alongside it do not is to blame', async (t) => {
  const { account, context } = await queued(2);
  const other = Promise.withResolvers<undefined>();
  const fetch = (id: string) => (id === 'm0' ? Promise.reject(limited()) : other.promise);
  setImmediate(() => setImmediate(other.resolve, undefined));
  await t.throwsAsync(drainItems({ account, context, mailbox: mailboxOf(fetch) }), { message: 'slower' });
  t.like(await SyncItem.find({ accountId: account._id }).lean(), {
    length: 1,
    0: { providerMessageId: 'm0', attempts: 1 },
  });
});

test('messages that a run was at when it ended in order are not to blame', async (t) => {
  const { account, context } = await queued(4);
  const waiting = Promise.withResolvers<undefined>();
  let begun = 0;
  const fetch = () => {
    if ((begun += 1) === 1) return Promise.reject(down());
    if (begun === 4) context.abort(new Error('time budget'));
    return waiting.promise;
  };
  context.signal.addEventListener('abort', () => waiting.reject(new Error('aborted')));
  await t.throwsAsync(drainItems({ account, context, mailbox: mailboxOf(fetch) }), { code: 'aborted' });
  t.is(await SyncItem.countDocuments({ accountId: account._id, attempts: 0, state: 'queued', reason: null }), 4);
});

test('a run that ends over a message has counted the attempt; the message is tried alone, then parked', async (t) => {
  const { account, context } = await queued(4);
  const left = async () =>
    (await SyncItem.find({ accountId: account._id }).sort({ _id: 1 }).lean()).map(
      (item) => `${item.providerMessageId} ${item.attempts} ${item.state}`,
    );
  /** What a killed run has begun never ends. */
  const killedOver = async (fatal: readonly string[]) => {
    const all = Promise.withResolvers<void>();
    const waiting = new Set(fatal);
    const fetch = (id: string) => {
      if (!fatal.includes(id)) return Promise.resolve(undefined);
      waiting.delete(id);
      if (waiting.size === 0) all.resolve();
      return new Promise<undefined>(() => undefined);
    };
    void drainItems({ account, context, mailbox: mailboxOf(fetch) });
    await all.promise;
    context.clock.advance(minute);
  };
  await killedOver(['m0', 'm1', 'm2']);
  t.deepEqual(await left(), ['m0 1 queued', 'm1 1 queued', 'm2 1 queued', 'm3 0 queued']);
  await killedOver(['m0']);
  t.deepEqual(await left(), ['m0 2 queued', 'm1 1 queued', 'm2 1 queued']);
  await killedOver(['m0']);
  t.deepEqual(await left(), ['m0 3 parked']);
  t.like(await SyncItem.findOne({ accountId: account._id }).lean(), {
    reason: 'interrupted: the run ended while this message was processed',
  });
  await drainItems({ account, context, mailbox: mailboxOf(() => t.fail() as never) });
  context.clock.advance(6 * hour);
  await drainItems({ account, context, mailbox: mailboxOf(() => Promise.resolve(undefined)) });
  t.deepEqual(await left(), []);
});
