/**
 * Kind by kind, so that the next run completes a killed one. Each change uses its listing as it is right before the
 * write.
 */

import { Types } from 'mongoose';
import { findStored, type ListingOperation } from '../../models/feed-listings.ts';
import type { Change } from '../plan/change.ts';
import type { Spool, Spooled } from '../read/spool.ts';
import { insertionOf, rowOperationOf, updateOf, type ItemChange } from './operations.ts';
import type { ListingWriter } from './listing-writer.ts';

type InsertChange = Extract<Change, { do: 'insert' }>;

/**
 * @param heldAt marks new holds
 * @throws if another run has taken over, or time is up
 */
export async function applyPlan(
  changes: readonly Change[],
  spool: Spool,
  writer: ListingWriter,
  heldAt: Date,
): Promise<void> {
  for (const [kind, ofKind] of Map.groupBy(changes, kindOf)) {
    if (kind === 'holds' || kind === 'rows') await writer.writeEach(rowOperations(ofKind, writer.now, heldAt));
    else if (kind !== 'none') await applyItems(kind, ofKind, spool, writer);
  }
}

function kindOf(change: Change): 'holds' | 'renames' | 'updates' | 'inserts' | 'rows' | 'none' {
  if (change.do === 'hold') return 'holds';
  if (change.do === 'rename') return 'renames';
  if (change.do === 'insert') return 'inserts';
  if (change.do === 'leave') return 'none';
  return 'item' in change ? 'updates' : 'rows';
}

function* rowOperations(changes: readonly Change[], now: Date, heldAt: Date): Generator<ListingOperation> {
  for (const change of changes)
    if (change.do === 'mark' || change.do === 'withdraw-absent' || change.do === 'hold' || change.do === 'release')
      yield rowOperationOf(change, now, heldAt);
}

async function applyItems(
  kind: 'renames' | 'updates' | 'inserts',
  changes: readonly Change[],
  spool: Spool,
  writer: ListingWriter,
): Promise<void> {
  const byPlace = new Map(changes.flatMap((change) => ('item' in change ? [[change.item.at, change] as const] : [])));
  let writing: Promise<void> | undefined;
  for await (const batch of spool.batches((at) => byPlace.has(at))) {
    const operations =
      kind === 'inserts'
        ? insertions(batch, byPlace as ReadonlyMap<number, InsertChange>, writer)
        : await updates(batch, byPlace as ReadonlyMap<number, ItemChange>, writer);
    await writing;
    writing = writer.write(operations);
    writing.catch(() => undefined);
  }
  await writing;
}

function insertions(
  batch: readonly Spooled[],
  changes: ReadonlyMap<number, InsertChange>,
  { feed, now }: ListingWriter,
): ListingOperation[] {
  return batch.map(([at, candidate]) => insertionOf({ ...candidate, id: changes.get(at)!.id }, feed, now));
}

async function updates(
  batch: readonly Spooled[],
  changes: ReadonlyMap<number, ItemChange>,
  { now }: ListingWriter,
): Promise<ListingOperation[]> {
  const keys = batch.map(([at]) => new Types.ObjectId(changes.get(at)!.row.key));
  const stored = new Map((await findStored(keys)).map((listing) => [listing._id.toHexString(), listing]));
  return batch.flatMap(([at, candidate]) => {
    const change = changes.get(at)!;
    const listing = stored.get(change.row.key);
    return (listing && updateOf(change, candidate, listing, 'snapshot', now)) ?? [];
  });
}
