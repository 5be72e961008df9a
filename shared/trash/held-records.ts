/**
 * Records that are taken away but still held, as the bytes the database sent: nothing is decoded that nobody restores.
 */

import mongoose, { type Collection, type Types } from 'mongoose';

type Id = Types.ObjectId;
// oxlint-disable-next-line typescript/no-explicit-any -- records of any collection, as the database has them
export type Document = { _id: Id; [field: string]: any };

/** Records read in one go. */
const chunkSize = 1000;
/** Types as stored, so that a record that is put back is the same to the bit. */
const exactly = { promoteValues: false, bsonRegExp: true } as const;

/** A record in BSON, of which only the id is known yet. */
export class RawRecord {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * The server keeps `_id` as the first field (MongoDB Manual, Documents); BSON puts it behind the length, a type byte
   * and its name.
   */
  get _id(): Id {
    const isFirst = this.#bytes[4] === 7 && Buffer.from(this.#bytes.subarray(5, 9)).toString('latin1') === '_id\0';
    return isFirst ? new mongoose.Types.ObjectId(this.#bytes.subarray(9, 21)) : this.decode()._id;
  }

  /** Size, bytes. */
  get size(): number {
    return this.#bytes.byteLength;
  }

  decode(): Document {
    return mongoose.mongo.BSON.deserialize(this.#bytes, exactly) as Document;
  }
}

/** Records in chunks; the next chunk is read while the present one is worked on. */
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
