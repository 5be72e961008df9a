/** In place of transactions: written before anything is taken, kept until the owners are gone. */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import mongoose, { mongo, Types, type Collection } from 'mongoose';
import { PurgeHold, type PurgeHoldDoc } from '../models/purge-hold.ts';
import { exactly, type Document, type Found } from './record-chunks.ts';

/** Below a document's limit (bytes). */
const maxEntryBytes = 8 * 2 ** 20;

/** The journal keeps the order of writes: a hold is no less durable than the deletion after it. */
export const inOrder = { writeConcern: { w: 1, j: false } } as const;

export type Taken = NonNullable<PurgeHoldDoc['taken']>;

export class Hold {
  readonly batch = new Types.ObjectId();
  #order = 0;

  /** Lets the next run find what was written to the owners. */
  async name(owner: string, locationId: Types.ObjectId | undefined, owners: readonly unknown[]): Promise<void> {
    await this.#add({ order: 0, owner, owners: [...owners], ...(locationId ? { locationId } : {}) });
  }

  /** @param fields absent: all */
  async keep(
    owner: string,
    taken: Taken,
    { collection, found, fields }: { collection: Collection; found: readonly Found[]; fields?: readonly string[] },
    owners?: readonly unknown[],
  ): Promise<void> {
    for (const part of inParts(found)) {
      this.#order += 1;
      const entry = { order: this.#order, owner, ...(owners ? { owners: [...owners] } : {}), taken };
      const [first] = part;
      if (first && first.bytes > maxEntryBytes) await this.#addLarge(entry, collection, first);
      else await this.#copy(entry, collection, part, fields);
    }
  }

  async forget(): Promise<void> {
    await PurgeHold.collection.deleteMany({ batch: this.batch, order: { $gt: 0 } }, inOrder);
  }

  async #copy(entry: Entry, collection: Collection, part: readonly Found[], fields?: readonly string[]): Promise<void> {
    const whole = { batch: this.batch, ...entry };
    await collection
      .aggregate(
        [
          { $match: { _id: { $in: part.map(({ _id }) => _id) } } },
          ...(fields ? [{ $project: Object.fromEntries(fields.map((field) => [field, 1])) }] : []),
          { $group: { _id: null, records: { $push: '$$ROOT' } } },
          { $replaceWith: { $mergeObjects: [{ $literal: whole }, { records: '$records' }] } },
          { $merge: { into: PurgeHold.collection.name, whenMatched: 'fail' } },
        ],
        inOrder,
      )
      .toArray();
  }

  /** A record of maximum size leaves no room around it. */
  async #addLarge(entry: Entry, collection: Collection, { _id }: Found): Promise<void> {
    const bytes = await collection.findOne({ _id }, { raw: true });
    if (bytes) await this.#add({ ...entry, packed: deflateRawSync(bytes as unknown as Uint8Array) });
  }

  async #add(entry: Entry & { packed?: Buffer }): Promise<void> {
    await PurgeHold.collection.insertOne({ batch: this.batch, ...entry } as never, inOrder);
  }
}

type Entry = Omit<PurgeHoldDoc, '_id' | 'batch'>;

export function recordsOf({ records, packed }: PurgeHoldDoc): readonly Document[] {
  if (!packed) return (records ?? []) as Document[];
  const { buffer } = packed as unknown as mongo.Binary;
  return [mongoose.mongo.BSON.deserialize(inflateRawSync(buffer), exactly) as Document];
}

function* inParts(found: readonly Found[]): Generator<Found[]> {
  let [part, size]: [Found[], number] = [[], 0];
  for (const record of found) {
    if (part.length > 0 && size + record.bytes > maxEntryBytes) {
      yield part;
      [part, size] = [[], 0];
    }
    part.push(record);
    size += record.bytes;
  }
  if (part.length > 0) yield part;
}
