import test from 'ava';
import { Types } from 'mongoose';
import {
  claimNext,
  countDue,
  endClaim,
  findClaimed,
  findSetAside,
  hasSuspect,
  heldTokens,
  isHeld,
  releaseClaim,
  renewClaims,
  type Claimed,
} from '../../shared/models/claim.ts';
import { dueFeeds, PropertyFeed, type PropertyFeedDoc } from '../../shared/models/property-feed.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

const later = new Date('2100-01-01');
const by = (runId: string) => ({ runId, host: 'one-host', pid: 1 });

async function feeds(count: number) {
  const locationId = new Types.ObjectId();
  const made = await PropertyFeed.create(
    Array.from({ length: count }, (_, n) => ({
      locationId,
      url: `https://feeds.example/${n}`,
      lastAttemptAt: new Date(Date.UTC(2026, 0, 1 + n)),
    })),
  );
  const query = (before = later) => dueFeeds({ locationId: String(locationId) }, before);
  return { ids: made.map(({ _id }) => String(_id)), query };
}

const reread = async (unit: Claimed<PropertyFeedDoc>) =>
  (await PropertyFeed.findById(unit._id).lean<PropertyFeedDoc>()) as PropertyFeedDoc;

test('however many claim at once, each unit is claimed once, the oldest attempt first', async (t) => {
  const { ids, query } = await feeds(6);
  const first = await claimNext(PropertyFeed, query(), 'sound', by('a'));
  t.is(String(first?._id), ids[0]!);
  t.like(first?.claim, { runId: 'a', host: 'one-host', pid: 1, attempts: 1 });
  t.is(first!.claim.until.getTime() - first!.claim.since.getTime(), 60_000);
  const others = await Promise.all(
    Array.from({ length: 8 }, (_, n) => claimNext(PropertyFeed, query(), 'sound', by(`b${n}`))),
  );
  const claimed = others.flatMap((unit) => (unit ? [String(unit._id)] : []));
  t.deepEqual(claimed.toSorted(), ids.slice(1).toSorted());
  t.is(await countDue(PropertyFeed, query()), 0);
});

test('a unit is due if its last attempt lies before the given time, or in the future', async (t) => {
  const { ids, query } = await feeds(3);
  await PropertyFeed.updateOne({ _id: ids[2]! }, { lastAttemptAt: new Date('2099-01-01') });
  const before = new Date(Date.UTC(2026, 0, 2));
  t.is(await countDue(PropertyFeed, query(before)), 2);
  const claimed = [];
  for (let n = 0; n < 3; n += 1) claimed.push(await claimNext(PropertyFeed, query(before), 'sound', by('a')));
  t.deepEqual(
    claimed.map((unit) => unit && String(unit._id)),
    [ids[0], ids[2], undefined],
  );
});

test('a claim is released together with the values written, and only by its holder', async (t) => {
  const { query } = await feeds(1);
  const one = (await claimNext(PropertyFeed, query(), 'sound', by('a')))!;
  t.true(await isHeld(PropertyFeed, one));
  await endClaim(PropertyFeed, one);
  t.false(await isHeld(PropertyFeed, one));
  const two = (await claimNext(PropertyFeed, query(), 'suspect', by('b')))!;
  t.false(await releaseClaim(PropertyFeed, one, 'done', { set: { lastError: 'late' } }));
  t.true(await isHeld(PropertyFeed, two));
  t.true(await releaseClaim(PropertyFeed, two, 'done', { set: { lastStatus: 'ok' }, unset: ['lastAttemptAt'] }));
  const left = await reread(two);
  t.like(left, { lastStatus: 'ok', claim: undefined, lastAttemptAt: undefined, lastError: undefined });
});

test('a run renews all its claims, and learns which it has lost', async (t) => {
  const { query } = await feeds(2);
  const [one, two] = [
    (await claimNext(PropertyFeed, query(), 'sound', by('renewing')))!,
    (await claimNext(PropertyFeed, query(), 'sound', by('renewing')))!,
  ];
  const soon = new Date(Date.now() + 5000);
  await PropertyFeed.updateMany({ 'claim.runId': 'renewing' }, { 'claim.until': soon });
  await endClaim(PropertyFeed, two);
  t.is(await renewClaims(PropertyFeed, 'renewing'), 1);
  t.deepEqual([...(await heldTokens(PropertyFeed, 'renewing'))], [one.claim.token]);
  t.true((await reread(one)).claim!.until! > soon);
});

test('a unit on which three runs died is set aside until it is named or changed', async (t) => {
  const { ids, query } = await feeds(2);
  const die = async (kind: 'sound' | 'suspect' | 'named') => {
    const unit = await claimNext(
      PropertyFeed,
      { ...query(), filter: { _id: new Types.ObjectId(ids[0]!) } },
      kind,
      by('x'),
    );
    if (unit) await endClaim(PropertyFeed, unit);
    return unit?.claim.attempts;
  };
  t.is(await die('sound'), 1);
  t.is(await die('sound'), undefined, 'it goes behind those that no run died of');
  t.is(await die('suspect'), 2);
  t.is(await die('suspect'), 3);
  t.is(await die('suspect'), undefined);
  t.is(await countDue(PropertyFeed, query()), 1);
  t.deepEqual(
    (await findSetAside(PropertyFeed, query())).map(({ _id }) => String(_id)),
    [ids[0]],
  );
  t.is(await die('named'), 4);
  await PropertyFeed.updateOne({ _id: ids[0] }, { mapping: { itemPath: 'item' } });
  t.deepEqual(await findSetAside(PropertyFeed, query()), []);
  t.is(await die('suspect'), 1);
});

test('what a dead run held is due at once for every run, since it was not done', async (t) => {
  const { ids, query } = await feeds(2);
  const [left, done] = [
    (await claimNext(PropertyFeed, query(), 'sound', by('dead')))!,
    (await claimNext(PropertyFeed, query(), 'sound', by('a')))!,
  ];
  await releaseClaim(PropertyFeed, done, 'done');
  const before = left.claim.since;
  t.false(await hasSuspect(PropertyFeed, query(before)), 'the run may be alive');
  await endClaim(PropertyFeed, left);
  t.true(await hasSuspect(PropertyFeed, query(before)));
  t.is(await countDue(PropertyFeed, query(before)), 1);
  t.is(String((await claimNext(PropertyFeed, query(before), 'suspect', by('b')))?._id), ids[0]!);
  t.is(await claimNext(PropertyFeed, query(before), 'suspect', by('b')), undefined);
});

test('an unfinished unit is due for any run, after the others', async (t) => {
  const { ids, query } = await feeds(2);
  const long = (await claimNext(PropertyFeed, query(), 'sound', by('a')))!;
  await releaseClaim(PropertyFeed, long, 'paused');
  const before = new Date(Date.UTC(2026, 0, 10));
  const order = [];
  for (let n = 0; n < 3; n += 1) order.push(await claimNext(PropertyFeed, query(before), 'sound', by('b')));
  t.deepEqual(
    order.map((unit) => unit && String(unit._id)),
    [ids[1], ids[0], undefined],
  );
  t.false('paused' in order[1]!.claim);
  t.is((await findClaimed(PropertyFeed, query()))?.claim.runId, 'b');
});
