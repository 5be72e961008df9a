/**
 * Takes the items of a feed, batch by batch, into the database: one look-up by hash, one by id for what changed, one bulk
 * write. What is new waits while most listings of the feed have not been met yet: they may be known ones under new ids.
 */

import type { Types } from 'mongoose';
import { findByFeedIds, findStored, findUnchanged, writeListings, type ListingOperation, type StoredListing } from '../models/feed-listings.ts';
import { EstioError } from '../platform/errors.ts';
import { GoneListings } from './changed-ids.ts';
import type { FeedMode } from './feed-format.ts';
import type { FeedReport } from './feed-report.ts';
import { NewListings } from './new-listings.ts';
import type { CandidateReader } from './read-candidates.ts';
import { changesOf, chooseDuplicate, judge, lostMostFields, newListing, type Candidate, type Verdict } from './reconcile.ts';
import { SeenIds } from './seen-ids.ts';
import { listingSlug } from './slug.ts';
import type { SplitItem } from './split-items.ts';
import { isGuessedId } from './values/ids.ts';

export interface ImportOptions {
  readonly feed: { readonly _id: Types.ObjectId; readonly locationId: Types.ObjectId; readonly companyId?: Types.ObjectId };
  readonly mode: FeedMode;
  readonly reader: CandidateReader;
  readonly report: FeedReport;
  readonly now: Date;
  readonly dryRun: boolean;
  /** Listings that the feed had when it was last read. */
  readonly presentBefore: number;
  /** An earlier run ended in the middle of an id change. */
  readonly migrating: boolean;
  /** Called before listings get new ids, so that the next run knows should this one end half-way. */
  readonly onMigration: () => Promise<void>;
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
  readonly #waiting = new NewListings();
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
    const { reader } = this.#options;
    const candidates: Candidate[] = [];
    for (const { item, hash } of this.#unread.splice(0)) {
      const read = reader.read(item, hash);
      candidates.push(...read.candidates);
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
  }

  async close(): Promise<void> {
    await this.#waiting.clear();
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
    const stored = await this.#stored(candidates);
    this.#checkShape(candidates, stored);
    const fresh: Candidate[] = [];
    const operations = new Map<string, ListingOperation>();
    const met = new Map<string, Candidate>();
    for (const candidate of candidates) {
      const listing = stored.get(candidate.id);
      const before = this.#meet(candidate.id, candidate.offset);
      if (before !== undefined && !this.#replaces(candidate, met.get(candidate.id)?.mapped.modifiedAt ?? listing?.feedModifiedAt, listing, before)) continue;
      met.set(candidate.id, candidate);
      const verdict = judge(candidate, listing);
      if (before === undefined) {
        if (verdict !== 'new' && verdict !== 'unknown') this.#options.report.count(verdict);
        if (listing) this.matched += 1;
      }
      if (!listing) {
        if (verdict === 'new') fresh.push(candidate);
        continue;
      }
      const operation = this.#update(candidate, listing, verdict);
      if (operation) operations.set(candidate.id, operation);
    }
    await this.#write([...operations.values()]);
    if (fresh.length === 0) return;
    if (!this.#decided) return this.#waiting.add(fresh);
    if (this.#waiting.length > 0) await this.#insertWaiting();
    await this.#insert(fresh);
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

  #update(candidate: Candidate, listing: StoredListing, verdict: Verdict): ListingOperation | undefined {
    if (verdict === 'older' || verdict === 'trashed' || verdict === 'unknown' || verdict === 'new') return undefined;
    const { set, unset } = changesOf(candidate, listing, verdict, this.#options.mode);
    // What is the same but was written differently only gets its new hash; people see no change.
    const touched = verdict === 'same' ? {} : { updatedAt: this.#options.now };
    return {
      updateOne: {
        filter: { _id: listing._id },
        update: { $set: { ...set, ...touched }, ...(unset.length > 0 ? { $unset: Object.fromEntries(unset.map((field) => [field, ''])) } : {}) },
      },
    };
  }

  async #insertWaiting(): Promise<void> {
    for await (const batch of this.#waiting.batches()) await this.#insert(batch);
    await this.#waiting.clear();
  }

  /** Inserts listings whose ids were not in the database when they were read; the first of an id counts, or the later by date. */
  async #insert(candidates: readonly Candidate[]): Promise<void> {
    const { report } = this.#options;
    const byId = new Map<string, Candidate>();
    for (const candidate of candidates) {
      const first = byId.get(candidate.id);
      if (!first || chooseDuplicate(first.mapped.modifiedAt, candidate.mapped) === 'second') byId.set(candidate.id, candidate);
    }
    report.count('new', byId.size);
    this.matched += byId.size;
    await this.#write([...byId.values()].map((candidate) => this.#insertion(candidate, 0)));
  }

  #insertion(candidate: Candidate, attempt: number): ListingOperation {
    const { feed, now } = this.#options;
    const { values, title, status } = newListing(candidate);
    const document = {
      ...values,
      locationId: feed.locationId,
      ...(feed.companyId ? { companyId: feed.companyId } : {}),
      title,
      slug: listingSlug(title, feed._id.toHexString(), candidate.id, attempt),
      status,
      publicationStatus: 'PENDING',
      source: 'FEED',
      feedId: feed._id,
      lockedFields: [],
      createdAt: now,
      updatedAt: now,
    };
    return { insertOne: { document: document as never } };
  }

  async #write(operations: readonly ListingOperation[]): Promise<void> {
    if (this.#options.dryRun) return;
    let left = await writeListings(operations);
    for (let attempt = 1; left.length > 0 && attempt <= 3; attempt++) left = await writeListings(left.map((operation) => withLongerSlug(operation, attempt)));
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
        if (!listing) return [];
        const verdict = listing.statusBeforeRemoval !== undefined ? 'restored' : 'changed';
        const { set, unset } = changesOf(candidate, listing, verdict, mode);
        return [{
          updateOne: {
            filter: { _id: listing._id },
            update: {
              $set: { ...set, feedReferenceId: candidate.id, updatedAt: now },
              ...(unset.length > 0 ? { $unset: Object.fromEntries(unset.map((field) => [field, ''])) } : {}),
            },
          },
        }];
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

function withLongerSlug(operation: ListingOperation, attempt: number): ListingOperation {
  if (!('insertOne' in operation)) return operation;
  const document = operation.insertOne.document as unknown as { title: string; feedId: Types.ObjectId; feedReferenceId: string };
  const slug = listingSlug(document.title, document.feedId.toHexString(), document.feedReferenceId, attempt);
  return { insertOne: { document: { ...document, slug } as never } };
}
