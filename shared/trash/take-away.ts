/**
 * Takes away what hangs on a batch of trash before the trash itself goes, so that a kill at any moment leaves no record
 * whose owner is missing. There are no transactions on a stand-alone MongoDB: what was taken is held until the owners
 * are gone, and put back for those that somebody restored meanwhile.
 */

import type { AnyBulkWriteOperation, Collection, Types } from 'mongoose';
import { Conversation } from '../models/conversation.ts';
import { chunksOf, type Document, type RawRecord } from './held-records.ts';
import { notExpired } from './retention.ts';
import { conversations, type Ownership, type Reference, type TrashKind } from './trash-kinds.ts';

type Id = Types.ObjectId;

/** Puts back what belongs to these owners. */
export type PutBack = (owners: ReadonlySet<string>) => Promise<void>;

/** One batch: records of one kind and one location. */
export interface Batch {
  readonly locationId: Id;
  readonly cutoff: Date;
  readonly dryRun: boolean;
  /** Conversations that a dry run has counted: a real one would not find them any more. */
  readonly counted: Set<string>;
  readonly count: (name: string, by: number) => void;
  /** How many bytes of records may still be held, about; what comes after cannot be put back. */
  room: number;
}

/** Takes away all that hangs on these records: what they own, then what names them. */
export async function takeBelongings(kind: TrashKind, ids: readonly Id[], batch: Batch): Promise<PutBack> {
  const undo: PutBack[] = [];
  for (const ownership of kind.owns) undo.push(await takeOwned(ownership, ids, batch));
  for (const reference of kind.namedBy) undo.push(await clearReferences(reference, ids, batch));
  return inOrder(undo);
}

function inOrder(undo: readonly PutBack[]): PutBack {
  return async (owners) => {
    for (const putBack of undo) await putBack(owners);
  };
}

async function takeOwned({ kind, field, shared }: Ownership, ids: readonly Id[], batch: Batch): Promise<PutBack> {
  // What is trash by itself was counted with its own kind.
  const here = { locationId: batch.locationId, ...(batch.dryRun && kind.softDeleted ? notExpired(batch.cutoff) : {}) };
  if (shared) return takeMessages(kind, ids, here, batch);
  const theirs = (record: Document, owners: ReadonlySet<string>) =>
    owners.has(String(record[field])) ? record : undefined;
  return takeWhole(kind, { ...here, [field]: { $in: ids } }, {}, theirs, batch);
}

/**
 * Takes records with all that hangs on them.
 *
 * @param still what a record must be besides when it is deleted, else it stays
 * @param theirs the record as these owners have it, if they do
 */
async function takeWhole(
  kind: TrashKind,
  filter: object,
  still: object,
  theirs: (record: Document, owners: ReadonlySet<string>) => Document | undefined,
  batch: Batch,
): Promise<PutBack> {
  const undo: PutBack[] = [];
  for await (const chunk of chunksOf(kind.model.collection, filter, batch.dryRun ? { _id: 1 } : {})) {
    const ids = idsOf(chunk);
    const putBackTheirs = await takeBelongings(kind, ids, batch);
    await remove(kind, ids, still, batch);
    const held = hold(chunk, batch);
    undo.push(async (owners) => {
      const records = held.map((record) => theirs(record.decode(), owners)).filter((record) => record !== undefined);
      await insert(kind, records, batch);
      await putBackTheirs(new Set(idsOf(records).map(String)));
    });
  }
  return inOrder(undo);
}

/** Messages: one that a remaining conversation holds too only leaves the others. */
async function takeMessages(kind: TrashKind, ids: readonly Id[], here: object, batch: Batch): Promise<PutBack> {
  const undo: PutBack[] = [];
  if (!batch.dryRun) {
    // Nearly all are held by conversations of this batch alone: they go without a closer look.
    const alone = { conversationIds: { $not: { $elemMatch: { $nin: ids } } }, conversationId: { $in: [...ids, null] } };
    const filter = { ...here, ...alone, conversationIds: { $in: ids, ...alone.conversationIds } };
    undo.push(await takeWhole(kind, filter, alone, rejoined, batch));
  }
  const filter = { ...here, $or: [{ conversationIds: { $in: ids } }, { conversationId: { $in: ids } }] };
  const projection: Record<string, number> = batch.dryRun ? { conversationId: 1, conversationIds: 1 } : {};
  for await (const chunk of chunksOf(kind.model.collection, filter, projection))
    undo.push(await takeShared(kind, chunk, ids, batch));
  return inOrder(undo);
}

