/** True of every plan. */

import test from 'ava';
import fc from 'fast-check';
import type { Change } from '../../../shared/feeds/plan/change.ts';
import { isAtStake, isOffered } from '../../../shared/feeds/plan/facts.ts';
import { limits } from '../../../shared/feeds/plan/limits.ts';
import type { Candidate } from '../../../shared/feeds/read/candidate.ts';
import { day, now, situations, situationsWithLastingReferences } from '../../doubles/feed-houses.ts';
import type { FeedModel, ModelListing, Planned } from '../../doubles/feed-model.ts';
import { seeded } from '../../doubles/seeded.ts';

const options = { numRuns: 250, seed: 16 };
const later = (days: number): Date => new Date(+now + days * day);

function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  const random = seeded(seed);
  const drawn = items.map((one) => [random(), one] as const);
  return drawn.sort(([one], [other]) => one - other).map(([, one]) => one);
}

function nameOf(change: Change, { candidates }: Planned): string {
  const candidate = 'item' in change ? candidates[change.item.at] : undefined;
  const { action, modifiedAt } = candidate?.mapped ?? {};
  const said = candidate && [candidate.id, candidate.listingHash, action, modifiedAt?.getTime()].join(' ');
  const listing = 'row' in change ? change.row?.key : undefined;
  const id = 'id' in change ? change.id : undefined;
  const because = 'because' in change ? change.because : undefined;
  return [change.do, listing, id, because, said].join(' ');
}

function decisions(planned: Planned): string[] {
  const { plan, verdict } = planned;
  return plan ? plan.changes.map((change) => nameOf(change, planned)).sort() : [JSON.stringify(verdict)];
}

function isWrite(change: Change): boolean {
  return change.do !== 'leave';
}

function writesOf(planned: Planned): string[] {
  return (planned.plan?.changes ?? []).filter(isWrite).map((change) => nameOf(change, planned));
}

/** The next run may match an item differently without an id, or under an old one. */
function mayBeTakenOtherwise({ identity, plan }: Planned): boolean {
  const isLeftUnderAnotherId = (change: Change): boolean =>
    change.do === 'leave' && change.row !== undefined && change.row.id !== change.item.id;
  return (
    identity.ambiguous.length > 0 ||
    identity.duplicates.some(({ item, differs }) => item.byReference && differs) ||
    (plan?.changes ?? []).some(isLeftUnderAnotherId)
  );
}

const runOnce = { now };

test('the order of a feed decides nothing', (t) => {
  fc.assert(
    fc.property(situations, ({ model, feed, seed }) => {
      t.deepEqual(decisions(model.plan(shuffled(feed, seed), runOnce)), decisions(model.plan(feed, runOnce)));
    }),
    options,
  );
});

test('every item gets one decision, and no listing and no id two', (t) => {
  fc.assert(
    fc.property(situations, fc.boolean(), fc.boolean(), ({ model, feed }, isConfirmed, isCut) => {
      const { plan, candidates } = model.plan(feed, { now, isConfirmed, isCut });
      if (!plan) return;
      const items = plan.changes.flatMap((change) => ('item' in change ? change.item.at : []));
      t.deepEqual(
        items.sort((one, other) => one - other),
        [...candidates.keys()],
      );
      const writes = plan.changes.filter(isWrite);
      const listings = writes.flatMap((change) => ('row' in change && change.row ? change.row.key : []));
      t.is(new Set(listings).size, listings.length);
      const ids = writes.flatMap((change) => ('id' in change ? change.id : []));
      t.is(new Set(ids).size, ids.length);
    }),
    options,
  );
});

test('a plan that was applied leaves nothing to do but to withdraw what it has marked', (t) => {
  fc.assert(
    fc.property(situations, ({ model: stored, feed }) => {
      const model = stored.copy();
      const first = model.run(feed, runOnce);
      const isSettled = first.verdict.is === 'apply' && !first.verdict.isOldFile && !mayBeTakenOtherwise(first);
      const second = model.run(feed, { now: later(1) });
      if (isSettled) {
        t.is(second.verdict.is, 'apply');
        t.deepEqual(
          writesOf(second).filter((change) => !change.startsWith('withdraw-absent')),
          [],
        );
        t.deepEqual(writesOf(model.run(feed, { now: later(2) })), []);
      }
      for (const run of [3, 4]) model.run(feed, { now: later(run) });
      t.deepEqual(writesOf(model.run(feed, { now: later(5) })), []);
    }),
    options,
  );
});

test('what is asked ends with confirmations, and is asked again by no one', (t) => {
  fc.assert(
    fc.property(situations, ({ model: stored, feed }) => {
      const model = stored.copy();
      for (const run of [0, 1, 2, 3, 4]) model.run(feed, { now: later(run), isConfirmed: true });
      const last = model.run(feed, { now: later(5) });
      t.deepEqual([last.verdict.is, last.plan?.hold, last.plan?.hollow, writesOf(last)], ['apply', undefined, 0, []]);
    }),
    options,
  );
});

