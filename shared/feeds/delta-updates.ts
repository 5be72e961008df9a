/**
 * The items of a delta. Each says only what has changed, so that all of one listing count: they are applied one after
 * the other, each to what the one before has made of the listing.
 */

import { findByReferences, type ListingOperation, type StoredListing } from '../models/feed-listings.ts';
import type { FeedReport, ItemProblem } from './feed-report.ts';
import {
  ambiguousReference,
  ambiguousRemoval,
  knownReference,
  olderItem,
  reusedId,
  unknownRemoval,
} from './plan/problems.ts';
import { apart, findNamed, isByReference, isLive, isTaken, scopeOf, underIdOf } from './known-by-reference.ts';
import { updateOf } from './store/operations.ts';
import type { ListingStore } from './listing-store.ts';
import type { CandidateReader } from './read/read-item.ts';
import { withdraws } from './named-withdrawals.ts';
import { isAnotherListing, isOlder, judge, type Candidate } from './plan/listing-changes.ts';
import { inTurns } from './plan/duplicates.ts';
import { SeenIds, type IdKey } from './store/seen-ids.ts';

export class DeltaUpdates {
  readonly #store: ListingStore;
  readonly #report: FeedReport;
  readonly #presentBefore: Promise<number>;
  readonly #reader: CandidateReader;
  /** Where items stand, since others were applied, that an earlier run applied last to their listings. */
  #appliedLast = new SeenIds();
  /** A dry run: listings that would be there by now. */
  readonly #pretended = new SeenIds();

  /** @param presentBefore so many listings the feed has from earlier runs */
  constructor(store: ListingStore, report: FeedReport, reader: CandidateReader, presentBefore: Promise<number>) {
    this.#store = store;
    this.#report = report;
    this.#reader = reader;
    this.#presentBefore = presentBefore;
  }

  /** Notes an item that is what was last applied to its listing: those before it in the feed were applied before it. */
  noteUnchanged(key: IdKey, offset: number): void {
    this.#appliedLast.moveKey(key, offset);
  }

  /** Applies what was collected; what is noted from here on stands behind it, or in another file. */
  async apply(items: readonly Candidate[]): Promise<void> {
    const appliedLast = this.#appliedLast;
    if (appliedLast.size > 0) this.#appliedLast = new SeenIds();
    if (items.length === 0) return;
    const stored = await this.#store.find(items);
    const candidates = await this.#resolve(items, stored);
    const due = candidates.filter(
      (candidate) => !wasApplied(candidate, stored.get(candidate.id), appliedLast.offsetOf(candidate.id)),
    );
    if (due.length < candidates.length) this.#report.count('duplicates', candidates.length - due.length);
    for (const [turn, updates] of inTurns(due).entries())
      await this.#applyTurn(updates, turn === 0 ? stored : await this.#store.find(updates));
  }

  /**
   * Gives items that have no id those of the listings that they name, be it by items of the same file; refuses what may
   * be of several.
   */
  async #resolve(items: readonly Candidate[], stored: Map<string, StoredListing>): Promise<readonly Candidate[]> {
    const lost = new Set(
      items.filter((item) => isByReference(item) && (!stored.has(item.id) || isTaken(item, stored))),
    );
    if (lost.size === 0) return items;
    const named = await findNamed(this.#store.feed._id, [...lost]);
    const coming = items.filter(
      (item) => !isByReference(item) && !stored.has(item.id) && item.mapped.action !== 'remove',
    );
    return items.flatMap((item) => {
      if (!lost.has(item)) return item;
      const [listing, ...others] = named(item);
      if (listing && others.length === 0) return underIdOf(listing, item, stored);
      if (listing) {
        if (item.mapped.action !== 'remove') return this.#refuse(ambiguousReference(item, others.length + 1));
        if (isLive(listing)) this.#report.problem(ambiguousRemoval(item, others.length + 1));
      }
      const ids = new Set(
        coming
          .filter(
            ({ id, mapped }) =>
              mapped.values.reference === item.mapped.values.reference && id.startsWith(scopeOf(item)),
          )
          .map(({ id }) => id),
      );
      const [id] = ids;
      if (id !== undefined && ids.size === 1) return { ...item, id };
      return isTaken(item, stored) ? apart(item) : item;
    });
  }

