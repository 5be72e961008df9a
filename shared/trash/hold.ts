/** In place of transactions: written before anything is taken, kept until the owners are gone. */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import mongoose, { mongo, Types, type Collection } from 'mongoose';
import { PurgeHold, type PurgeHoldDoc } from '../models/purge-hold.ts';
import { exactly, type Document, type Found } from './record-chunks.ts';
import { isRefusal } from './refusal.ts';

/** Below a document's limit (bytes). */
const maxEntryBytes = 8 * 2 ** 20;

/** The journal keeps the order of writes: a hold is no less durable than the deletion after it. */
export const inOrder = { writeConcern: { w: 1, j: false } } as const;

export type Taken = NonNullable<PurgeHoldDoc['taken']>;

interface TakenIds {
  readonly ids: readonly unknown[];
  readonly hasMore: boolean;
}

/** Records copied at once; fewer if they are large. */
const maxCopied = 2000;

export class Hold {
  readonly batch = new Types.ObjectId();
  #order = 0;
  #most = maxCopied;

  /** Lets the next run find what was written to the owners. */
  async name(owner: string, locationId: Types.ObjectId | undefined, owners: readonly unknown[]): Promise<void> {
    await this.#add({ order: 0, owner, owners: [...owners], ...(locationId ? { locationId } : {}) });
  }

  /**
   * Copies some of the records that a filter finds.
   *
   * @returns their ids; `hasMore`: delete these, then ask again
   */
  async take(owner: string, taken: Taken, collection: Collection, filter: object): Promise<TakenIds> {
    this.#order += 1;
    const entry = { order: this.#order, owner, taken };
    for (;;) {
      const most = this.#most;
      try {
        await this.#copy(entry, collection, [{ $match: filter }, { $limit: most }]);
        this.#most = Math.min(2 * most, maxCopied);
        const ids = await this.#copiedIds(entry.order);
        return { ids, hasMore: ids.length === most };
      } catch (thrown) {
        if (!isRefusal(thrown)) throw thrown;
        if (most === 1) return this.#takeLarge(entry, collection, filter);
        this.#most = Math.ceil(most / 2);
      }
    }
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
      const those = { $match: { _id: { $in: part.map(({ _id }) => _id) } } };
      const shown = fields ? [{ $project: Object.fromEntries(fields.map((field) => [field, 1])) }] : [];
      if (first && first.bytes > maxEntryBytes) await this.#addLarge(entry, collection, first._id);
      else await this.#copy(entry, collection, [those, ...shown]);
    }
  }

  async forget(): Promise<void> {
    await PurgeHold.collection.deleteMany({ batch: this.batch, order: { $gt: 0 } }, inOrder);
  }

  async #copy(entry: Entry, collection: Collection, found: readonly object[]): Promise<void> {
    const whole = { batch: this.batch, ...entry };
    await collection
      .aggregate(
        [
          ...found,
          { $group: { _id: null, records: { $push: '$$ROOT' } } },
          { $replaceWith: { $mergeObjects: [{ $literal: whole }, { records: '$records' }] } },
          { $merge: { into: PurgeHold.collection.name, whenMatched: 'fail' } },
        ],
        inOrder,
      )
      .toArray();
  }

  async #copiedIds(order: number): Promise<unknown[]> {
    const projection = { 'records._id': 1 };
    const entry = await PurgeHold.collection.findOne({ batch: this.batch, order }, { ...exactly, projection });
    return ((entry?.['records'] ?? []) as Document[]).map(({ _id }) => _id);
  }

  async #takeLarge(entry: Entry, collection: Collection, filter: object): Promise<TakenIds> {
    const found = await collection.findOne(filter as never, { ...exactly, projection: { _id: 1 } });
    if (found) await this.#addLarge(entry, collection, found._id);
    return { ids: found ? [found._id] : [], hasMore: Boolean(found) };
  }

  /** A record of maximum size leaves no room around it. */
  async #addLarge(entry: Entry, collection: Collection, _id: unknown): Promise<void> {
    const bytes = await collection.findOne({ _id } as never, { raw: true });
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
