/** Runs are planned by `plan/` and written as by `store/`, hundreds per second. */

import { Types } from 'mongoose';
import { answersRemovals, successValues } from '../../shared/feeds/feed-record.ts';
import type { Change } from '../../shared/feeds/plan/change.ts';
import { isOffered, toItem, toRow, type Row } from '../../shared/feeds/plan/facts.ts';
import { identify, type Identity } from '../../shared/feeds/plan/identity.ts';
import { planFeed, type Plan } from '../../shared/feeds/plan/plan-feed.ts';
import { judgeFeed, measure, type Verdict } from '../../shared/feeds/plan/verdict.ts';
import type { Candidate } from '../../shared/feeds/read/candidate.ts';
import { insertionOf, rowOperationOf, updateOf } from '../../shared/feeds/store/operations.ts';
import type { ListingOperation, StoredListing } from '../../shared/models/feed-listings.ts';
import type { PropertyFeedDoc } from '../../shared/models/property-feed.ts';
import { seenOf, storedOf } from './feed-plan.ts';

export type ModelListing = StoredListing & Record<string, unknown>;
export type ModelRecord = Pick<
  PropertyFeedDoc,
  'removalGuard' | 'formHold' | 'lastCompleteAt' | 'lastSuccessAt' | 'migratingSince' | 'olderSince'
>;

export interface ModelRun {
  readonly now: Date;
  readonly isConfirmed?: boolean;
  readonly isCut?: boolean;
  readonly doubt?: string | undefined;
}

export interface Planned {
  readonly now: Date;
  readonly isWhole: boolean;
  readonly isSure: boolean;
  readonly identity: Identity;
  readonly verdict: Verdict;
  readonly plan: Plan | undefined;
  readonly candidates: readonly Candidate[];
}

const owner = { _id: new Types.ObjectId('a'.repeat(24)), locationId: new Types.ObjectId('b'.repeat(24)) };

export class FeedModel {
  readonly listings: Map<string, ModelListing>;
  record: ModelRecord;

  constructor(listings: Iterable<ModelListing> = [], record: ModelRecord = {}) {
    this.listings = new Map([...listings].map((listing) => [String(listing._id), listing]));
    this.record = record;
  }

  copy(): FeedModel {
    return new FeedModel(this.listings.values(), this.record);
  }

  plan(feed: readonly Candidate[], { now, isConfirmed = false, isCut = false, doubt }: ModelRun): Planned {
    const rows = [...this.listings.values()].map(toRow);
    const { unchangedAt, candidates } = this.#compare(feed);
    const items = candidates.map((candidate, at) => toItem(candidate, at));
    const walked = rows.filter(({ id, heldSince }) => heldSince !== undefined || !unchangedAt.has(id));
    const { record } = this;
    const stored = storedOf(rows, isCut ? [] : walked);
    const identity = identify(
      items,
      stored,
      seenOf({
        isWhole: !isCut,
        isCut,
        unchangedAt: (id) => unchangedAt.get(id),
        unchanged: unchangedAt.size,
        presentBefore: rows.filter(({ wasPresent }) => wasPresent).length,
        isMigrating: Boolean(record.migratingSince),
        isMigrationHeld: Boolean(record.removalGuard) && hasRunSince(record, record.migratingSince),
      }),
    );
    const facts = measure(identity, stored, unchangedAt.size);
    const verdict = judgeFeed(facts, {
      formHold: record.formHold ?? undefined,
      isConfirmed,
      believesOlder: Boolean(record.olderSince),
    });
    const isOldFile = verdict.is === 'apply' && verdict.isOldFile;
    const unknown = isCut ? 'cut' : isOldFile ? 'old' : undefined;
    const plan =
      verdict.is === 'apply'
        ? planFeed(facts, verdict, {
            walked: isCut && !record.removalGuard ? [] : walked,
            live: rows.filter(({ status, isTrashed }) => isOffered(status) && !isTrashed).length,
            items: feed.length,
            contents: undefined,
            unknown,
            doubt,
            guard: record.removalGuard ?? undefined,
            isConfirmed: answersRemovals(record, isConfirmed),
            lastCompleteAt: record.lastCompleteAt,
            now,
          })
        : undefined;
    const isSure = unknown === undefined && doubt === undefined;
    return { now, isWhole: !isCut, isSure, identity, verdict, plan, candidates };
  }