function lostBetween(before: FeedModel, after: FeedModel): { readonly lost: ModelListing[]; readonly live: number } {
  const rows = before.rows();
  return {
    lost: rows.filter(isAtStake).flatMap(({ key }) => {
      const listing = after.listings.get(key) as ModelListing;
      return listing.status === 'WITHDRAWN' ? listing : [];
    }),
    live: rows.filter(({ status, isTrashed }) => isOffered(status) && !isTrashed).length,
  };
}

test('no run takes more off the market than the guard allows, unless a person has confirmed it', (t) => {
  const doubts = fc.constantFrom(undefined, 'a doubt');
  fc.assert(
    fc.property(situations, fc.boolean(), fc.boolean(), doubts, ({ model, feed }, isCut, isConfirmed, doubt) => {
      const after = model.copy();
      const planned = after.run(feed, { now, isCut, isConfirmed, doubt });
      const { removalGuard: guard } = model.record;
      const { lost, live } = lostBetween(model, after);
      const isConfirmedOf = ({ _id }: ModelListing): boolean =>
        isConfirmed && guard !== null && +(model.listings.get(String(_id))?.heldSince ?? 0) === +(guard?.heldAt ?? 1);
      const unasked = lost.filter((listing) => !isConfirmedOf(listing));
      const others = live - (lost.length - unasked.length);
      t.true(unasked.length <= Math.max(limits.maxRemoved, limits.maxRemovedShare * others));
      if (planned.verdict.is === 'hold') t.deepEqual([after.listings, lost], [model.listings, []]);
    }),
    options,
  );
});

/** Without times. */
function stateOf(model: FeedModel): string[] {
  return [...model.listings.values()]
    .map(
      ({ tag = 'new', ...listing }) =>
        listing &&
        [
          tag,
          listing.feedReferenceId,
          listing.feedHash,
          listing.feedModifiedAt?.getTime(),
          listing.reference,
          listing.price,
          listing.status,
          listing.statusBeforeRemoval,
          listing.publicationStatus,
          listing.missingSince ? 'marked' : '',
          listing.heldSince ? 'held' : '',
        ].join(' '),
    )
    .sort();
}

function withdrawnOf(model: FeedModel): string[] {
  return stateOf(model).filter((state) => state.includes(' WITHDRAWN '));
}

/** Within a kind, any order. */
const kinds: readonly (readonly Change['do'][])[] = [
  ['hold'],
  ['rename'],
  ['refresh', 'update', 'restore', 'withdraw'],
  ['insert'],
  ['mark', 'withdraw-absent', 'release'],
  ['leave'],
];

/** Ends a run after so many changes. */
function killed(model: FeedModel, feed: readonly Candidate[], { writes, seed, isConfirmed }: Kill): FeedModel {
  const left = model.copy();
  const planned = left.plan(feed, { now, isConfirmed });
  if (!planned.plan) return left;
  const kindOf = (change: Change): number => kinds.findIndex((kind) => kind.includes(change.do));
  const changes = shuffled(planned.plan.changes, seed).toSorted((one, other) => kindOf(one) - kindOf(other));
  left.begin(planned);
  left.write(changes.slice(0, writes), planned);
  return left;
}

const kills = fc.record({ writes: fc.nat({ max: 60 }), seed: fc.nat(), isConfirmed: fc.boolean() });
type Kill = typeof kills extends fc.Arbitrary<infer T> ? T : never;

test('a run that is killed anywhere is completed by the next one', (t) => {
  let compared = 0;
  fc.assert(
    fc.property(situationsWithLastingReferences, kills, ({ model, feed }, kill) => {
      const whole = model.copy();
      const left = killed(model, feed, kill);
      const again = { now: later(1), isConfirmed: kill.isConfirmed };
      const run = whole.run(feed, again);
      const next = left.run(feed, again);
      if (mayBeTakenOtherwise(run)) return;
      // With news applied, the rest may look like an old file; the following run believes it.
      const looksOld = next.verdict.is === 'apply' && next.verdict.isOldFile;
      if (looksOld && run.verdict.is === 'apply' && !run.verdict.isOldFile) left.run(feed, { ...again, now: later(2) });
      compared += 1;
      // A person may be asked about returned listings, too.
      const isAsked = next.plan?.hold !== undefined && (kill.isConfirmed || run.plan?.hold === undefined);
      if (isAsked)
        t.deepEqual(
          withdrawnOf(left).filter((one) => !withdrawnOf(whole).includes(one)),
          [],
        );
      else t.deepEqual(stateOf(left), stateOf(whole));
    }),
    options,
  );
  t.true(compared > 200, `${compared} were compared`);
});
