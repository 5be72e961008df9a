/**
 * Takes the items of a feed, batch by batch, into the database: one look-up by hash, one by id for what changed, one
 * bulk write. In a delta each item is an update of its own; in a snapshot it is its listing, and what is new waits
 * while most listings of the feed have not been met yet: they may be known ones under new ids.
 */

import type { ListingOperation, StoredListing } from '../models/feed-listings.ts';
import { DeltaUpdates } from './delta-updates.ts';
import type { FeedMode } from './formats/feed-format.ts';
import type { FeedReport } from './feed-report.ts';
import { FeedShape } from './feed-shape.ts';
import { duplicateId, reusedId, unknownRemoval } from './plan/problems.ts';
import { apart, feedsReference, isAnothersId, isByReference } from './known-by-reference.ts';
import { idOf, updateOf, type ListingOwner } from './store/operations.ts';
import { ListingStore } from './listing-store.ts';
import { ItemLookUp, type HashedItem } from './look-up-items.ts';
import type { UnchangedListing } from './store/known-items.ts';
import { MovedIds } from './moved-ids.ts';
import { NamedWithdrawals, withdraws } from './named-withdrawals.ts';
import { NewListings, isCounted } from './new-listings.ts';
import { OlderItems } from './older-items.ts';
import type { CandidateReader } from './read/read-item.ts';
import { isAnotherListing, isOlder, judge, type Candidate } from './plan/listing-changes.ts';
import { ReferencedItems } from './referenced-items.ts';
import { RefusedItems } from './refused-items.ts';
import { chooseDuplicate } from './plan/duplicates.ts';
import { SeenIds } from './store/seen-ids.ts';
import type { SplitItem } from './xml/split-items.ts';
import type { Unchanged, UnchangedItems } from './store/load-stored.ts';
import { UnreadItems } from './unread-items.ts';
import { isGuessedId } from './values/ids.ts';

export interface ImportOptions {
  readonly feed: ListingOwner;
  readonly mode: FeedMode;
  readonly reader: CandidateReader;
  readonly report: FeedReport;
  readonly now: Date;
  readonly dryRun: boolean;
  /** A person has looked at what was held. */
  readonly confirmed: boolean;
  /** So many items the feed had when it was last read, as far as is known. */
  readonly expected: number | undefined;
  /** Which items are what they were when the feed was last read. */
  readonly unchanged: UnchangedItems;
  /** An earlier run ended in the middle of an id change. */
  readonly migrating: boolean;
  /** What is left of that id change waits for a person, or for the rest of it. */
  readonly migrationHeld: boolean;
  /**
   * Older dates count: the last run met a file older than what is stored and ignored it, or dates were read differently
   * then.
   */
  readonly olderBefore: boolean;
  /** Called before listings get new ids, so that the next run knows should this one end half-way. */
  readonly onMigration: () => Promise<void>;
  /** Called right before each write of listings; throws when this run must write nothing any more. */
  readonly beforeWrite: () => Promise<void>;
}

export class FeedImport {
  readonly seen: SeenIds;
  readonly refused = new RefusedItems();
  /** Ids were made up from what the items say. */
  idsAreGuessed = false;
  /** Most ids are gone and most items are new. */
  idsReplaced = false;
  /** The whole feed is older than what is stored: it was ignored, and absence proves nothing. */
  replayed = false;
  readonly #options: ImportOptions;
  readonly #store: ListingStore;
  readonly #lookUp: ItemLookUp;
  /** `undefined`: the feed is a snapshot. */
  readonly #updates: DeltaUpdates | undefined;
  readonly #shape = new FeedShape();
  readonly #movedIds = new MovedIds();
  readonly #new: NewListings;
  readonly #older: OlderItems;
  readonly #withdrawals: NamedWithdrawals;
  readonly #referenced: ReferencedItems;
  /** Listings that the feed had when it was last read; known before anything is taken over. */
  #presentBefore = 0;
  /** Ids that have a listing which was there before. */
  #known = 0;
  /** Something in the feed is new since the last run: it is no old file. */
  #hasNews = false;
  readonly #unread: UnreadItems;
  /** Bytes of the pages before: an item is known by where it stands in all of the feed. */
  #base = 0;
  #duplicatesReported = 0;
  #takingOver: Promise<void> | undefined;

