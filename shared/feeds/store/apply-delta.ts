import { Types } from 'mongoose';
import { countOffered, findByFeedIds, type ListingOperation, type StoredListing } from '../../models/feed-listings.ts';
import { dropTransfer } from '../../models/feed-transfer.ts';
import { whenLoaded } from '../../platform/libraries.ts';
import { heldError } from '../feed-record.ts';
import { formatNamed } from '../formats/all-formats.ts';
import { isInAnother } from '../plan/absence.ts';
import type { Change } from '../plan/change.ts';
import { toItem, toRow, type Item } from '../plan/facts.ts';
import type { Ambiguous } from '../plan/identity.ts';
import { judgeDelta, planDelta, planUpdate, type DeltaPlan, type Update } from '../plan/plan-delta.ts';
import { knownReference } from '../plan/problems.ts';
import { reportPlan } from '../plan/report-plan.ts';
import type { Candidate } from '../read/candidate.ts';
import type { FeedRun } from '../read/feed-run.ts';
import { usualMode, type FeedContent } from '../read/read-feed.ts';
import { findListingsOf, loadNamed, NamedListings } from './load-stored.ts';
import { insertionOf, updateOf } from './operations.ts';

/** Updates loaded, and listings written, together. */
const maxLoaded = 2000;
const maxWritten = 400;

/**
 * @returns the changes in order
 * @throws {FeedHeldError} a person must be asked first; nothing was applied
 */
export async function applyDelta(content: FeedContent, run: FeedRun): Promise<readonly Change[]> {
  const { feed, report, writer } = run;
  const { items, stored } = await loadNamed(feed._id, content.spool);
  const plan = planDelta(items, stored, (id) => content.appliedLast.offsetOf(id));
  await assertAsked(plan, stored, content, run);
  report.count('duplicates', plan.applied);
  reportAmbiguous(plan.ambiguous, run);
  const applying = new DeltaApplication(content, run);
  for (const turns of portions(plan.turns)) await applying.apply(turns);
  for (const transfer of content.kept) await writer.perform(() => dropTransfer(transfer));
  return applying.changes;
}

async function assertAsked(
  plan: DeltaPlan,
  stored: NamedListings,
  { format, presentBefore }: FeedContent,
  { feed, context, startedAt }: FeedRun,
): Promise<void> {
  const mayLeave = plan.turns.some((turn) => turn.some(({ item }) => item.leaves));
  const hold = judgeDelta(plan, stored, {
    live: mayLeave ? await countOffered(feed._id) : 0,
    formHold: feed.formHold ?? undefined,
    isConfirmed: context.parameters.confirmRemovals,
    formerList: wasList(feed, format.name) && presentBefore > 0 ? feed.detectedFormat : undefined,
    format: format.name,
  });
  if (hold) throw heldError(feed, hold, startedAt);
}

function wasList(feed: FeedRun['feed'], format: string): boolean {
  if (feed.mode !== undefined || !isInAnother(feed, format)) return false;
  return usualMode(formatNamed(feed.detectedFormat as string)) === 'snapshot';
}

/** If one listing has a thousand updates, each turn contains only one. */
function* portions(turns: DeltaPlan['turns']): Generator<readonly (readonly Update[])[]> {
  let portion: (readonly Update[])[] = [];
  let updates = 0;
  for (const turn of turns) {
    if (updates > 0 && updates + turn.length > maxLoaded) {
      yield portion;
      [portion, updates] = [[], 0];
    }
    portion.push(turn);
    updates += turn.length;
  }
  if (updates > 0) yield portion;
}

class DeltaApplication {
  readonly changes: Change[] = [];
  readonly #content: FeedContent;
  readonly #run: FeedRun;
  readonly #pretended = new Map<string, StoredListing>();

  constructor(content: FeedContent, run: FeedRun) {
    this.#content = content;
    this.#run = run;
  }

  async apply(turns: readonly (readonly Update[])[]): Promise<void> {
    const candidates = await this.#load(new Set(turns.flat().map(({ item }) => item.at)));
    for (const turn of turns) {
      for (let from = 0; from < turn.length; from += maxWritten) {
        await this.#applySome(turn.slice(from, from + maxWritten), candidates);
      }
    }
  }

