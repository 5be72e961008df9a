/** Raw bytes: only what is restored is decoded. */

import mongoose, { type Collection } from 'mongoose';

// oxlint-disable-next-line typescript/no-explicit-any -- records of any collection, as the database has them
export type Document = { _id: any; [field: string]: any };

const chunkSize = 1000;
const exactly = { promoteValues: false, bsonRegExp: true } as const;

export class RawRecord {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** `_id` is the first field (MongoDB Manual, Documents), after length, type byte and name. */
  get _id(): unknown {
    const isFirst = this.bytes[4] === 7 && Buffer.from(this.bytes.subarray(5, 9)).toString('latin1') === '_id\0';
    return isFirst ? new mongoose.Types.ObjectId(this.bytes.subarray(9, 21)) : this.decode()._id;
  }

  decode(): Document {
    return mongoose.mongo.BSON.deserialize(this.bytes, exactly) as Document;
  }
}

export function recordsIn(bytes: Buffer): RawRecord[] {
  const records: RawRecord[] = [];
  for (let start = 0; start < bytes.length; start += bytes.readInt32LE(start))
    records.push(new RawRecord(bytes.subarray(start, start + bytes.readInt32LE(start))));
  return records;
}

/** The next chunk is read ahead. */
export async function* chunksOf(
  collection: Collection,
  filter: object,
  projection: Record<string, number>,
): AsyncGenerator<RawRecord[]> {
  const cursor = collection.find(filter as never, { raw: true, projection, batchSize: chunkSize });
  const read = async () =>
    (await cursor.hasNext())
      ? (cursor.readBufferedDocuments() as unknown as Uint8Array[]).map((bytes) => new RawRecord(bytes))
      : [];
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
