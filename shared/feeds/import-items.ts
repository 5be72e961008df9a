/**
 * Takes the items of a feed, batch by batch, into the database: one look-up by hash, one by id for what changed, one bulk
 * write. What is new waits while most listings of the feed have not been met yet: they may be known ones under new ids.
 */

import { findByFeedIds, findStored, findUnchanged, type ListingOperation, type StoredListing } from '../models/feed-listings.ts';
import { EstioError } from '../platform/errors.ts';
import { GoneListings } from './changed-ids.ts';
import type { FeedMode } from './feed-format.ts';
import type { FeedReport } from './feed-report.ts';
import { insertionOf, renameOf, updateOf, writeAll, type ListingOwner } from './listing-operations.ts';
import { WaitingListings } from './waiting-listings.ts';
import type { CandidateReader } from './read-candidates.ts';
import { chooseDuplicate, isAnotherListing, isOlder, judge, lostMostFields, withoutFutureDate, type Candidate } from './reconcile.ts';
import { SeenIds } from './seen-ids.ts';
import type { SplitItem } from './split-items.ts';
import { isGuessedId } from './values/ids.ts';

export interface ImportOptions {
  readonly feed: ListingOwner;
  readonly mode: FeedMode;
  readonly reader: CandidateReader;
  readonly report: FeedReport;
  readonly now: Date;
  readonly dryRun: boolean;
  /** Listings that the feed had when it was last read. */
  readonly presentBefore: number;
  /** An earlier run ended in the middle of an id change. */
  readonly migrating: boolean;
  /** The last run met a file older than what is stored and ignored it. */
  readonly olderBefore: boolean;
  /** Called before listings get new ids, so that the next run knows should this one end half-way. */
  readonly onMigration: () => Promise<void>;
  /** Called right before each write of listings; throws when this run must write nothing any more. */
  readonly beforeWrite: () => Promise<void>;
}

/** A batch whose hashes are being looked up. */
export interface PendingBatch {
  readonly items: readonly { readonly item: SplitItem; readonly hash: string }[];
  readonly known: Promise<ReadonlyMap<string, readonly string[]>>;
}

/** So many items, or bytes of them, are read, looked up and written together. */
const readTogether = 200;
const readTogetherBytes = 1024 * 1024;

export class FeedImport {
  readonly seen = new SeenIds();
  /** Ids of this feed that have a listing which is there, as far as is known without asking. */
  matched = 0;
  /** Items were refused of which nobody knows whose they are: absence proves nothing in this run. */
  anonymousRefusals = 0;
  /** Refused items named listings: whether these exist was not asked. */
  uncertain = false;
  /** Ids were made up from what the items say. */
  idsAreGuessed = false;
  /** Most ids are gone and most items are new. */
  idsReplaced = false;
  readonly #options: ImportOptions;
  /** The whole feed is older than what is stored: it was ignored, and absence proves nothing. */
  replayed = false;
  readonly #waiting = new WaitingListings();
  /** A snapshot's items that bear an older date than what is stored: whether the file is an old one shows at its end. */
  readonly #older = new WaitingListings();
  /** Something in the feed is new since the last run: it is no old file. */
  #hasNews = false;
  readonly #unread: { readonly item: SplitItem; readonly hash: string }[] = [];
  #unreadBytes = 0;
  #changedItems = 0;
  #hollowItems = 0;
  #duplicatesReported = 0;

  constructor(options: ImportOptions) {
    this.#options = options;
  }

  /** Hashes a batch and begins to look its items up; `finish` takes the answer. */
  begin(batch: readonly SplitItem[]): PendingBatch {
    const { feed, reader } = this.#options;
    const items = batch.map((item) => ({ item, hash: item.problem ? '' : reader.hash(item) }));
    const known = findUnchanged(feed._id, items.map(({ hash }) => hash).filter((hash) => hash !== '')).then((rows) => {
      const ids = new Map<string, string[]>();
      for (const row of rows) ids.set(row.feedItemHash, [...(ids.get(row.feedItemHash) ?? []), row.feedReferenceId]);
      return ids;
    });
    known.catch(() => undefined);
    return { items, known };
  }

