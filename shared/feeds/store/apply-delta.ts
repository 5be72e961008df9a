/** A delta is applied batch by batch as it is read, in the order of the feed: each update to what is stored by then. */

import { findByFeedIds, type ListingOperation, type StoredListing } from '../../models/feed-listings.ts';
import type { FeedReport } from '../feed-report.ts';
import type { Change } from '../plan/change.ts';
import { toItem, toRow, type Item } from '../plan/facts.ts';
import type { Ambiguous } from '../plan/identity.ts';
import { planDelta, planUpdate, type Update } from '../plan/plan-delta.ts';
import { knownReference } from '../plan/problems.ts';
import { reportPlan } from '../plan/report-plan.ts';
import type { Candidate } from '../read/candidate.ts';
import type { ItemSink } from '../read/item-intake.ts';
import type { CandidateReader } from '../read/read-item.ts';
import { findListingsOf, NamedListings } from './load-stored.ts';
import type { ListingWriter } from './listing-writer.ts';
import { insertionOf, updateOf } from './operations.ts';
import { SeenIds } from './seen-ids.ts';

export interface DeltaOptions {
  readonly writer: ListingWriter;
  readonly reader: CandidateReader;
  readonly report: FeedReport;
  /** Listings that the feed has from earlier runs. */
  readonly presentBefore: Promise<number>;
  /** Takes what was decided. */
  readonly decided: (changes: readonly Change[]) => void;
}

export class DeltaSink implements ItemSink {
  readonly #options: DeltaOptions;
  /** Where items stand, since others were applied, that an earlier run applied last to their listings. */
  #appliedLast = new SeenIds();
  /** Listings that this run has inserted, or would insert. */
  readonly #inserted = new Map<string, Candidate>();

  constructor(options: DeltaOptions) {
    this.#options = options;
  }

  noteUnchanged(key: string, offset: number): void {
    this.#appliedLast.moveKey(key, offset);
  }

  /** What is noted as unchanged from here on stands behind these items, or in another file. */
  async end(): Promise<void> {
    if (this.#appliedLast.size > 0) this.#appliedLast = new SeenIds();
  }

  async take(candidates: readonly Candidate[]): Promise<void> {
    const { writer, report } = this.#options;
    const appliedLast = this.#appliedLast;
    this.#appliedLast = new SeenIds();
    const items = candidates.map((candidate, at) => toItem(candidate, at));
    const stored = new NamedListings();
    await findListingsOf(writer.feed._id, items, stored);
    const plan = planDelta(items, stored, (id) => appliedLast.offsetOf(id));
    report.count('duplicates', plan.applied);
    this.#reportAmbiguous(plan.ambiguous);
    for (const turn of plan.turns) await this.#applyTurn(turn, candidates);
  }

  #reportAmbiguous(ambiguous: readonly Ambiguous[]): void {
    // A removal of several stays in the plan, as one of something unknown.
    reportPlan(
      [],
      { ambiguous: ambiguous.filter(({ item }) => !item.removes), duplicates: [], replacing: [] },
      this.#options.report,
    );
    const removals = ambiguous.filter(({ item }) => item.removes);
    reportPlan([], { ambiguous: removals, duplicates: [], replacing: [] }, this.#options.report, {
      countsAmbiguous: false,
    });
  }

  async #applyTurn(updates: readonly Update[], candidates: readonly Candidate[]): Promise<void> {
    const { writer, report, decided } = this.#options;
    const found = await findByFeedIds(writer.feed._id, [...new Set(updates.map(({ id }) => id))], 'stored');
    const stored = new Map(found.map((listing) => [listing.feedReferenceId as string, listing]));
    const operations: ListingOperation[] = [];
    const changes: Change[] = [];
    for (const update of updates) {
      const listing = stored.get(update.id);
      const candidate = this.#complete(update, candidates[update.item.at]!, listing);
      const item: Item = { ...toItem(candidate, update.item.at), removes: update.item.removes };
      const isPretended = !listing && this.#inserted.has(update.id);
      const change = planUpdate({ item, id: update.id }, listing && toRow(listing));
      if (isPretended) report.count(item.removes ? 'removed' : 'changed');
      else changes.push(change);
      if (change.do === 'insert' && !isPretended) {
        this.#inserted.set(update.id, candidate);
        operations.push(insertionOf(candidate, writer.feed, writer.now));
      } else if (listing && 'row' in change && 'item' in change && change.do !== 'leave') {
        const operation = updateOf(change, candidate, listing, 'delta', writer.now);
        if (operation) operations.push(operation);
      }
    }
    reportPlan(changes, { ambiguous: [], duplicates: [], replacing: [] }, report, { saysWentBack: false });
    decided(changes);
    await this.#tellKnownReferences(changes);
    await writer.write(operations);
  }

  #complete({ id }: Update, candidate: Candidate, listing: StoredListing | undefined): Candidate {
    const { reader, report } = this.#options;
    const complete = reader.complete({ ...candidate, id }, listing);
    for (const warning of complete.mapped.warnings) report.warn(warning, id);
    return complete;
  }

  /**
   * A provider that changes its own id changes those of all its listings: no absence will tell that the old ones are
   * gone.
   */
  async #tellKnownReferences(changes: readonly Change[]): Promise<void> {
    const fresh = changes.filter((change) => change.do === 'insert');
    if (fresh.length === 0 || (await this.#options.presentBefore) === 0) return;
    const stored = new NamedListings();
    const { writer, report } = this.#options;
    await findListingsOf(
      writer.feed._id,
      fresh.map(({ item }) => item),
      stored,
    );
    for (const { item, id } of fresh) {
      const others = item.reference === undefined ? [] : stored.byReference(item.reference);
      const other = others.find((row) => !row.isTrashed && row.id !== id);
      if (other) report.warn(knownReference(other.id), id);
    }
  }
}
