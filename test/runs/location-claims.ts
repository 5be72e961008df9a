import { hostname } from 'node:os';
import test from 'ava';
import { Types } from 'mongoose';
import { claimName, NamedClaim } from '../../shared/models/named-claim.ts';
import { withLocationClaims } from '../../shared/runs/location-claims.ts';
import { useDatabase } from '../doubles/database.ts';
import { testContext } from '../doubles/run-context.ts';

useDatabase(test);

const elsewhere = { runId: 'other-run', host: 'other-host', pid: 7 };

test('a run works where no other run of its job does, and lets all go at its end', async (t) => {
  const [free, taken] = [new Types.ObjectId(), new Types.ObjectId()];
  const context = testContext({ job: 'checking' });
  await claimName(`checking:${taken}`, elsewhere);
  await claimName(`another-job:${free}`, elsewhere);
  await withLocationClaims(context, async ({ mayWorkOn }) => {
    t.deepEqual(await Promise.all([free, String(free), taken].map((id) => mayWorkOn(id, 1))), [true, true, false]);
    t.is((await claimName(`checking:${free}`, elsewhere)).claim.runId, context.runId);
  });
  t.is((await claimName(`checking:${free}`, elsewhere)).claim.runId, 'other-run');
});

test('what another run holds waits only when that run gives no sign of life', async (t) => {
  const [living, silent] = [new Types.ObjectId(), new Types.ObjectId()];
  const context = testContext({ job: 'silence' });
  await claimName(`silence:${living}`, elsewhere);
  await claimName(`silence:${silent}`, elsewhere);
  const almostOver = [{ $set: { 'claim.until': { $add: ['$$NOW', 15_000] } } }];
  await NamedClaim.collection.updateOne({ _id: `silence:${silent}` } as never, almostOver as never);
  await withLocationClaims(context, async ({ mayWorkOn }) => {
    t.deepEqual([await mayWorkOn(living, 5), await mayWorkOn(silent, 3)], [false, false]);
  });
  t.like(context.report(), { status: 'partial', waiting: 3 });
});

test('a run narrowed to a claimed location is skipped, and says by whom', async (t) => {
  const locationId = String(new Types.ObjectId());
  const { claim } = await claimName(`narrowed:${locationId}`, elsewhere);
  const context = testContext({ job: 'narrowed', parameters: { locationId } });
  await withLocationClaims(context, () => Promise.resolve(t.fail()));
  t.like(context.report(), {
    status: 'skipped',
    reason: 'claimed',
    claimedBy: { runId: 'other-run', host: 'other-host', pid: 7, since: claim.since },
  });
});

test('a dry run claims nothing, and what a dead process of this host has left is free', async (t) => {
  const id = new Types.ObjectId();
  await withLocationClaims(
    testContext({ job: 'left', parameters: { dryRun: true } }),
    async ({ mayWorkOn }) => void t.true(await mayWorkOn(id, 1)),
  );
  t.is(await NamedClaim.countDocuments({ _id: `left:${id}` }), 0);
  // No process has this number (proc_sys_kernel(5): pid_max is 2^22 at most).
  await claimName(`left:${id}`, { runId: 'dead', host: hostname(), pid: 2 ** 22 + 1 });
  await withLocationClaims(testContext({ job: 'left' }), async ({ mayWorkOn }) => void t.true(await mayWorkOn(id, 1)));
});