async function takeShared(
  kind: TrashKind,
  chunk: readonly RawRecord[],
  ids: readonly Id[],
  batch: Batch,
): Promise<PutBack> {
  const held = new Set(hold(chunk, batch));
  const messages = chunk.map((record) => ({ message: record.decode(), isHeld: held.has(record) }));
  const going = new Set(ids.map(String));
  const remaining = await remainingConversations(
    messages.flatMap(({ message }) => holders(message)).filter((id) => !going.has(String(id))),
    batch,
  );
  const stays = (message: Document) => holders(message).filter((id) => remaining.has(String(id)));
  const kept = messages.filter(({ message }) => stays(message).length > 0);
  const owned = messages.filter(({ message }) => stays(message).length === 0);

  batch.count('referencesCleared', kept.length);
  if (!batch.dryRun)
    await write(
      kind.model.collection,
      kept.map(({ message }) => setHolders(message, stays(message))),
    );
  await remove(
    kind,
    owned.map(({ message }) => message._id),
    {},
    batch,
  );
  return async (owners) => {
    const again = (message: Document) =>
      holders(message).filter((id) => remaining.has(String(id)) || owners.has(String(id)));
    await insert(
      kind,
      owned.flatMap(({ message, isHeld }) => (isHeld && rejoined(message, owners)) || []),
      batch,
    );
    const rejoining = kept.filter(({ message, isHeld }) => isHeld && rejoined(message, owners));
    await write(
      kind.model.collection,
      rejoining.map(({ message }) => setHolders(message, again(message))),
    );
    batch.count('referencesCleared', -rejoining.length);
  };
}

/** A message as it is when only these conversations hold it. */
function rejoined(message: Document, owners: ReadonlySet<string>): Document | undefined {
  const restored = holders(message).filter((id) => owners.has(String(id)));
  return restored.length > 0 ? { ...message, ...holdersOf(message, restored) } : undefined;
}

/** The conversations that hold a message. */
function holders(message: Document): Id[] {
  const all: Id[] = [
    ...(message['conversationIds'] ?? []),
    ...(message['conversationId'] ? [message['conversationId']] : []),
  ];
  return [...new Map(all.map((id) => [String(id), id])).values()];
}

function holdersOf(message: Document, ids: readonly Id[]) {
  const first = ids.find((id) => id.equals(message['conversationId'])) ?? ids[0];
  return { conversationId: first, conversationIds: ids };
}

function setHolders(message: Document, ids: readonly Id[]): AnyBulkWriteOperation<Document> {
  return { updateOne: { filter: { _id: message._id }, update: { $set: holdersOf(message, ids) } } };
}

async function remainingConversations(ids: readonly Id[], batch: Batch): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const found = await Conversation.find({ _id: { $in: ids }, locationId: batch.locationId }, { _id: 1 }).lean();
  return new Set(found.map(({ _id }) => String(_id)).filter((id) => !batch.counted.has(id)));
}

async function clearReferences(
  { model, field, isList }: Reference,
  ids: readonly Id[],
  batch: Batch,
): Promise<PutBack> {
  const collection = model.collection;
  const filter = {
    locationId: batch.locationId,
    [field]: { $in: ids },
    ...(batch.dryRun ? notExpired(batch.cutoff) : {}),
  };
  const naming = (await collection.find(filter, { projection: { [field]: 1 } }).toArray()) as Document[];
  batch.count('referencesCleared', naming.length);
  if (batch.dryRun || naming.length === 0) return inOrder([]);
  await collection.updateMany(
    { _id: { $in: idsOf(naming) } },
    isList ? { $pull: { [field]: { $in: ids } as never } } : { $unset: { [field]: 1 } },
  );
  return async (owners) => {
    const named = (record: Document): Id[] => [record[field]].flat().filter((id: Id) => owners.has(String(id)));
    const operations = naming
      .filter((record) => named(record).length > 0)
      .map((record) =>
        isList
          ? { updateOne: { filter: { _id: record._id }, update: { $addToSet: { [field]: { $each: named(record) } } } } }
          : {
              updateOne: {
                filter: { _id: record._id, [field]: { $exists: false } },
                update: { $set: { [field]: record[field] } },
              },
            },
      );
    await write(collection, operations as AnyBulkWriteOperation<Document>[]);
    batch.count('referencesCleared', -operations.length);
  };
}

async function remove(kind: TrashKind, ids: readonly Id[], still: object, batch: Batch): Promise<void> {
  if (ids.length === 0) return;
  const gone = batch.dryRun
    ? ids.length
    : (await kind.model.collection.deleteMany({ ...still, _id: { $in: ids as Id[] } } as never)).deletedCount;
  batch.count(kind.name, gone);
  if (batch.dryRun && kind === conversations) for (const id of ids) batch.counted.add(String(id));
}

/** What of these records may be kept until the batch is gone: all, as long as there is room. */
function hold(records: readonly RawRecord[], batch: Batch): readonly RawRecord[] {
  if (batch.dryRun) return [];
  batch.room -= records.reduce((sum, { size }) => sum + size, 0);
  return batch.room >= 0 ? records : [];
}

/** Puts records back, except where there is one by now. */
async function insert(kind: TrashKind, records: readonly Document[], batch: Batch): Promise<void> {
  if (records.length === 0) return;
  const operations = records.map(({ _id, ...fields }) => ({
    updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true },
  }));
  const { upsertedCount } = await kind.model.collection.bulkWrite(operations as never, { ordered: false });
  batch.count(kind.name, -upsertedCount);
}

async function write(collection: Collection, operations: readonly AnyBulkWriteOperation<Document>[]): Promise<void> {
  if (operations.length > 0) await collection.bulkWrite(operations as never, { ordered: false });
}

function idsOf(records: readonly { readonly _id: Id }[]): Id[] {
  return records.map(({ _id }) => _id);
}