  /** Takes over a batch: notes what is unchanged, collects what must be read until it is worth a look-up and a write. */
  async finish(batch: PendingBatch): Promise<void> {
    const known = await batch.known;
    for (const { item, hash } of batch.items) {
      this.#options.report.count('items');
      const ids = known.get(hash);
      if (ids) {
        for (const id of ids) this.#unchanged(id, item.offset);
        continue;
      }
      // A copy: the item's own bytes hold on to the whole chunk that they came in.
      this.#unread.push({ item: { ...item, bytes: Buffer.from(item.bytes) }, hash });
      this.#unreadBytes += item.bytes.length;
    }
    if (this.#unread.length >= readTogether || this.#unreadBytes >= readTogetherBytes) await this.flush();
  }

  /** Reads and takes over what was collected. */
  async flush(): Promise<void> {
    const { reader, now, report } = this.#options;
    const candidates: Candidate[] = [];
    for (const { item, hash } of this.#unread.splice(0)) {
      const read = reader.read(item, hash);
      candidates.push(...read.candidates.map((candidate) => withoutFutureDate(candidate, now, report)));
      for (const id of read.refusedIds) this.seen.add(id, item.offset);
      if (read.refusedIds.length > 0) this.uncertain = true;
      if (read.anonymous) this.anonymousRefusals += 1;
    }
    this.#unreadBytes = 0;
    if (candidates.length > 0) await this.#takeOver(candidates);
  }

  /** After the last batch: settles what waited. */
  async settle(complete: boolean): Promise<void> {
    const { presentBefore, report, migrating } = this.#options;
    const gone = presentBefore - this.matched;
    this.idsReplaced = complete && gone > 0 && (migrating || (gone * 2 > presentBefore && this.#waiting.length * 2 > (report.counts.items ?? 0)));
    if (this.idsReplaced) await this.#migrate();
    else await this.#insertWaiting();
    await this.#settleOlder();
  }

  async close(): Promise<void> {
    await this.#waiting.clear();
    await this.#older.clear();
  }

  /** New listings may be inserted at once: too many known ones have been met for an id change, or there were none. */
  get #decided(): boolean {
    const { presentBefore, mode, migrating } = this.#options;
    return mode === 'delta' || presentBefore === 0 || (!migrating && this.matched * 2 >= presentBefore);
  }

  /** Notes that the feed has an id. @returns where it was met before */
  #meet(id: string, offset: number): number | undefined {
    if (!this.idsAreGuessed && isGuessedId(id)) this.idsAreGuessed = true;
    return this.seen.add(id, offset);
  }

  #unchanged(id: string, offset: number): void {
    const before = this.#meet(id, offset);
    if (before !== undefined && before !== offset) {
      this.#options.report.count('duplicates');
      return;
    }
    this.matched += 1;
    this.#options.report.count('same');
  }