  constructor(options: ImportOptions) {
    this.#options = options;
    this.seen = new SeenIds(options.expected);
    this.#unread = new UnreadItems({ ...options, refused: this.refused });
    this.#store = new ListingStore(options.feed, options);
    this.#lookUp = new ItemLookUp(
      options.unchanged,
      (item) => options.reader.hash(item),
      (items, unchanged) => this.#note(items, unchanged),
      options.mode === 'delta',
    );
    this.#updates =
      options.mode === 'delta'
        ? new DeltaUpdates(this.#store, options.report, options.reader, options.unchanged.presentBefore)
        : undefined;
    this.#new = new NewListings(this.#store, options.report);
    this.#referenced = new ReferencedItems(this.#store, options.report);
    this.#older = new OlderItems(this.#store, options.report);
    this.#withdrawals = new NamedWithdrawals(this.#store, options.report);
  }

  /** Ids of this feed that have a listing which is there, as far as is known without asking. */
  get matched(): number {
    return this.#known + this.#new.settled;
  }

  /** New items of an id change that were none of the listings that are gone. */
  get unrecognised(): number {
    return this.#new.unrecognised;
  }

  /** Listings that count as seen may not be there. */
  get uncertain(): boolean {
    return this.refused.haveNames || this.#withdrawals.heldBack.size > 0;
  }

  /** Listings that the feed had when it was last read; `undefined` once this run has written any. */
  get present(): number | undefined {
    return this.#store.hasWritten ? undefined : this.#presentBefore;
  }

  /** Whether the feed has a listing on offer, as far as this run believes it. */
  isThere(id: string): boolean {
    return (this.seen.has(id) || this.refused.has(id)) && !this.#withdrawals.heldBack.has(id);
  }

  /** Takes the next items. */
  async take(items: readonly SplitItem[]): Promise<void> {
    await this.#lookUp.take(items);
  }

  /** Notes what is unchanged, collects what must be read until it is worth a look-up and a write. */
  async #note(items: readonly HashedItem[], unchanged: Unchanged): Promise<void> {
    for (const { item, hash } of items) {
      this.#options.report.count('items');
      const listings = hash === '' ? [] : unchanged(hash);
      if (listings.length > 0 && this.#isUnchanged(listings, this.#base + item.offset)) continue;
      this.#unread.add({ item, hash }, this.#base);
    }
    if (this.#unread.isFull) await this.#flush();
  }

  /** Reads what was collected and takes it over. */
  async flush(): Promise<void> {
    await this.#lookUp.flush();
    await this.#flush();
    await this.#takenOver();
  }

  /** @param bytes of the page that was read last */
  nextPage(bytes: number): void {
    this.#base += bytes;
  }

  /**
   * Of a snapshot the next items are read meanwhile: writing listings takes the database as long as reading them takes
   * here.
   */
  async #flush(): Promise<void> {
    this.#presentBefore = await this.#options.unchanged.presentBefore;
    const candidates = this.#unread.read();
    await this.#takenOver();
    if (this.#updates) return this.#updates.apply(candidates);
    if (candidates.length === 0) return;
    this.#takingOver = this.#takeOver(candidates);
    this.#takingOver.catch(() => undefined);
  }

  /** Waits for what was taken over last; throws what it met. */
  async #takenOver(): Promise<void> {
    const last = this.#takingOver;
    this.#takingOver = undefined;
    await last;
  }

  /** After the last batch: settles what waited. */
  async settle(complete: boolean): Promise<void> {
    await this.#takenOver();
    this.#presentBefore = await this.#options.unchanged.presentBefore;
    const { feed, migrating, olderBefore, dryRun, onMigration } = this.#options;
    await this.refused.settle(feed._id);
    await this.#settleReferenced(complete, migrating || this.#areMostNew(this.#new.length + this.#referenced.length));
    const mostGone = this.#areMostNew(this.#new.length);
    this.idsReplaced = complete && this.matched < this.#presentBefore && (migrating || mostGone);
    if (this.idsReplaced) {
      if (!dryRun) await onMigration();
      await this.#new.migrate(this.seen, (id) => this.isThere(id), mostGone || !this.#options.migrationHeld);
    } else {
      await this.#new.insertWaiting();
    }
    this.replayed = this.#older.count > 0 && !this.#hasNews && !olderBefore;
    await this.#older.settle(this.replayed);
    if (this.replayed) this.#options.report.count('older', this.#referenced.length);
    else if (this.#referenced.length > 0) {
      await this.#takeReferenced(complete, () => true);
      await this.#older.settle(false);
    }
    await this.#withdrawals.settle();
  }