  #refuse(problem: ItemProblem): [] {
    this.#report.count('refused');
    this.#report.problem(problem);
    return [];
  }

  async #applyTurn(updates: readonly Candidate[], stored: ReadonlyMap<string, StoredListing>): Promise<void> {
    const operations: ListingOperation[] = [];
    const fresh: Candidate[] = [];
    for (const update of updates) {
      const listing = stored.get(update.id);
      const candidate = this.#reader.complete(update, listing);
      for (const warning of candidate.mapped.warnings) this.#report.warn(warning, candidate.id);
      if (listing) {
        const operation = this.#update(candidate, listing);
        if (operation) operations.push(operation);
      } else if (this.#pretended.has(candidate.id)) {
        this.#report.count(candidate.mapped.action === 'remove' ? 'removed' : 'changed');
      } else if (judge(candidate, undefined) === 'unknown') {
        this.#report.count('unknown');
        this.#report.warn(unknownRemoval, candidate.id);
      } else {
        fresh.push(candidate);
      }
    }
    await this.#store.write(operations);
    await this.#insert(fresh);
  }

  #update(candidate: Candidate, listing: StoredListing): ListingOperation | undefined {
    const verdict = judge(candidate, listing);
    if (verdict !== 'same' && verdict !== 'trashed' && isOlder(candidate, listing)) {
      this.#report.count('older');
      this.#report.problem(olderItem(candidate, listing));
      return undefined;
    }
    this.#report.count(verdict);
    if (verdict === 'changed' && withdraws(candidate, listing)) this.#report.count('withdrawn');
    if ((verdict === 'changed' || verdict === 'restored') && isAnotherListing(candidate, listing))
      this.#report.problem(reusedId(candidate, listing));
    return updateOf(candidate, listing, verdict, 'delta', this.#store.now);
  }

  async #insert(candidates: readonly Candidate[]): Promise<void> {
    if (candidates.length === 0) return;
    this.#report.count('new', candidates.length);
    if (this.#store.dryRun) for (const { id } of candidates) this.#pretended.add(id, 0);
    await this.#tellKnownReferences(candidates);
    await this.#store.insert(candidates);
  }

  /**
   * A provider that changes its own id changes those of all its listings: no absence will ever tell that the old ones
   * are gone.
   */
  async #tellKnownReferences(candidates: readonly Candidate[]): Promise<void> {
    if ((await this.#presentBefore) === 0) return;
    const references = candidates.flatMap(({ mapped }) => mapped.values.reference ?? []);
    const known = new Map(
      (await findByReferences(this.#store.feed._id, references))
        .filter(({ deletedAt }) => !deletedAt)
        .map((listing) => [listing.reference, listing.feedReferenceId as string]),
    );
    for (const { id, mapped } of candidates) {
      const other = known.get(mapped.values.reference ?? '');
      if (other !== undefined && other !== id) this.#report.warn(knownReference(other), id);
    }
  }
}

/**
 * Whether an item comes before the one that an earlier run applied last to its listing: by its date, or else by its
 * place.
 *
 * @param last where that one stands, when the feed still has it
 */
function wasApplied(candidate: Candidate, listing: StoredListing | undefined, last: number | undefined): boolean {
  if (last === undefined || listing === undefined) return false;
  const { modifiedAt } = candidate.mapped;
  const isNewer =
    modifiedAt !== undefined && listing.feedModifiedAt !== undefined && modifiedAt > listing.feedModifiedAt;
  return isOlder(candidate, listing) || (candidate.offset < last && !isNewer);
}
