import test from 'ava';
import { JobLease } from '../../shared/models/job-lease.ts';
import type { HeldLock } from '../../shared/platform/file-lock.ts';
import { acquireJobLease } from '../../shared/runs/job-lease.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

async function acquire(job: string): Promise<HeldLock | undefined> {
  const result = await acquireJobLease(job);
  return 'acquired' in result ? result.acquired : undefined;
}

/** Lets a lease run out, by the database's own clock. */
async function expire(job: string): Promise<void> {
  await JobLease.updateOne({ _id: job }, [{ $set: { expiresAt: { $subtract: ['$$NOW', 1] } } }], {
    updatePipeline: true,
  });
}

test('of many contenders one holds the lease, the others learn who', async (t) => {
  for (let round = 0; round < 5; round += 1) {
    const job = `contended-${round}`;
    const results = await Promise.all(Array.from({ length: 20 }, () => acquireJobLease(job)));
    t.is(results.filter((result) => 'acquired' in result).length, 1);
    for (const result of results) if ('heldBy' in result) t.like(result.heldBy, { pid: process.pid });
    await expire(job);
    const again = await Promise.all(Array.from({ length: 20 }, () => acquireJobLease(job)));
    t.is(again.filter((result) => 'acquired' in result).length, 1);
  }
});

test("a lease is held until it is released, and renewed by the database's clock", async (t) => {
  const held = (await acquire('renewed'))!;
  t.true(await held.isHeld());
  t.is(await acquire('renewed'), undefined);
  const before = (await JobLease.findById('renewed').lean())!;
  t.is(before.expiresAt.getTime() - before.since.getTime(), 60_000);
  await JobLease.updateOne({ _id: 'renewed' }, [{ $set: { expiresAt: { $add: ['$$NOW', 5000] } } }], {
    updatePipeline: true,
  });
  t.true(await held.renew());
  t.true((await JobLease.findById('renewed').lean())!.expiresAt.getTime() >= before.expiresAt.getTime());
  await held.release();
  t.false(await held.isHeld());
  t.truthy(await acquire('renewed'));
});

test('a lease that ran out is lost, even when no one has taken it', async (t) => {
  const held = (await acquire('expired'))!;
  await expire('expired');
  t.false(await held.isHeld());
  t.false(await held.renew());
});

test('the token grows with every owner, and a former owner can do nothing', async (t) => {
  const first = (await acquire('fenced'))!;
  await expire('fenced');
  const second = (await acquire('fenced'))!;
  t.true(second.fencingToken! > first.fencingToken!);
  t.false(await first.renew());
  t.false(await first.isHeld());
  await first.release();
  t.true(await second.isHeld());
  await second.release();
  t.true((await acquire('fenced'))!.fencingToken! > second.fencingToken!);
});
