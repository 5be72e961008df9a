import { mongo, type AnyBulkWriteOperation, type Collection, type Types } from 'mongoose';
import { PurgeHold, type PurgeHoldDoc } from '../models/purge-hold.ts';
import { idKey, idSpellings, storedList } from '../models/stored-value.ts';
import { recordsOf } from './hold.ts';
import { holders, setHolders } from './message-holders.ts';
import { exactly, type Document } from './record-chunks.ts';
import { collectionNamed, kindNamed } from './trash-kinds.ts';

type Entry = PurgeHoldDoc & { taken: NonNullable<PurgeHoldDoc['taken']> };

/**
 * Returns records to restored owners. Last taken first: a conversation precedes its messages. Existing records and
 * changed values stay.
 * @param count receives negative numbers
 */
export async function putBack(batch: Types.ObjectId, count: (name: string, by: number) => void): Promise<void> {
  const entries = await PurgeHold.collection.find({ batch, order: { $gt: 0 } }, { projection: { order: 1 } }).toArray();
  // Each may be large.
  for (const { _id } of entries.toSorted((one, other) => other['order'] - one['order'])) {
    const entry = await PurgeHold.collection.findOne<Entry>({ _id }, exactly);
    if (entry) await putBackEntry(entry, count);
  }
}

async function putBackEntry(entry: Entry, count: (name: string, by: number) => void) {
  const { owner, owners, taken } = entry;
  const [collection, ownerKind] = [collectionNamed(taken.from), kindNamed(owner)];
  if (!collection || !ownerKind) return;
  const records = recordsOf(entry);
  const isMessage = taken.how === 'deleted-message' || taken.how === 'kept-message';
  const named = (record: Document): unknown[] => (isMessage ? holders(record) : [...storedList(record[taken.field])]);
  const present = await presentOwners(ownerKind.model.collection, ownerKind.stubs?.none ?? {}, records.flatMap(named));
  const stillNamed = (record: Document) => named(record).filter((id) => present.has(idKey(id)));
  const returning = records.filter((record) => stillNamed(record).length > 0);
  if (taken.how === 'deleted') return void count(taken.from, -(await insert(collection, returning)));
  if (taken.how === 'deleted-message') {
    const messages = returning.map((record) => ({ ...record, ...setHolders(record, stillNamed(record)) }));
    return void count(taken.from, -(await insert(collection, messages)));
  }
  const lost = new Set(owners?.map(idKey));
  const regaining = returning.filter((record) => stillNamed(record).some((id) => lost.has(idKey(id))));
  const operations = regaining.map((record) =>
    taken.how === 'kept-message'
      ? { updateOne: { filter: { _id: record._id }, update: { $set: setHolders(record, stillNamed(record)) } } }
      : nameAgain(
          record,
          taken.field,
          stillNamed(record).filter((id) => lost.has(idKey(id))),
        ),
  );
  await write(collection, operations);
  count('referencesCleared', -operations.length);
}

function nameAgain({ _id, ...record }: Document, field: string, ids: unknown[]): AnyBulkWriteOperation<Document> {
  return Array.isArray(record[field])
    ? { updateOne: { filter: { _id }, update: { $addToSet: { [field]: { $each: ids } } } as never } }
    : { updateOne: { filter: { _id, [field]: { $exists: false } }, update: { $set: { [field]: record[field] } } } };
}

async function presentOwners(collection: Collection, filter: object, ids: readonly unknown[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const wanted = { ...filter, _id: { $in: idSpellings(...ids) } };
  const found = await collection.find(wanted as never, { ...exactly, projection: { _id: 1 } }).toArray();
  return new Set(found.map(({ _id }) => idKey(_id)));
}

/** Skips existing ones. @returns how many were new */
async function insert(collection: Collection, records: readonly Document[]): Promise<number> {
  if (records.length === 0) return 0;
  const operations = records.map(({ _id, ...fields }) => ({
    updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true },
  }));
  try {
    return (await collection.bulkWrite(operations as never, { ordered: false })).upsertedCount;
  } catch (error) {
    // Its unique value was taken: the record stays away.
    if (error instanceof mongo.MongoBulkWriteError && error.code === 11_000) return error.result.upsertedCount;
    throw error;
  }
}

async function write(collection: Collection, operations: readonly AnyBulkWriteOperation<Document>[]): Promise<void> {
  if (operations.length > 0) await collection.bulkWrite(operations as never, { ordered: false });
}
