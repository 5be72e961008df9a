/**
 * The first sync of a mailbox with 1,000 messages at 50 ms latency, beside a loop that lists and then gets one message after
 * the other and stores nothing. The quota is lifted for both: at Google's own limit both wait for quota and not for the
 * network (units tell how long: 6,000 a minute). Then an idle poll, and a mailbox twice the size for the memory.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Types } from 'mongoose';
import { gmailProvider } from '../../shared/mail/gmail/gmail-provider.ts';
import { syncAccounts } from '../../shared/mail/sync-accounts.ts';
import { Contact } from '../../shared/models/contact.ts';
import { Message } from '../../shared/models/message.ts';
import { delay } from '../../shared/platform/clock.ts';
import { startGmail, type GmailDouble } from '../doubles/gmail.ts';
import { rawMail } from '../doubles/mail-suite/mailbox-double.ts';
import { testClock, testContext } from '../doubles/run-context.ts';
import { withDatabase } from './database.ts';
import { benchGraph } from './mail-graph.ts';
import { median, timed, type Benchmark } from './measure.ts';

/** What is not collected yet is not held: without this the peak measures how seldom V8 collects. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const rounds = 2;
const latencyMs = 50;
const messages = 1000;
const contacts = 20;
const body = 'The villa has a pool, and the owners would like to know when you can come to see it. '.repeat(20);

export const bench: Benchmark = (say) =>
  withDatabase(async () => {
    const gmail = await filledMailbox(messages);
    try {
      const sync: Record<string, number>[] = [];
      const naive: Record<string, number>[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        const figures = { sync: await firstSync(gmail), naive: await listAndGetEach(gmail) };
        say(`${round === 0 ? 'warm-up' : `round ${round}`}  sync ${JSON.stringify(figures.sync)}  sequential ${JSON.stringify(figures.naive)}`);
        if (round === 0) continue;
        sync.push(figures.sync);
        naive.push(figures.naive);
      }
      const of = (rows: readonly Record<string, number>[], key: string) => median(rows.map((row) => row[key]!));
      const graph = await benchGraph(say);
      return {
        ratios: {
          sequentialToSync: median(sync.map((row, round) => naive[round]!['ms']! / row['ms']!)),
          heapOfTwiceTheMailbox: await heapRatio(say),
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
    const mail = { messageId: `bench-${n}@mail.example`, from: `client${n % contacts}@clients.example`, to: [gmail.email], subject: `Villa ${n}`, text: body, sentAt };
    await gmail.deliver(rawMail(mail), ['INBOX'], sentAt);
  }
  return gmail;
}

/** A new account of the mailbox is synced for the first time, and then polled with nothing new. */
async function firstSync(gmail: GmailDouble): Promise<Record<string, number>> {
  const account = await gmail.connect();
  await Contact.create(Array.from({ length: contacts }, (_, n) => ({ locationId: account.locationId, name: `Client ${n}`, email: `client${n}@clients.example` })));
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

async function sync(gmail: GmailDouble, accountId: string): Promise<void> {
  // Pauses take their time here: they are part of what is measured.
  const context = testContext({ clock: { ...testClock(), wait: delay }, environment: gmail.environment, parameters: { accountId } });
  await syncAccounts(context, { providers: [gmailProvider()] });
  const { status, errors } = context.report();
  if (status !== 'succeeded') throw new Error(`sync: ${status} ${JSON.stringify(errors)}`);
}

async function expectStored(locationId: Types.ObjectId, gmail: GmailDouble): Promise<void> {
  const [stored, held] = [await Message.countDocuments({ locationId }), (await gmail.messages()).length];
  if (stored !== held) throw new Error(`sync: expected ${held} messages stored, found ${stored}`);
}

/** Calls of the mail API; the token refresh is none. */
function spent(gmail: GmailDouble): { calls: number; units: number } {
  return { calls: gmail.proxy.calls.filter(({ path }) => path.startsWith('/gmail/')).length, units: gmail.proxy.units() };
}

/** The rival: lists, then gets one message after the other; it parses and stores nothing. */
async function listAndGetEach(gmail: GmailDouble): Promise<Record<string, number>> {
  gmail.proxy.reset();
  gmail.proxy.inject({ latencyMs });
  const get = async (path: string) => (await fetch(`${gmail.proxy.url}/gmail/v1/users/me${path}`, { headers: { authorization: 'Bearer test-control' } })).json() as Promise<Record<string, unknown>>;
  const ms = await timed(async () => {
    for (let token: unknown = '0'; token !== undefined; ) {
      const page = await get(`/messages?maxResults=500&pageToken=${token}`);
      for (const { id } of page['messages'] as { id: string }[]) await get(`/messages/${id}?format=raw`);
      token = page['nextPageToken'];
    }
  });
  const { calls, units } = spent(gmail);
  return { ms, calls, units };
}

/** The largest heap while a mailbox is synced, that of one twice the size relative to it. The emulator's own is subtracted. */
async function heapRatio(say: (line: string) => void): Promise<number> {
  const peaks: number[] = [];
  for (const count of [messages, 2 * messages]) {
    const gmail = await filledMailbox(count);
    try {
      const account = await gmail.connect();
      await Contact.create({ locationId: account.locationId, name: 'Client', email: 'client0@clients.example' });
      collectGarbage();
      const before = process.memoryUsage().heapUsed;
      let peak = 0;
      const watch = setInterval(() => {
        collectGarbage();
        peak = Math.max(peak, process.memoryUsage().heapUsed - before);
      }, 100);
      await sync(gmail, String(account._id));
      clearInterval(watch);
      peaks.push(peak);
      say(`${count} messages: heap at most ${(peak / 1024 / 1024).toFixed(1)} MB above the start`);
    } finally {
      await gmail.close();
    }
  }
  return peaks[1]! / peaks[0]!;
}
