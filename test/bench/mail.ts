/**
 * 200 messages at 50 ms latency, without quota; the rival loops over 50, as all would take minutes. Then an idle poll.
 */

import type { Types } from 'mongoose';
import { gmailProvider } from '../../shared/mail/gmail/gmail-provider.ts';
import { parseMessage } from '../../shared/mail/content/parse-message.ts';
import { storeMessage } from '../../shared/mail/store/store-message.ts';
import { syncAccounts } from '../../shared/mail/sync/sync-accounts.ts';
import type { AccountDoc } from '../../shared/models/account.ts';
import { Contact } from '../../shared/models/contact.ts';
import { Message } from '../../shared/models/message.ts';
import { delay } from '../../shared/platform/clock.ts';
import { startGmail, type GmailDouble } from '../doubles/gmail.ts';
import { rawMail } from '../doubles/mail-suite/mailbox-double.ts';
import { testClock, testContext } from '../doubles/run-context.ts';
import { withDatabase } from './database.ts';
import { benchGraph } from './mail-graph.ts';
import { median, timed, type Benchmark } from './measure.ts';

const latencyMs = 50;
const messages = 200;
const sample = 50;
const contacts = 20;
const body = 'The villa has a pool, and the owners would like to know when you can come to see it. '.repeat(20);

export const bench: Benchmark = (say, { rounds = 2 }) =>
  withDatabase(async () => {
    const gmail = await filledMailbox(messages);
    try {
      const sync: Record<string, number>[] = [];
      const naive: Record<string, number>[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        const figures = { sync: await firstSync(gmail), naive: await oneAfterTheOther(gmail) };
        say(
          `${round === 0 ? 'warm-up' : `round ${round}`}  sync ${JSON.stringify(figures.sync)}  sequential ` +
            `${JSON.stringify(figures.naive)}`,
        );
        if (round === 0) continue;
        sync.push(figures.sync);
        naive.push(figures.naive);
      }
      const of = (rows: readonly Record<string, number>[], key: string) => median(rows.map((row) => row[key]!));
      const graph = await benchGraph(say, rounds);
      return {
        ratios: {
          sequentialToSync: median(sync.map((row, round) => naive[round]!['ms']! / row['ms']!)),
          ...graph.ratios,
        },
        figures: {
          messages,
          latencyMs,
          syncMs: of(sync, 'ms'),
          sequentialMs: of(naive, 'ms'),
          messagesPerSecond: (messages / of(sync, 'ms')) * 1000,
          calls: of(sync, 'calls'),
          units: of(sync, 'units'),
          minutesAtGooglesLimit: of(sync, 'units') / 6000,
          inFlight: of(sync, 'inFlight'),
          idlePollCalls: of(sync, 'idleCalls'),
          idlePollUnits: of(sync, 'idleUnits'),
          ...graph.figures,
        },
      };
    } finally {
      await gmail.close();
    }
  });

async function filledMailbox(count: number): Promise<GmailDouble> {
  const gmail = await startGmail();
  const now = testContext().clock.now().getTime();
  for (let n = 0; n < count; n += 1) {
    const sentAt = new Date(now - (n + 1) * 60_000);
    const mail = {
      messageId: `bench-${n}@mail.example`,
      from: `client${n % contacts}@clients.example`,
      to: [gmail.email],
      subject: `Villa ${n}`,
      text: body,
      sentAt,
    };
    await gmail.deliver(rawMail(mail), ['INBOX'], sentAt);
  }
  return gmail;
}

async function firstSync(gmail: GmailDouble): Promise<Record<string, number>> {
  const account = await connectedAccount(gmail);
  const run = () => sync(gmail, String(account._id));
  gmail.proxy.reset();
  gmail.proxy.inject({ latencyMs });
  const ms = await timed(run);
  const { calls, units } = spent(gmail);
  const inFlight = gmail.proxy.peakInFlight();
  await expectStored(account.locationId, gmail);
  gmail.proxy.reset();
  await run();
  const idle = spent(gmail);
  return { ms, calls, units, inFlight, idleCalls: idle.calls, idleUnits: idle.units };
}

async function connectedAccount(gmail: GmailDouble): Promise<AccountDoc> {
  const account = await gmail.connect();
  await Contact.create(
    Array.from({ length: contacts }, (_, n) => ({
      locationId: account.locationId,
      name: `Client ${n}`,
      email: `client${n}@clients.example`,
    })),
  );
  return account;
}

/** Pauses take their time. */
function benchContext(gmail: GmailDouble, accountId: string) {
  return testContext({
    clock: { ...testClock(), wait: delay },
    environment: gmail.environment,
    parameters: { accountId },
  });
}

async function sync(gmail: GmailDouble, accountId: string): Promise<void> {
  const context = benchContext(gmail, accountId);
  await syncAccounts(context, { providers: [gmailProvider()] });
  const { status, errors } = context.report();
  if (status !== 'succeeded') throw new Error(`sync: ${status} ${JSON.stringify(errors)}`);
}

async function expectStored(locationId: Types.ObjectId, gmail: GmailDouble): Promise<void> {
  const [stored, held] = [await Message.countDocuments({ locationId }), (await gmail.messages()).length];
  if (stored !== held) throw new Error(`sync: expected ${held} messages stored, found ${stored}`);
}

/** Without token refreshes. */
function spent(gmail: GmailDouble): { calls: number; units: number } {
  return {
    calls: gmail.proxy.calls.filter(({ path }) => path.startsWith('/gmail/')).length,
    units: gmail.proxy.units(),
  };
}

/** For all messages, from a sample. */
async function oneAfterTheOther(gmail: GmailDouble): Promise<Record<string, number>> {
  const account = await connectedAccount(gmail);
  const context = benchContext(gmail, String(account._id));
  gmail.proxy.reset();
  gmail.proxy.inject({ latencyMs });
  const list = async () => {
    const answer = await fetch(`${gmail.proxy.url}/gmail/v1/users/me/messages?maxResults=${sample}`, {
      headers: { authorization: 'Bearer test-control' },
    });
    return ((await answer.json()) as { messages: { id: string }[] }).messages;
  };
  const ms = await timed(async () => {
    const mailbox = await gmailProvider().open(account, context);
    for (const { id } of await list()) {
      const message = await mailbox.fetch(id);
      await storeMessage(account, await parseMessage(account, message!), { ...context, origin: 'import' });
    }
  });
  const { calls, units } = spent(gmail);
  const all = messages / sample;
  return { ms: ms * all, calls: calls * all, units: units * all };
}
