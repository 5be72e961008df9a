/** 1,000 Outlook messages at 50 ms latency; the rival fetches one by one and stores nothing. */

import { graphProvider } from '../../shared/mail/graph/graph-provider.ts';
import { syncAccounts } from '../../shared/mail/sync/sync-accounts.ts';
import { Contact } from '../../shared/models/contact.ts';
import { Message } from '../../shared/models/message.ts';
import { startOutlookMailbox } from '../doubles/mail-suite/outlook-mailbox.ts';
import type { MailboxDouble } from '../doubles/mail-suite/mailbox-double.ts';
import { testContext } from '../doubles/run-context.ts';
import { median, timed, type BenchResult } from './measure.ts';

const latencyMs = 50;
const messages = 1000;
const sample = 50;
const contacts = 20;
/** Of five who write, one is a contact. */
const known = messages / 5;
const body = 'The villa has a pool, and the owners would like to know when you can come to see it. '.repeat(20);

export async function benchGraph(say: (line: string) => void, rounds: number): Promise<BenchResult> {
  const outlook = await startOutlookMailbox(undefined, { plain: true });
  try {
    await fill(outlook);
    const sync: Record<string, number>[] = [];
    const naive: Record<string, number>[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const figures = { sync: await firstSync(outlook), naive: await listAndGetEach(outlook) };
      say(
        `${round === 0 ? 'warm-up' : `round ${round}`}  sync ${JSON.stringify(figures.sync)}  sequential ` +
          `${JSON.stringify(figures.naive)}`,
      );
      if (round === 0) continue;
      sync.push(figures.sync);
      naive.push(figures.naive);
    }
    const of = (rows: readonly Record<string, number>[], key: string) => median(rows.map((row) => row[key]!));
    return {
      ratios: {
        graphSequentialToSync: median(sync.map((row, round) => naive[round]!['ms']! / row['ms']!)),
        graphRequestsSequentialToSync: of(naive, 'requests') / of(sync, 'requests'),
      },
      figures: {
        graphSyncMs: of(sync, 'ms'),
        graphSequentialMs: of(naive, 'ms'),
        graphRequests: of(sync, 'requests'),
        graphSequentialRequests: of(naive, 'requests'),
        graphInFlight: of(sync, 'inFlight'),
        graphIdlePollRequests: of(sync, 'idleRequests'),
      },
    };
  } finally {
    await outlook.close();
  }
}

async function fill(outlook: MailboxDouble): Promise<void> {
  const now = testContext().clock.now().getTime();
  for (let n = 0; n < messages; n += 1) {
    const client = n % 5 === 0 ? `client${(n / 5) % contacts}@clients.example` : `stranger${n}@elsewhere.example`;
    const sent = n % 4 === 0;
    const [from, to] = sent ? [outlook.email, client] : [client, outlook.email];
    await outlook.deliver(
      {
        messageId: `bench-${n}@mail.example`,
        from,
        to: [to],
        subject: `Villa ${n}`,
        text: body,
        sentAt: new Date(now - (n + 1) * 60_000),
      },
      { sent },
    );
  }
}

async function firstSync(outlook: MailboxDouble): Promise<Record<string, number>> {
  const account = await outlook.connect();
  await Contact.create(
    Array.from({ length: contacts }, (_, n) => ({
      locationId: account.locationId,
      name: `Client ${n}`,
      email: `client${n}@clients.example`,
    })),
  );
  const run = async () => {
    const context = testContext({ environment: outlook.environment, parameters: { accountId: String(account._id) } });
    await syncAccounts(context, { providers: [graphProvider()] });
    const { status, errors } = context.report();
    if (status !== 'succeeded') throw new Error(`sync: ${status} ${JSON.stringify(errors)}`);
  };
  outlook.proxy.reset();
  outlook.proxy.inject({ latencyMs });
  const ms = await timed(run);
  const requests = outlook.proxy.calls.length;
  const inFlight = outlook.proxy.peakInFlight();
  const stored = await Message.countDocuments({ locationId: account.locationId });
  if (stored !== known) throw new Error(`sync: expected ${known} messages stored, found ${stored}`);
  outlook.proxy.reset();
  await run();
  return { ms, requests, inFlight, idleRequests: outlook.proxy.calls.length };
}

/** For all messages, from a sample. */
async function listAndGetEach(outlook: MailboxDouble): Promise<Record<string, number>> {
  const account = await outlook.connect();
  const mailbox = await graphProvider().open(account, testContext({ environment: outlook.environment }));
  outlook.proxy.reset();
  outlook.proxy.inject({ latencyMs });
  const ms = await timed(async () => {
    const { entries } = await mailbox.list({ stream: 'inbox' });
    for (const { id } of entries.slice(0, sample)) await mailbox.fetch(id);
  });
  const all = messages / sample;
  return { ms: ms * all, requests: outlook.proxy.calls.length * all };
}
