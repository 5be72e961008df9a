/** In place of transactions: written before anything is taken, kept until the owners are gone. */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { mongo, Types } from 'mongoose';
import { PurgeHold, type PurgeHoldDoc } from '../models/purge-hold.ts';
import { recordsIn, RawRecord } from './held-records.ts';

/** Below a document's limit (bytes). */
const maxEntryBytes = 8 * 2 ** 20;

export type Taken = Omit<NonNullable<PurgeHoldDoc['taken']>, 'records' | 'isPacked'>;

export class Hold {
  readonly batch = new Types.ObjectId();
  #order = 0;

  /** So that the next run finds what was written to the owners. */
  async name(owner: string, locationId: Types.ObjectId | undefined, owners: readonly unknown[]): Promise<void> {
    await this.#add({ order: 0, owner, owners: [...owners], ...(locationId ? { locationId } : {}) });
  }

  /** @param owners that the records' field names */
  async keep(owner: string, taken: Taken, records: readonly RawRecord[], owners?: readonly unknown[]): Promise<void> {
    for (const part of inParts(records)) {
      this.#order += 1;
      await this.#add({
        order: this.#order,
        owner,
        ...(owners ? { owners: [...owners] } : {}),
        taken: { ...taken, ...packed(Buffer.concat(part.map(({ bytes }) => bytes))) },
      });
    }
  }

  async forget(): Promise<void> {
    await PurgeHold.collection.deleteMany({ batch: this.batch, order: { $gt: 0 } });
  }

  async #add(entry: Omit<PurgeHoldDoc, '_id' | 'batch'>): Promise<void> {
    await PurgeHold.collection.insertOne({ batch: this.batch, ...entry } as never);
  }
}

export function recordsOf({ records, isPacked }: NonNullable<PurgeHoldDoc['taken']>): RawRecord[] {
  const { buffer } = records as unknown as mongo.Binary;
  return recordsIn(isPacked ? inflateRawSync(buffer) : Buffer.from(buffer));
}

function* inParts(records: readonly RawRecord[]): Generator<RawRecord[]> {
  let [part, size]: [RawRecord[], number] = [[], 0];
  for (const record of records) {
    if (part.length > 0 && size + record.bytes.byteLength > maxEntryBytes) {
      yield part;
      [part, size] = [[], 0];
    }
    part.push(record);
    size += record.bytes.byteLength;
  }
  if (part.length > 0) yield part;
}

/** A record of maximum size leaves no room around it. */
function packed(bytes: Buffer): { records: Buffer; isPacked: boolean } {
  return bytes.length > maxEntryBytes
    ? { records: deflateRawSync(bytes), isPacked: true }
    : { records: bytes, isPacked: false };
}
