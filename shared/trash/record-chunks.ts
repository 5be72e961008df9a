/** Only ids, sizes and the requested fields travel; what is taken is copied within the database. */

import { mongo, type Collection } from 'mongoose';

// oxlint-disable-next-line typescript/no-explicit-any -- records of any collection, as the database has them
export type Document = { _id: any; [field: string]: any };

export type Found = Document & { readonly bytes: number };

const chunkSize = 2000;

/** Reading and writing again changes no type. */
export const exactly = { promoteValues: false, bsonRegExp: true } as const;

export async function* chunksOf(
  collection: Collection,
  filter: object,
  fields: readonly string[] = [],
): AsyncGenerator<Found[]> {
  const cursor = collection.find(filter as never, {
    ...exactly,
    projection: { ...Object.fromEntries(fields.map((field) => [field, 1])), _id: 1, bytes: { $bsonSize: '$$ROOT' } },
    batchSize: chunkSize,
  });
  const read = async () => ((await cursor.hasNext()) ? (cursor.readBufferedDocuments() as Document[]).map(sized) : []);
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

function sized({ bytes, ...record }: Document): Found {
  return { ...record, _id: record['_id'], bytes: Number(bytes as mongo.Int32) };
}
