/**
 * Takes away what hangs on a batch of trash before the trash itself goes, so that a kill at any moment leaves no record
 * whose owner is missing. There are no transactions on a stand-alone MongoDB: what was taken is held until the owners are
 * gone, and put back for those that somebody restored meanwhile.
 */

import type { AnyBulkWriteOperation, Collection, Types } from 'mongoose';
import { Conversation } from '../models/conversation.ts';
import { notExpired } from './retention.ts';
import { conversations, type Ownership, type Reference, type TrashKind } from './trash-kinds.ts';

type Id = Types.ObjectId;
// oxlint-disable-next-line typescript/no-explicit-any -- records of any collection, as the database has them
type Document = { _id: Id; [field: string]: any };

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

/** Records taken in one go. */
const chunkSize = 250;
/** Types as stored, so that a record that is put back is the same to the bit. */
const exactly = { promoteValues: false, bsonRegExp: true } as const;

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
  const undo: PutBack[] = [];
  const filter = {
    ...(shared ? { $or: [{ [field]: { $in: ids } }, { conversationId: { $in: ids } }] } : { [field]: { $in: ids } }),
    // What is trash by itself was counted with its own kind.
    ...(batch.dryRun && kind.softDeleted ? notExpired(batch.cutoff) : {}),
  };
  const projection: Record<string, number> = batch.dryRun ? { _id: 1, locationId: 1, conversationId: 1, conversationIds: 1 } : {};
  for await (const found of chunks(kind.model.collection, filter, projection)) {
    const chunk = found.filter((record) => batch.locationId.equals(record['locationId']));
    undo.push(shared ? await takeShared(kind, chunk, ids, batch) : await takeWhole(kind, field, chunk, batch));
  }
  return inOrder(undo);
}

async function takeWhole(kind: TrashKind, field: string, chunk: Document[], batch: Batch): Promise<PutBack> {
  const putBackTheirs = await takeBelongings(kind, idsOf(chunk), batch);
  await remove(kind, chunk, batch);
  const held = hold(chunk, batch);
  return async (owners) => {
    const records = held.filter((record) => owners.has(String(record[field])));
    await insert(kind, records, batch);
    await putBackTheirs(new Set(idsOf(records).map(String)));
  };
}

/** Messages: one that a remaining conversation holds too only leaves the others. */
async function takeShared(kind: TrashKind, chunk: Document[], ids: readonly Id[], batch: Batch): Promise<PutBack> {
  const going = new Set(ids.map(String));
  const remaining = await remainingConversations(chunk.flatMap(holders).filter((id) => !going.has(String(id))), batch);
  const stays = (message: Document) => holders(message).filter((id) => remaining.has(String(id)));
  const kept = chunk.filter((message) => stays(message).length > 0);
  const owned = chunk.filter((message) => stays(message).length === 0);

  batch.count('referencesCleared', kept.length);
  if (!batch.dryRun) await write(kind.model.collection, kept.map((message) => setHolders(message, stays(message))));
  await remove(kind, owned, batch);
  const held = new Set(hold(chunk, batch));
  return async (owners) => {
    const restored = (message: Document) => holders(message).filter((id) => owners.has(String(id)));
    const theirs = (message: Document) => held.has(message) && restored(message).length > 0;
    const again = (message: Document) => holders(message).filter((id) => remaining.has(String(id)) || owners.has(String(id)));
    await insert(kind, owned.filter(theirs).map((message) => ({ ...message, ...holdersOf(message, restored(message)) })), batch);
    const rejoining = kept.filter(theirs);
    await write(kind.model.collection, rejoining.map((message) => setHolders(message, again(message))));
    batch.count('referencesCleared', -rejoining.length);
  };
}

/** The conversations that hold a message. */
function holders(message: Document): Id[] {
  const all: Id[] = [...(message['conversationIds'] ?? []), ...(message['conversationId'] ? [message['conversationId']] : [])];
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

async function clearReferences({ model, field, isList }: Reference, ids: readonly Id[], batch: Batch): Promise<PutBack> {
  const collection = model.collection;
  const filter = { locationId: batch.locationId, [field]: { $in: ids }, ...(batch.dryRun ? notExpired(batch.cutoff) : {}) };
  const naming = (await collection.find(filter, { projection: { [field]: 1 } }).toArray()) as Document[];
  batch.count('referencesCleared', naming.length);
  if (batch.dryRun || naming.length === 0) return inOrder([]);
  await collection.updateMany({ _id: { $in: idsOf(naming) } }, isList ? { $pull: { [field]: { $in: ids } as never } } : { $unset: { [field]: 1 } });
  return async (owners) => {
    const named = (record: Document): Id[] => [record[field]].flat().filter((id: Id) => owners.has(String(id)));
    const operations = naming.filter((record) => named(record).length > 0).map((record) =>
      isList
        ? { updateOne: { filter: { _id: record._id }, update: { $addToSet: { [field]: { $each: named(record) } } } } }
        : { updateOne: { filter: { _id: record._id, [field]: { $exists: false } }, update: { $set: { [field]: record[field] } } } },
    );
    await write(collection, operations as AnyBulkWriteOperation<Document>[]);
    batch.count('referencesCleared', -operations.length);
  };
}

async function remove(kind: TrashKind, records: readonly Document[], batch: Batch): Promise<void> {
  if (records.length === 0) return;
  batch.count(kind.name, records.length);
  if (!batch.dryRun) await kind.model.collection.deleteMany({ _id: { $in: idsOf(records) } });
  else if (kind === conversations) for (const { _id } of records) batch.counted.add(String(_id));
}

/** What of these records may be kept until the batch is gone: all, as long as there is room. */
function hold(records: Document[], batch: Batch): Document[] {
  if (batch.dryRun) return [];
  batch.room -= records.reduce((sum, record) => sum + weight(record), 0);
  return batch.room >= 0 ? records : [];
}

/** About how many bytes a record takes: its texts count, the rest is small. */
function weight(record: Document): number {
  return Object.values(record).reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 1000);
}

async function insert(kind: TrashKind, records: readonly Document[], batch: Batch): Promise<void> {
  if (records.length === 0) return;
  await kind.model.collection.insertMany(records as never, { ordered: false });
  batch.count(kind.name, -records.length);
}

async function write(collection: Collection, operations: readonly AnyBulkWriteOperation<Document>[]): Promise<void> {
  if (operations.length > 0) await collection.bulkWrite(operations as never, { ordered: false });
}

/** Records in chunks; the next chunk is read while the present one is worked on. */
async function* chunks(collection: Collection, filter: Record<string, unknown>, projection: Record<string, number>): AsyncGenerator<Document[]> {
  const cursor = collection.find(filter, { ...exactly, projection, batchSize: chunkSize });
  const read = async () => ((await cursor.hasNext()) ? (cursor.readBufferedDocuments() as Document[]) : []);
  try {
    let next = read();
    for (let chunk = await next; chunk.length > 0; chunk = await next) {
      next = read();
      next.catch(() => undefined);
      yield chunk;
    }
  } finally {
    await cursor.close();
  }
}

function idsOf(records: readonly Document[]): Id[] {
  return records.map(({ _id }) => _id);
}
