import { hostname } from 'node:os';
import test from 'ava';
import { Types } from 'mongoose';
import { claimNext, endClaim } from '../../shared/models/claim.ts';
import { dueFeeds, PropertyFeed } from '../../shared/models/property-feed.ts';
import { UnitClaims } from '../../shared/runs/unit-claims.ts';
import { useDatabase } from '../doubles/database.ts';
import { testContext } from '../doubles/run-context.ts';

useDatabase(test);

const later = new Date('2100-01-01');

async function scene(count = 1) {
  const locationId = new Types.ObjectId();
  await PropertyFeed.create(
    Array.from({ length: count }, (_, n) => ({ locationId, url: `https://feeds.example/${n}` })),
  );
  const context = testContext();
  const claims = await UnitClaims.begin(PropertyFeed, context);
  return { claims, context, query: dueFeeds({ locationId: String(locationId) }, later) };
}

test('what another run has taken in the meantime is lost, and with it only the work on that unit', async (t) => {
  const { claims, context, query } = await scene(2);
  t.teardown(() => claims.close());
  const [one, two] = [(await claims.next(query, 'sound'))!, (await claims.next(query, 'sound'))!];
  await endClaim(PropertyFeed, one.unit);
  await claimNext(PropertyFeed, query, 'named', { runId: 'other', host: 'other-host', pid: 1 });
  const error = await t.throwsAsync(one.context.assertHeld());
  t.is(error.name, 'ClaimLostError');
  t.true(one.isLost() && one.context.signal.aborted);
  t.false(await claims.settle(one, 'done', { set: { lastStatus: 'ok' } }), 'it has no say any more');
  await t.notThrowsAsync(two.context.assertHeld());
  t.false(two.isLost() || context.signal.aborted);
});

test('a feed that is deleted while it is read is not written any more', async (t) => {
  const { claims, query } = await scene();
  t.teardown(() => claims.close());
  const held = (await claims.next(query, 'sound'))!;
  await t.notThrowsAsync(held.context.assertHeld());
  await PropertyFeed.updateOne({ _id: held.unit._id }, { deletedAt: new Date() });
  await t.throwsAsync(held.context.assertHeld(), { message: /claim was lost/ });
  t.true(held.isLost());
});

test('a run lets go one unit or all, and begins with what dead processes of its host have left', async (t) => {
  const { claims, context, query } = await scene(3);
  const held = (await claims.next(query, 'sound'))!;
  await claims.next(query, 'sound');
  await claims.release(held);
  t.is(await PropertyFeed.countDocuments({ 'claim.runId': context.runId }), 1);
  await claims.releaseAll();
  t.is(await PropertyFeed.countDocuments({ 'claim.runId': context.runId }), 0);
  claims.close();
  // No process has this number (proc_sys_kernel(5): pid_max is 2^22 at most).
  const dead = { runId: 'dead', host: hostname(), pid: 2 ** 22 + 1 };
  const left = (await claimNext(PropertyFeed, query, 'sound', dead))!;
  const next = await UnitClaims.begin(PropertyFeed, testContext());
  t.teardown(() => next.close());
  const again = await next.next({ ...query, filter: { _id: left._id } }, 'suspect');
  t.is(again?.unit.claim.attempts, 2, 'the attempt of the dead one counts');
});