  finish(planned: Planned): void {
    const { plan, verdict, now } = planned;
    if (verdict.is === 'hold') {
      const { is: _, of: __, signs: ___, ...hold } = verdict;
      const former = this.record.formHold;
      const heldSince = former?.code === hold.code ? former.heldAt : now;
      this.record = { ...this.record, formHold: { ...hold, heldAt: heldSince } };
      return;
    }
    if (!plan) return;
    this.begin(planned);
    this.write(plan.changes, planned);
    const isMigrating = planned.identity.idsReplaced && plan.hold !== undefined;
    this.record = {
      ...this.record,
      ...this.#held(plan, now),
      lastSuccessAt: now,
      ...(planned.isSure ? { lastCompleteAt: now } : {}),
      ...(planned.isWhole && !isMigrating ? { migratingSince: null } : {}),
      olderSince: verdict.isOldFile ? now : null,
    };
  }

  #held(plan: Plan, now: Date): Pick<ModelRecord, 'removalGuard' | 'formHold'> {
    const feed = { _id: owner._id, formHold: this.record.formHold ?? null };
    const { removalGuard = null, formHold = null } = successValues(feed, plan, now);
    return { removalGuard, formHold };
  }

  begin({ identity, plan, now }: Planned): void {
    if (!plan) return;
    const { removalGuard, formHold } = this.#held(plan, now);
    if (removalGuard) this.record = { ...this.record, removalGuard: { ...removalGuard, isUnasked: true } };
    if (formHold) this.record = { ...this.record, formHold };
    if (identity.idsReplaced) this.record = { ...this.record, migratingSince: this.record.migratingSince ?? now };
  }

  write(changes: readonly Change[], { candidates, plan, now }: Planned): void {
    for (const change of changes) {
      const operation = this.#operationOf(change, candidates, now, plan?.hold?.heldAt ?? now);
      if (operation) this.#apply(operation);
    }
  }

  run(feed: readonly Candidate[], options: ModelRun): Planned {
    const planned = this.plan(feed, options);
    this.finish(planned);
    return planned;
  }

  rows(): Row[] {
    return [...this.listings.values()].map(toRow);
  }

  #compare(feed: readonly Candidate[]): {
    readonly unchangedAt: ReadonlyMap<string, number>;
    readonly candidates: readonly Candidate[];
  } {
    const byHash = Map.groupBy(this.listings.values(), ({ feedItemHash }) => feedItemHash);
    const unchangedAt = new Map<string, number>();
    const candidates: Candidate[] = [];
    for (const [place, candidate] of feed.entries()) {
      const offset = 100 * place;
      const same = byHash.get(candidate.itemHash);
      if (!same) candidates.push({ ...candidate, offset });
      for (const { feedReferenceId } of same ?? [])
        if (!unchangedAt.has(feedReferenceId as string)) unchangedAt.set(feedReferenceId as string, offset);
    }
    return { unchangedAt, candidates };
  }

  #operationOf(
    change: Change,
    candidates: readonly Candidate[],
    now: Date,
    heldAt: Date,
  ): ListingOperation | undefined {
    if (change.do === 'leave') return undefined;
    if (!('item' in change)) return rowOperationOf(change, now, heldAt);
    const candidate = candidates[change.item.at] as Candidate;
    if (change.do === 'insert') return insertionOf({ ...candidate, id: change.id }, owner, now);
    const listing = this.listings.get(change.row.key) as ModelListing;
    return updateOf(change, candidate, listing, 'snapshot', now);
  }

  #apply(operation: ListingOperation): void {
    if ('insertOne' in operation) {
      const document = operation.insertOne.document as unknown as ModelListing;
      const isKnown = [...this.listings.values()].some(
        ({ feedReferenceId }) => feedReferenceId === document.feedReferenceId,
      );
      if (!isKnown) this.add(document);
      return;
    }
    const { filter, update } = (operation as { updateOne: { filter: ModelListing; update: Update } }).updateOne;
    const listing = this.listings.get(String(filter._id)) as ModelListing;
    if (filter.status !== undefined && (filter.status !== listing.status || listing.lockedFields?.includes('status')))
      return;
    const changed: ModelListing = { ...listing, ...update.$set };
    for (const field of Object.keys(update.$unset ?? {})) delete changed[field];
    this.listings.set(String(filter._id), changed);
  }

  add(document: Omit<ModelListing, '_id'>): void {
    const _id = new Types.ObjectId((this.listings.size + 1).toString(16).padStart(24, '0'));
    this.listings.set(String(_id), { ...document, _id } as ModelListing);
  }
}

function hasRunSince({ lastSuccessAt }: ModelRecord, began: Date | null | undefined): boolean {
  return Boolean(began && lastSuccessAt && lastSuccessAt >= began);
}

interface Update {
  readonly $set?: Readonly<Record<string, unknown>>;
  readonly $unset?: Readonly<Record<string, string>>;
}