  async close(): Promise<void> {
    await this.#takenOver().catch(() => undefined);
    await this.#new.clear();
    await this.#older.clear();
    await this.#withdrawals.clear();
    await this.#referenced.clear();
  }

  /** New listings may be inserted at once: too many known ones have been met for an id change, or there were none. */
  get #decided(): boolean {
    return this.#presentBefore === 0 || (!this.#options.migrating && this.matched * 2 >= this.#presentBefore);
  }

  /** The feed had nothing before. */
  get #isFirst(): boolean {
    return this.#presentBefore === 0 && !this.#options.expected;
  }

  /** Most listings are gone, and most items are new. */
  #areMostNew(newOnes: number): boolean {
    const {
      report: { counts },
    } = this.#options;
    return (
      (this.#presentBefore - this.matched) * 2 > this.#presentBefore &&
      newOnes * 2 > (counts.items ?? 0) - (counts.duplicates ?? 0)
    );
  }

  /** Notes that the feed has an id. @returns where it was met before */
  #meet(id: string, offset: number): number | undefined {
    if (!this.idsAreGuessed && isGuessedId(id)) this.idsAreGuessed = true;
    return this.seen.add(id, offset);
  }

  /**
   * Notes listings that are what their item says. @returns false when it must be read: one has been met elsewhere and
   * may have changed there
   */
  #isUnchanged(listings: readonly UnchangedListing[], offset: number): boolean {
    const { report } = this.#options;
    if (!this.#updates && listings.some(({ key }) => (this.seen.offsetOfKey(key) ?? offset) !== offset)) return false;
    for (const { key, isGuessed } of listings) {
      if (isGuessed) this.idsAreGuessed = true;
      this.#updates?.noteUnchanged(key, offset);
      const before = this.seen.addKey(key, offset);
      if (before !== undefined && before !== offset) {
        report.count('duplicates');
        continue;
      }
      this.#known += 1;
      report.count('same');
    }
    return true;
  }

  /** @param areNew the ids of the feed are others now: those that wait are its new ones */
  async #settleReferenced(complete: boolean, areNew: boolean): Promise<void> {
    if (complete && areNew) {
      for await (const batch of this.#referenced.batches()) await this.#takeOver(batch, new Map());
      return this.#referenced.clear();
    }
    // An old file has what had other ids then, and what was sold since.
    await this.#takeReferenced(complete, (candidate, listing) => {
      const older = isOlder(candidate, listing);
      if (older) this.#older.count += 1;
      return !older && listing.statusBeforeRemoval === undefined;
    });
  }

  async #takeReferenced(
    complete: boolean,
    isSure: (candidate: Candidate, listing: StoredListing) => boolean,
  ): Promise<void> {
    if (this.#referenced.length === 0) return;
    for await (const { items, renamed, uncertain } of this.#referenced.settled(
      (id) => this.isThere(id),
      complete,
      isSure,
    )) {
      for (const { feedReferenceId } of uncertain) this.refused.noteListing(feedReferenceId as string);
      await this.#store.write(renamed.map(({ candidate, listing }) => idOf(listing, candidate.id)));
      // In a dry run it keeps its old id, under which it is not gone.
      if (this.#options.dryRun)
        for (const { candidate, listing } of renamed)
          this.seen.add(listing.feedReferenceId as string, candidate.offset);
      const known = new Map(
        renamed.map(({ candidate, listing }) => [candidate.id, { ...listing, feedReferenceId: candidate.id }]),
      );
      await this.#takeOver([...items, ...renamed.map(({ candidate }) => candidate)], known);
    }
  }

  /**
   * Takes over items of a snapshot.
   *
   * @param renamed when no other items come: listings that have the ids of these items since a moment ago
   */
  async #takeOver(items: readonly Candidate[], renamed?: ReadonlyMap<string, StoredListing>): Promise<void> {
    const { now, report, confirmed } = this.#options;
    const stored = new Map([...(await this.#store.find(items)), ...(renamed ?? [])]);
    const sifted =
      renamed !== undefined || this.#isFirst
        ? { candidates: items, owners: [] }
        : await this.#referenced.sift(items, stored);
    const candidates = this.#movedIds.mark(sifted.candidates, stored, sifted.owners);
    if (!confirmed) {
      this.#movedIds.check(report.counts.items ?? 0);
      this.#shape.check(candidates, stored, report.counts.items ?? 0);
    }
    const fresh: Candidate[] = [];
    const operations = new Map<string, ListingOperation>();
    const met = new Map<string, Candidate>();
    const aside = new Map<string, Candidate>();
    const withdrawals = new Map<string, Candidate>();
    // Of those with an id of their own first: what has lost its id must not take theirs.
    for (const item of candidates.toSorted((one, other) => Number(isByReference(one)) - Number(isByReference(other)))) {
      const candidate = isAnothersId(item, referenceUnder(item.id, stored, met)) ? apart(item) : item;
      const listing = stored.get(candidate.id);
      const before = this.#meet(candidate.id, candidate.offset);
      if (before !== undefined && !this.#replaces(candidate, met.get(candidate.id), listing, before)) continue;
      met.set(candidate.id, candidate);
      const verdict = judge(candidate, listing);
      if (before === undefined && listing && isCounted(listing)) this.#known += 1;
      // What is back on offer waits, too: an old file that is sent again has what was sold since.
      if (listing && verdict !== 'trashed' && (isOlder(candidate, listing) || verdict === 'restored')) {
        aside.set(candidate.id, candidate);
        continue;
      }
      if (verdict === 'new' || verdict === 'changed') this.#hasNews = true;
      if (listing && (verdict === 'changed' || verdict === 'removed') && withdraws(candidate, listing)) {
        withdrawals.set(candidate.id, candidate);
        continue;
      }
      if (before === undefined && verdict !== 'new')
        report.count(renamed?.has(candidate.id) && verdict !== 'trashed' ? 'migrated' : verdict);
      if (!listing) {
        if (verdict === 'new') fresh.push(candidate);
        else report.warn(unknownRemoval, candidate.id);
        continue;
      }
      if ((verdict === 'changed' || verdict === 'restored') && isAnotherListing(candidate, listing))
        report.problem(reusedId(candidate, listing));
      const operation = updateOf(candidate, listing, verdict, 'snapshot', now);
      if (operation) operations.set(candidate.id, operation);
    }
    await this.#store.write([...operations.values()]);
    await this.#older.take([...aside.values()], stored);
    await this.#withdrawals.add([...withdrawals.values()]);
    if (fresh.length === 0) return;
    if (!this.#decided) return this.#new.add(fresh);
    await this.#new.insertWaiting();
    await this.#new.insert(fresh);
  }

  /** Whether the second item of an id takes the place of the first; says so with both places. */
  #replaces(
    second: Candidate,
    first: Candidate | undefined,
    listing: StoredListing | undefined,
    firstOffset: number,
  ): boolean {
    const { report } = this.#options;
    if (firstOffset === second.offset) return false;
    report.count('duplicates');
    if ((first?.listingHash ?? listing?.feedHash) === second.listingHash) return false;
    const chosen = chooseDuplicate(first?.mapped.modifiedAt ?? listing?.feedModifiedAt, second.mapped);
    if (this.#duplicatesReported++ < 5) report.problem(duplicateId(second, firstOffset, chosen));
    return chosen === 'second';
  }
}

/** The reference of what has an id, stored or met. */
function referenceUnder(
  id: string,
  stored: ReadonlyMap<string, StoredListing>,
  met: ReadonlyMap<string, Candidate>,
): string | null | undefined {
  const listing = stored.get(id);
  return listing ? feedsReference(listing) : met.get(id)?.mapped.values.reference;
}
