import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import mongoose from 'mongoose';
import { Contact } from '../../../shared/models/contact.ts';
import { Conversation } from '../../../shared/models/conversation.ts';
import { Message } from '../../../shared/models/message.ts';
import { SyncItem } from '../../../shared/models/sync-item.ts';
import { databaseUri } from '../database.ts';
import { choose } from '../chosen.ts';
import { startLives, type Lives } from './lives.ts';
import { actualState, announcedMessages, expectedState } from './agency-state.ts';
import { seeded } from '../seeded.ts';
import type { HeldMail, MailboxDouble, PlainMail } from './mailbox-double.ts';

const people = ['maria@clients.example', 'jan@clients.example'];

type Held = Map<string, { -readonly [K in keyof HeldMail]: HeldMail[K] }>;

const allLives = 50;
const livesOfARun = 10;

export interface KillOptions {
  readonly start: () => Promise<MailboxDouble>;
  readonly arrivals: number;
}

/** Nothing may be lost or doubled. */
export async function checkKills(t: ExecutionContext, options: KillOptions): Promise<void> {
  const mailbox = await options.start();
  let lives: Lives | undefined;
  try {
    const account = await mailbox.connect();
    lives = await startLives([account.provider, String(account._id)], {
      ...mailbox.environment,
      MONGODB_URI: databaseUri(),
      NODE_ENV: 'test',
    });
    await Contact.create(people.map((email) => ({ locationId: account.locationId, name: email, email })));
    const held: Held = new Map();
    const chosen = choose(t, 'lives', allLives, livesOfARun);
    let [begun, arrived] = [0, 0];
    for (const [kills, number] of chosen.entries()) {
      const random = seeded(number);
      for (let killed = false; !killed; begun += 1) {
        if (begun > 3 * chosen.length)
          throw new Error(`${begun} lives were begun, and only ${kills} lasted long enough to be killed`);
        for (let n = 0; n < options.arrivals; n += 1) await arrive(mailbox, held, (arrived += 1), random);
        await disturb(mailbox, held, random);
        const requests = 1 + Math.floor(random() * (options.arrivals + 3));
        killed = await liveAndDie(mailbox, lives, requests, random() * 8);
      }
    }
    // Three ended lives park a message.
    await SyncItem.updateMany({ accountId: account._id, state: 'parked' }, { $set: { nextAttemptAt: new Date() } });
    t.like(JSON.parse(await liveToTheEnd(lives)) as object, { status: 'succeeded', counts: { queued: 0, parked: 0 } });

    t.is(await SyncItem.countDocuments({ accountId: account._id }), 0);
    const expected = expectedState(held.values(), new Set(people), mailbox.email);
    t.deepEqual(await actualState(account.locationId), expected);
    t.is(await Conversation.countDocuments({ locationId: account.locationId }), people.length);
    const stored = await Message.find({ locationId: account.locationId }).lean();
    t.is(new Set(stored.map((message) => message.messageIdHeader)).size, stored.length);
    const announced = await announcedMessages(account.locationId);
    t.is(new Set(announced).size, announced.length, 'nothing is announced twice');
    const inbound = expected.messages
      .filter((message) => message.direction === 'inbound')
      .map((message) => message.messageId);
    t.deepEqual(
      inbound.filter((messageId) => !announced.includes(messageId)),
      [],
      'all that came in is announced',
    );
    t.log(
      `${chosen.length} kills, ${arrived} mails, ${expected.messages.length} of them with contacts and visible, ` +
        `${mailbox.proxy.calls.length} requests`,
    );
  } finally {
    await lives?.close();
    await mailbox.close();
  }
}

async function arrive(mailbox: MailboxDouble, held: Held, n: number, random: () => number): Promise<void> {
  const other = random() < 0.7 ? (people[n % people.length] as string) : 'stranger@else.example';
  const sent = random() < 0.3;
  const mail: PlainMail = {
    messageId: `k${n}@mail.example`,
    from: sent ? mailbox.email : other,
    to: [sent ? other : mailbox.email],
    subject: `Mail ${n}`,
    text: `Text ${n}`,
    sentAt: new Date(Math.floor(Date.now() / 1000) * 1000),
  };
  held.set(await mailbox.deliver(mail, { sent }), { mail, isRead: sent, isHidden: false });
}

async function disturb(mailbox: MailboxDouble, held: Held, random: () => number): Promise<void> {
  for (const [id, mail] of [...held].filter(() => random() < 0.05)) {
    const what = random();
    if (what < 0.4) {
      await mailbox.setRead(id, !mail.isRead);
      mail.isRead = !mail.isRead;
    } else if (what < 0.8) {
      await (mail.isHidden ? mailbox.restore(id) : mailbox.trash(id));
      mail.isHidden = !mail.isHidden;
    } else {
      await mailbox.remove(id);
      held.delete(id);
    }
  }
}

async function liveAndDie(mailbox: MailboxDouble, lives: Lives, requests: number, thenMs: number): Promise<boolean> {
  const from = mailbox.proxy.calls.length;
  const child = lives.next();
  const closed = once(child, 'close');
  while (child.exitCode === null && mailbox.proxy.calls.length < from + requests) await sleep(1);
  await sleep(thenMs);
  child.kill('SIGKILL');
  await closed;
  await lastWrites();
  return child.signalCode === 'SIGKILL';
}

/** A busy database still applies what a dead life sent. */
async function lastWrites(): Promise<void> {
  const { db } = mongoose.connection;
  const ofThisDatabase = { active: true, ns: { $regex: `^${db?.databaseName}\\.` } };
  const admin = mongoose.connection.getClient().db('admin');
  // Then the engine has taken in what was sent before.
  await db?.command({ ping: 1 });
  while ((await admin.aggregate([{ $currentOp: {} }, { $match: ofThisDatabase }]).toArray()).length > 0) await sleep(5);
}

async function liveToTheEnd(lives: Lives): Promise<string> {
  const child = lives.next();
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return output;
}
