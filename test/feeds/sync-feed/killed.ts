import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { databaseUri, useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';
import type { RunReport } from '../../../shared/runs/run-context.ts';

useDatabase(test);

const program = path.resolve(import.meta.dirname, '../../doubles/sync-feeds-process.ts');

/** Pids of the processes that ran. */
const processes: number[] = [];

const firstRun = Date.parse('2026-11-23T09:00:00Z');

/**
 * Runs the program an hour after the last time and kills it at its n-th step, some ms later. @returns its report, when
 * it was quicker
 */
async function runAndKill(feedId: string, atStep: number, afterMs: number): Promise<RunReport | undefined> {
  const child = spawn(
    process.execPath,
    [program, databaseUri(), feedId, new Date(firstRun + processes.length * 3_600_000).toISOString()],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  processes.push(child.pid as number);
  let output = '';
  let steps = 0;
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    output += data;
    steps += data.split('step').length - 1;
    if (steps >= atStep && atStep > 0) setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const last = output.trim().split('\n').at(-1) ?? '';
  return code === 0 && last.startsWith('{') ? (JSON.parse(last) as RunReport) : undefined;
}

test('killed anywhere, the next run completes; no listing is doubled, lost or withdrawn too early', async (t) => {
  t.timeout(170_000);
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const [count, gone] = [900, 150];
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', kyeroFeed(kyeroListings(count))) });
  const id = agency.feedId.toHexString();

  for (const [step, wait] of [
    [1, 20],
    [2, 30],
  ] as const)
    await runAndKill(id, step, wait);
  t.is((await runAndKill(id, 0, 0))?.status, 'succeeded');
  const first = await agency.listings();
  t.is(first.size, count);
  t.true(
    [...first.values()].every(
      ({ status, missingSince, publicationStatus }) =>
        status === 'ACTIVE' && !missingSince && publicationStatus === 'PENDING',
    ),
  );

  // Every id changes, and the run dies in the middle of it.
  server.publish(
    '/feed.xml',
    kyeroFeed(kyeroListings(count).map((listing) => ({ ...listing, id: `n${listing['id']}` }))),
  );
  for (const [step, wait] of [[6, 10]] as const) await runAndKill(id, step, wait);
  await runAndKill(id, 0, 0);
  const renamed = await agency.listings();
  t.is(renamed.size, count);
  for (const [key, listing] of first) t.deepEqual(renamed.get(`n${key}`)?._id, listing._id);

  // Some leave, fewer than would be held, and the runs die while they are marked: a killed run is no complete run.
  const { lastCompleteAt: completeBefore } = await agency.feed();
  server.publish(
    '/feed.xml',
    kyeroFeed(kyeroListings(count - gone).map((listing) => ({ ...listing, id: `n${listing['id']}` }))),
  );
  for (const [step, wait] of [
    [5, 0],
    [4, 10],
  ] as const)
    await runAndKill(id, step, wait);
  // One may have been quicker than its end, and is a complete run then.
  const { lastCompleteAt } = await agency.feed();
  t.is((await runAndKill(id, 0, 0))?.status, 'succeeded');
  const withdrawn = async () => [...(await agency.listings()).values()].filter(({ status }) => status === 'WITHDRAWN');
  t.is((await withdrawn()).length, lastCompleteAt?.getTime() === completeBefore?.getTime() ? 0 : gone);

  // The next run withdraws them, and dies of it.
  for (const [step, wait] of [
    [5, 0],
    [5, 3],
    [4, 10],
  ] as const)
    await runAndKill(id, step, wait);
  t.is((await runAndKill(id, 0, 0))?.status, 'succeeded');
  t.deepEqual(
    (await withdrawn()).map(({ feedReferenceId }) => Number(feedReferenceId?.slice(2))).sort((a, b) => a - b),
    Array.from({ length: gone }, (_, i) => count - gone + 1 + i),
  );
  t.true((await withdrawn()).every(({ statusBeforeRemoval }) => statusBeforeRemoval === 'ACTIVE'));
  t.is((await agency.listings()).size, count);
  t.deepEqual(
    readdirSync(tmpdir()).filter((name) =>
      processes.some((pid) => name.startsWith(`estio-cron-feed-${userInfo().uid}-${pid}-`)),
    ),
    [],
  );
});