  async #load(wanted: ReadonlySet<number>): Promise<ReadonlyMap<number, Candidate>> {
    const candidates = new Map<number, Candidate>();
    for await (const batch of this.#content.spool.batches((at) => wanted.has(at)))
      for (const [at, candidate] of batch) candidates.set(at, candidate);
    return candidates;
  }

  async #applySome(updates: readonly Update[], candidates: ReadonlyMap<number, Candidate>): Promise<void> {
    const { feed, report, writer } = this.#run;
    const found = await findByFeedIds(feed._id, [...new Set(updates.map(({ id }) => id))], 'stored');
    const stored = new Map(found.map((listing) => [listing.feedReferenceId as string, listing]));
    const operations: ListingOperation[] = [];
    const changes: Change[] = [];
    for (const update of updates) {
      const listing = this.#pretended.get(update.id) ?? stored.get(update.id);
      const candidate = await this.#complete(update, candidates.get(update.item.at)!, listing);
      const item: Item = { ...toItem(candidate, update.item.at), removes: update.item.removes };
      const change = planUpdate({ item, id: update.id }, listing && toRow(listing));
      changes.push(change);
      const operation = operationOf(change, candidate, listing, this.#run);
      if (!operation) continue;
      operations.push(operation);
      if (this.#run.context.parameters.dryRun) this.#pretended.set(update.id, afterwards(operation, listing));
    }
    reportPlan(changes, { ambiguous: [], duplicates: [], replacing: [] }, report, { saysWentBack: false });
    this.changes.push(...changes);
    await this.#tellKnownReferences(changes);
    await writer.write(operations);
  }

  async #complete({ id }: Update, candidate: Candidate, listing: StoredListing | undefined): Promise<Candidate> {
    const complete = await whenLoaded(() => this.#content.reader.complete({ ...candidate, id }, listing));
    for (const warning of complete.mapped.warnings) this.#run.report.warn(warning, id);
    return complete;
  }

  /** If a provider changes its own id, all listings get new ids, and in a delta no absence reveals the old ones. */
  async #tellKnownReferences(changes: readonly Change[]): Promise<void> {
    const fresh = changes.filter((change) => change.do === 'insert');
    if (fresh.length === 0 || this.#content.presentBefore === 0) return;
    const stored = new NamedListings();
    const { feed, report } = this.#run;
    await findListingsOf(
      feed._id,
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

function operationOf(
  change: Change,
  candidate: Candidate,
  listing: StoredListing | undefined,
  { feed, startedAt }: FeedRun,
): ListingOperation | undefined {
  if (change.do === 'insert') return insertionOf(candidate, feed, startedAt);
  if (change.do === 'leave' || !('item' in change) || !listing) return undefined;
  return updateOf(change, candidate, listing, 'delta', startedAt);
}

function afterwards(operation: ListingOperation, listing: StoredListing | undefined): StoredListing {
  if ('insertOne' in operation)
    return { _id: new Types.ObjectId(), ...operation.insertOne.document } as unknown as StoredListing;
  const { $set = {}, $unset = {} } = (operation as { updateOne: { update: Written } }).updateOne.update;
  const changed: Record<string, unknown> = { ...listing, ...$set };
  for (const field of Object.keys($unset)) delete changed[field];
  return changed as unknown as StoredListing;
}

interface Written {
  readonly $set?: Readonly<Record<string, unknown>>;
  readonly $unset?: Readonly<Record<string, string>>;
}

function reportAmbiguous(ambiguous: readonly Ambiguous[], { report }: FeedRun): void {
  const removals = ambiguous.filter(({ item }) => item.removes);
  const others = ambiguous.filter(({ item }) => !item.removes);
  reportPlan([], { ambiguous: others, duplicates: [], replacing: [] }, report);
  reportPlan([], { ambiguous: removals, duplicates: [], replacing: [] }, report, { countsAmbiguous: false });
}
