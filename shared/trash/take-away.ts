/** Takes what a batch owns before the batch itself, so that a kill leaves no orphan. */

import type { AnyBulkWriteOperation, Collection, Types } from 'mongoose';
import { deletedBefore } from '../models/deletion.ts';
import { Conversation } from '../models/conversation.ts';
import { idKey, idSpellings } from '../models/stored-value.ts';
import { inOrder, type Hold, type Taken } from './hold.ts';
import { holders, setHolders } from './message-holders.ts';
import { chunksOf, type Document, type Found } from './record-chunks.ts';
import { conversations, type Ownership, type Reference, type TrashKind } from './trash-kinds.ts';

export interface Batch {
  readonly locationId: Types.ObjectId | undefined;
  readonly cutoff: Date;
  readonly dryRun: boolean;
  /** Counted in a dry run: a real run would no longer find them. */
  readonly counted: Set<string>;
  readonly count: (name: string, by: number) => void;
  readonly hold: Hold | undefined;
}

export async function takeBelongings(kind: TrashKind, ids: readonly unknown[], batch: Batch): Promise<void> {
  for (const ownership of kind.owns) await takeOwned(kind, ownership, ids, batch);
  for (const reference of kind.namedBy) await clearReferences(kind, reference, ids, batch);
}

/** Of this location or none. In a dry run, trash is counted with its own kind. */
function belongingHere({ locationId, cutoff, dryRun }: Batch): object {
  const others = locationId
    ? [
        { locationId: { $type: 'objectId', $ne: locationId } },
        { locationId: { $regex: /^[\da-f]{24}$/i, $not: new RegExp(`^${locationId.toHexString()}$`, 'i') } },
      ]
    : [];
  const excluded = [...others, ...(dryRun ? [deletedBefore(cutoff)] : [])];
  return excluded.length > 0 ? { $nor: excluded } : {};
}

async function takeOwned(owner: TrashKind, ownership: Ownership, ids: readonly unknown[], batch: Batch): Promise<void> {
  const { kind, field, shared } = ownership;
  if (shared) return takeMessages(owner, kind, ids, batch);
  const filter = { ...belongingHere(batch), [field]: { $in: idSpellings(...ids) } };
  await takeWhole(kind, filter, {}, { owner: owner.name, how: 'deleted', field }, batch);
}

/** The next chunk is held during a deletion, which hides most of the cost. @param still must also hold at deletion */
async function takeWhole(
  kind: TrashKind,
  filter: object,
  still: object,
  { owner, ...taken }: Omit<Taken, 'from'> & { readonly owner: string },
  batch: Batch,
): Promise<void> {
  const { collection } = kind.model;
  let removed: Promise<unknown> = Promise.resolve();
  try {
    for await (const chunk of chunksOf(collection, filter)) {
      const ids = idsOf(chunk);
      if (kind.owns.length > 0 && !batch.dryRun) await batch.hold?.name(kind.name, batch.locationId, ids);
      await takeBelongings(kind, ids, batch);
      await keep(owner, { from: collection.name, ...taken }, { collection, found: chunk }, undefined, batch);
      await removed;
      removed = remove(kind, ids, still, batch);
      // Awaited a chunk later, or at the end.
      removed.catch(() => undefined);
    }
  } finally {
    await removed;
  }
}

const messageOwners = ['conversationId', 'conversationIds'];

/** A message that another conversation holds only leaves these. */
async function takeMessages(owner: TrashKind, kind: TrashKind, ids: readonly unknown[], batch: Batch): Promise<void> {
  const [here, spellings] = [belongingHere(batch), idSpellings(...ids)];
  if (!batch.dryRun) {
    // Nearly all belong to this batch alone.
    const alone = {
      conversationIds: { $not: { $elemMatch: { $nin: spellings } } },
      conversationId: { $in: [...spellings, null] },
    };
    const filter = { ...here, ...alone, conversationIds: { $in: spellings, ...alone.conversationIds } };
    const taken = { owner: owner.name, how: 'deleted-message', field: 'conversationIds' } as const;
    await takeWhole(kind, filter, alone, taken, batch);
  }
  const filter = { ...here, $or: [{ conversationIds: { $in: spellings } }, { conversationId: { $in: spellings } }] };
  for await (const chunk of chunksOf(kind.model.collection, filter, messageOwners))
    await takeShared(owner, kind, chunk, ids, batch);
}

