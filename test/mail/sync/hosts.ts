import test, { type ExecutionContext } from 'ava';
import { Types } from 'mongoose';
import { disconnectMailbox } from '../../../shared/mail/accounts/disconnect-mailbox.ts';
import { Account, type AccountDoc } from '../../../shared/models/account.ts';
import { Contact } from '../../../shared/models/contact.ts';
import { Message } from '../../../shared/models/message.ts';
import { models } from '../../../shared/models/index.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { chooseFrom } from '../../doubles/chosen.ts';
import { databaseUri, useDatabase } from '../../doubles/database.ts';
import { startGmail, type GmailDouble } from '../../doubles/gmail.ts';
import { startHost, type Host } from '../../doubles/mail-suite/hosts.ts';
import { rawMail } from '../../doubles/mail-suite/mailbox-double.ts';

useDatabase(test, models);

const accounts = 4;
const messages = 30;
/** In flight when a host dies or loses its claims: ten of each of its two mailboxes. */
const fetchedTwice = 20;
const client = 'client@clients.example';
const isFetch = /\/messages\/[^/]+$/;
const ended = { $set: { 'claim.until': new Date(0) } };

interface Play {
  readonly first: Host;
  /** Locations without expectations. */
  readonly gone: Types.ObjectId[];
}

const troubles: Record<string, (play: Play) => Promise<unknown>> = {
  'a killed host': async ({ first }) => first.kill(),
  'a host that stands still for longer than its lease': async ({ first }) => {
    first.stop();
    await Account.updateMany({ 'claim.host': 'a' }, ended);
  },
  'a host with a clock ten minutes ahead': async () => undefined,
  'a mailbox that is deleted while it is read': async ({ gone }) => {
    const { _id, locationId } = await oneThatIsRead();
    gone.push(locationId);
    await Account.deleteOne({ _id });
  },
  'a mailbox that is disconnected while it is read': async ({ gone }) => {
    const account = await oneThatIsRead();
    gone.push(account.locationId);
    await disconnectMailbox(account, systemClock);
  },
  'a mailbox that is reconnected while it is read': async () => {
    const { _id } = await oneThatIsRead();
    await Account.updateOne({ _id }, { $inc: { credentialsVersion: 1 }, $unset: { lastAttemptAt: 1 } });
  },
};

test.serial('three hosts store each message once, and fetch hardly one twice, whatever happens to one', async (t) => {
  for (const name of chooseFrom(t, 'troubles', Object.keys(troubles), 1)) await play(name, t);
});

async function play(name: string, t: ExecutionContext): Promise<void> {
  await Promise.all([Account.deleteMany({}), Message.deleteMany({}), Contact.deleteMany({})]);
  const gmail = await startGmail();
  try {
    await fill(gmail);
    const environment = { ...(gmail.environment as Record<string, string>), MONGODB_URI: databaseUri() };
    const ahead: Record<string, string> = name.includes('clock') ? { TEST_CLOCK_AHEAD_MS: '600000' } : {};
    const tick = { TEST_TICK: name };
    const hosts = await Promise.all(
      ['a', 'b', 'c'].map((host) => startHost(host, { ...environment, ...tick, ...(host === 'a' ? ahead : {}) })),
    );
    const [first, ...others] = hosts as [Host, Host, Host];
    const gone: Types.ObjectId[] = [];
    let trouble: Promise<unknown> | undefined;
    gmail.proxy.inject({ on: isFetch, nth: 1, during: async () => others.forEach((host) => host.begin()) });
    gmail.proxy.inject({
      on: isFetch,
      nth: messages / 2,
      during: () => (trouble = troubles[name]?.({ first, gone }) ?? Promise.reject(new Error(name))),
    });
    first.begin();
    for (const { ended: report } of others) t.not((await report)?.status, 'failed', name);
    if (!first.isStopped) await first.ended;
    t.truthy(trouble, name);
    // Its caller may have given up before it was over.
    await trouble;
    await Account.updateMany({ claim: { $type: 'object' } }, ended);
    const last = await startHost('next', { ...environment, TEST_TICK: `${name}, next` });
    last.begin();
    t.like(await last.ended, { status: 'succeeded' }, name);
    first.goOn();
    await first.ended;
    await expectAllOnce(name, gone, gmail, t);
  } finally {
    await gmail.close();
  }
}

async function fill(gmail: GmailDouble): Promise<void> {
  for (let n = 0; n < messages; n += 1) {
    const sentAt = new Date(Date.now() - (n + 1) * 60_000);
    const mail = { from: client, to: [gmail.email], subject: `${n}`, text: 'x', sentAt };
    await gmail.deliver(rawMail({ ...mail, messageId: `m${n}@mail.example` }), ['INBOX'], sentAt);
  }
  for (let n = 0; n < accounts; n += 1) {
    const locationId = new Types.ObjectId();
    await Contact.create({ locationId, name: 'Client', email: client });
    await gmail.connect({ locationId, email: `${n}-${gmail.email}`, aliasesCheckedAt: new Date() });
  }
  gmail.proxy.reset();
}

async function oneThatIsRead(): Promise<AccountDoc> {
  return (await Account.findOne({ 'claim.host': { $exists: true } })
    .lean<AccountDoc>()
    .exec()) as AccountDoc;
}

async function expectAllOnce(
  name: string,
  gone: readonly Types.ObjectId[],
  gmail: GmailDouble,
  t: ExecutionContext,
): Promise<void> {
  const stored = await Message.find({ locationId: { $nin: [...gone] } }, { locationId: 1, messageIdHeader: 1 }).lean();
  t.is(stored.length, (accounts - gone.length) * messages, name);
  t.is(new Set(stored.map((one) => `${one.locationId} ${one.messageIdHeader}`)).size, stored.length, name);
  const fetched = gmail.proxy.calls.filter(({ path }) => isFetch.test(path)).length;
  t.true(fetched <= accounts * messages + fetchedTwice, `${name}: ${fetched} fetches`);
}
