/** Idle mailboxes read by one host and by two (200 ms latency); units claimed by four contenders. */

import { Account, dueAccounts } from '../../shared/models/account.ts';
import { claimNext, releaseClaim } from '../../shared/models/claim.ts';
import { Types } from 'mongoose';
import { startGmail, type GmailDouble } from '../doubles/gmail.ts';
import { startHost, type HostReport } from '../doubles/mail-suite/hosts.ts';
import { withDatabase } from './database.ts';
import { median, timed, type Benchmark } from './measure.ts';

const latencyMs = 200;
const mailboxes = 80;
const contenders = 4;

export const bench: Benchmark = (say, { rounds = 5, sizes: [count = mailboxes] = [] }) =>
  withDatabase(async (uri) => {
    const gmail = await startGmail();
    try {
      for (let n = 0; n < count; n += 1)
        await gmail.connect({ email: `${n}-${gmail.email}`, aliasesCheckedAt: new Date() });
      await readBy(gmail, uri, 1);
      gmail.proxy.inject({ latencyMs });
      const measured: { one: HostReport[]; two: HostReport[] }[] = [];
      for (let round = 0; round < rounds; round += 1) {
        measured.push({ one: await readBy(gmail, uri, 1), two: await readBy(gmail, uri, 2) });
        const { one, two } = measured.at(-1)!;
        say(`round ${round + 1}  one ${Math.round(slowest(one))} ms  two ${Math.round(slowest(two))} ms`);
      }
      const operations = measured.map(({ one }) => one[0]!.operations / count);
      return {
        ratios: { oneHostToTwo: median(measured.map(({ one, two }) => slowest(one) / slowest(two))) },
        figures: {
          mailboxes: count,
          latencyMs,
          oneHostMs: median(measured.map(({ one }) => slowest(one))),
          twoHostsMs: median(measured.map(({ two }) => slowest(two))),
          operationsPerIdleMailbox: median(operations),
          claimedPerSecond: await claimedPerSecond(count),
        },
      };
    } finally {
      await gmail.close();
    }
  });

let ticks = 0;

async function readBy(gmail: GmailDouble, uri: string, hosts: number): Promise<HostReport[]> {
  const environment = {
    ...(gmail.environment as Record<string, string>),
    MONGODB_URI: uri,
    TEST_TICK: `tick-${(ticks += 1)}`,
  };
  const started = await Promise.all(Array.from({ length: hosts }, (_, n) => startHost(`host-${n}`, environment)));
  for (const host of started) host.begin();
  return (await Promise.all(started.map(({ ended }) => ended))).map((report) => {
    if (report?.status !== 'succeeded') throw new Error(`a host: ${JSON.stringify(report)}`);
    return report;
  });
}

function slowest(reports: readonly HostReport[]): number {
  return Math.max(...reports.map(({ ms }) => ms));
}

async function claimedPerSecond(count: number): Promise<number> {
  const before = new Date(Date.now() + 60_000);
  const due = dueAccounts({ providers: ['gmail'], now: new Date() }, before);
  await Account.updateMany({}, { lastAttemptAt: new Date(0) });
  const ms = await timed(() =>
    Promise.all(
      Array.from({ length: contenders }, async () => {
        const by = { runId: new Types.ObjectId().toHexString(), host: 'bench', pid: process.pid };
        for (let n = 0; n < count / contenders; n += 1) {
          const unit = await claimNext(Account, due, 'sound', by);
          if (unit) await releaseClaim(Account, unit, 'done');
        }
      }),
    ),
  );
  return count / (ms / 1000);
}