async function takeShared(
  owner: TrashKind,
  kind: TrashKind,
  messages: readonly Found[],
  ids: readonly unknown[],
  batch: Batch,
): Promise<void> {
  const { collection } = kind.model;
  const going = new Set(ids.map(idKey));
  const others = messages.flatMap(holders).filter((id) => !going.has(idKey(id)));
  const remaining = await remainingConversations(others, batch);
  const stays = (message: Document) => holders(message).filter((id) => remaining.has(idKey(id)));
  const kept = messages.filter((message) => stays(message).length > 0);
  const owned = messages.filter((message) => stays(message).length === 0);
  const taken = { from: collection.name, field: 'conversationIds' };

  batch.count('referencesCleared', kept.length);
  const fields = messageOwners;
  await keep(owner.name, { ...taken, how: 'kept-message' }, { collection, found: kept, fields }, ids, batch);
  await keep(owner.name, { ...taken, how: 'deleted-message' }, { collection, found: owned }, undefined, batch);
  if (!batch.dryRun)
    await write(
      collection,
      kept.map((message) => ({
        updateOne: { filter: { _id: message._id }, update: { $set: setHolders(message, stays(message)) } },
      })),
    );
  await remove(kind, idsOf(owned), {}, batch);
}

async function remainingConversations(ids: readonly unknown[], batch: Batch): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const filter = { ...belongingHere({ ...batch, dryRun: false }), _id: { $in: idSpellings(...ids) } };
  const found = await Conversation.collection.find(filter as never, { projection: { _id: 1 } }).toArray();
  return new Set(found.map(({ _id }) => idKey(_id)).filter((id) => !batch.counted.has(id)));
}

async function clearReferences(
  owner: TrashKind,
  { model: { collection }, field }: Reference,
  ids: readonly unknown[],
  batch: Batch,
): Promise<void> {
  const spellings = idSpellings(...ids);
  const filter = { ...belongingHere(batch), [field]: { $in: spellings } };
  for await (const chunk of chunksOf(collection, filter)) {
    batch.count('referencesCleared', chunk.length);
    if (batch.dryRun) continue;
    const taken: Taken = { from: collection.name, field, how: 'reference' };
    await keep(owner.name, taken, { collection, found: chunk, fields: [field] }, ids, batch);
    const among = { _id: { $in: idsOf(chunk) } };
    const isList = { [field]: { $type: 'array' } };
    await collection.updateMany({ ...among, ...isList } as never, { $pull: { [field]: { $in: spellings } } } as never);
    await collection.updateMany(
      { ...among, [field]: { $in: spellings, $not: { $type: 'array' } } } as never,
      { $unset: { [field]: 1 } } as never,
    );
  }
}

async function remove(kind: TrashKind, ids: readonly unknown[], still: object, batch: Batch): Promise<void> {
  if (ids.length === 0) return;
  const filter = { ...still, _id: { $in: ids } };
  const gone = batch.dryRun
    ? ids.length
    : (await kind.model.collection.deleteMany(filter as never, inOrder)).deletedCount;
  batch.count(kind.name, gone);
  if (batch.dryRun && kind === conversations) for (const id of ids) batch.counted.add(idKey(id));
}

async function keep(
  owner: string,
  taken: Taken,
  records: Parameters<Hold['keep']>[2],
  owners: readonly unknown[] | undefined,
  batch: Batch,
): Promise<void> {
  if (!batch.dryRun) await batch.hold?.keep(owner, taken, records, owners);
}

async function write(collection: Collection, operations: readonly AnyBulkWriteOperation<Document>[]): Promise<void> {
  if (operations.length > 0) await collection.bulkWrite(operations as never, { ordered: false });
}

function idsOf(records: readonly Found[]): unknown[] {
  return records.map(({ _id }) => _id);
}