  async #takeOver(candidates: readonly Candidate[]): Promise<void> {
    const { mode, now, report } = this.#options;
    const stored = await this.#stored(candidates);
    this.#checkShape(candidates, stored);
    const fresh: Candidate[] = [];
    const operations = new Map<string, ListingOperation>();
    const met = new Map<string, Candidate>();
    const older = new Map<string, Candidate>();
    for (const candidate of candidates) {
      const listing = stored.get(candidate.id);
      const before = this.#meet(candidate.id, candidate.offset);
      if (before !== undefined && !this.#replaces(candidate, met.get(candidate.id)?.mapped.modifiedAt ?? listing?.feedModifiedAt, listing, before)) continue;
      met.set(candidate.id, candidate);
      if (before === undefined && listing) this.matched += 1;
      const verdict = judge(candidate, listing);
      if (listing && verdict !== 'same' && verdict !== 'trashed' && isOlder(candidate, listing)) {
        if (mode === 'snapshot') older.set(candidate.id, candidate);
        else this.#ignore(candidate, listing);
        continue;
      }
      if (verdict === 'new' || verdict === 'changed') this.#hasNews = true;
      if (before === undefined && verdict !== 'new' && verdict !== 'unknown') report.count(verdict);
      if (!listing) {
        if (verdict === 'new') fresh.push(candidate);
        continue;
      }
      if ((verdict === 'changed' || verdict === 'restored') && isAnotherListing(candidate, listing)) {
        report.problem({ code: 'id-reused', message: `The id belonged to another listing (${listing.reference}, ${listing.type}, ${listing.city}): what it is now waits to be published`, reference: candidate.id, offset: candidate.offset });
      }
      const operation = updateOf(candidate, listing, verdict, mode, now);
      if (operation) operations.set(candidate.id, operation);
    }
    await this.#write([...operations.values()]);
    await this.#older.add([...older.values()]);
    if (fresh.length === 0) return;
    if (!this.#decided) return this.#waiting.add(fresh);
    if (this.#waiting.length > 0) await this.#insertWaiting();
    await this.#insert(fresh);
  }

  #ignore(candidate: Candidate, listing: StoredListing): void {
    this.#options.report.count('older');
    this.#options.report.problem({
      code: 'older',
      message: `The item is of ${candidate.mapped.modifiedAt?.toISOString()}, older than what is stored (${listing.feedModifiedAt?.toISOString()}): it was ignored`,
      reference: candidate.id,
      offset: candidate.offset,
    });
  }

  /**
   * A date decides nothing alone: a snapshot whose only changes are older ones is taken for an old file and ignored
   * once. Beside any news, or when the next run brings older ones again, the dates were wrong and the feed is right.
   */
  async #settleOlder(): Promise<void> {
    if (this.#older.length === 0) return;
    const { olderBefore, report, mode, now } = this.#options;
    this.replayed = !this.#hasNews && !olderBefore;
    for await (const batch of this.#older.batches()) {
      const stored = await this.#stored(batch);
      const operations: ListingOperation[] = [];
      for (const candidate of batch) {
        const listing = stored.get(candidate.id);
        if (!listing) continue;
        if (this.replayed) {
          this.#ignore(candidate, listing);
          continue;
        }
        const verdict = judge(candidate, listing);
        report.count(verdict as 'changed');
        report.warn({ code: 'date-went-back', message: 'The date of the last change is older than it was: what the item says now counts' }, candidate.id);
        const operation = updateOf(candidate, listing, verdict, mode, now);
        if (operation) operations.push(operation);
      }
      await this.#write(operations);
    }
    await this.#older.clear();
  }

  /** Whether the second item of an id takes the place of the first; says so with both places. */
  #replaces(second: Candidate, firstModified: Date | undefined, listing: StoredListing | undefined, firstOffset: number): boolean {
    const { report } = this.#options;
    if (firstOffset === second.offset) return false;
    report.count('duplicates');
    if (listing?.feedHash === second.listingHash) return false;
    const chosen = chooseDuplicate(firstModified, second.mapped);
    if (this.#duplicatesReported++ < 5) {
      report.problem({
        code: 'duplicate-id',
        message: `Two items have this id and differ, at bytes ${firstOffset} and ${second.offset}: the ${chosen} one counts`,
        reference: second.id,
        offset: second.offset,
      });
    }
    return chosen === 'second';
  }

  /** The form of the feed has changed when most changed items lost most of their fields: nothing of it is applied. */
  #checkShape(candidates: readonly Candidate[], stored: ReadonlyMap<string, StoredListing>): void {
    if (this.#options.mode === 'delta') return;
    for (const candidate of candidates) {
      const listing = stored.get(candidate.id);
      if (!listing || candidate.mapped.action === 'remove') continue;
      this.#changedItems += 1;
      if (lostMostFields(candidate, listing)) this.#hollowItems += 1;
    }
    if (this.#hollowItems >= 3 && this.#hollowItems * 2 > this.#changedItems) {
      throw new EstioError(
        `The feed seems to have changed its form: ${this.#hollowItems} of ${this.#changedItems} changed listings lost most of their fields (price, place, type, images). Nothing was changed by these; check the feed's format or mapping`,
        { code: 'format-changed' },
      );
    }
  }

  async #insertWaiting(): Promise<void> {
    for await (const batch of this.#waiting.batches()) await this.#insert(batch);
    await this.#waiting.clear();
  }

  /** Inserts listings whose ids were not in the database when they were read; the first of an id counts, or the later by date. */
  async #insert(candidates: readonly Candidate[]): Promise<void> {
    const { report, feed, now } = this.#options;
    const byId = new Map<string, Candidate>();
    for (const candidate of candidates) {
      const first = byId.get(candidate.id);
      if (!first || chooseDuplicate(first.mapped.modifiedAt, candidate.mapped) === 'second') byId.set(candidate.id, candidate);
    }
    report.count('new', byId.size);
    this.matched += byId.size;
    await this.#write([...byId.values()].map((candidate) => insertionOf(candidate, feed, now)));
  }

  async #write(operations: readonly ListingOperation[]): Promise<void> {
    if (this.#options.dryRun || operations.length === 0) return;
    await this.#options.beforeWrite();
    await writeAll(operations);
  }

  /** Gives listings that are gone under their old id the new one; inserts what is left. */
  async #migrate(): Promise<void> {
    const { feed, report, mode, now, dryRun } = this.#options;
    if (!dryRun) await this.#options.onMigration();
    const gone = await GoneListings.of(feed._id, this.seen);
    for await (const batch of this.#waiting.batches()) {
      const pairs = batch.map((candidate) => ({ candidate, id: gone.match(candidate) }));
      const matchedIds = pairs.flatMap(({ id }) => (id ? [id] : []));
      const listings = new Map((await findStored(matchedIds)).map((listing) => [listing._id.toHexString(), listing]));
      const operations = pairs.flatMap(({ candidate, id }) => {
        const listing = id && listings.get(id.toHexString());
        return listing ? [renameOf(candidate, listing, mode, now)] : [];
      });
      await this.#write(operations);
      report.count('migrated', operations.length);
      this.matched += operations.length;
      await this.#insert(pairs.filter(({ id }) => !id).map(({ candidate }) => candidate));
    }
    await this.#waiting.clear();
  }

  async #stored(candidates: readonly Candidate[]): Promise<Map<string, StoredListing>> {
    const listings = await findByFeedIds(this.#options.feed._id, [...new Set(candidates.map(({ id }) => id))]);
    return new Map(listings.map((listing) => [listing.feedReferenceId as string, listing]));
  }
}
