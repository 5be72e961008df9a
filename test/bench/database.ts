import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { acquireEmbeddedMongodb } from '../../adapter/embedded-mongodb/acquire-engine.ts';
import { models } from '../../shared/models/index.ts';
import { connectDatabase, disconnectDatabase } from '../../shared/platform/database.ts';
import { createIndexes } from '../doubles/database.ts';

/** Embedded, or on TEST_MONGODB_URI. */
export async function withDatabase<T>(work: (uri: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-bench-'));
  const given = process.env['TEST_MONGODB_URI'];
  const engine = given ? undefined : await acquireEmbeddedMongodb({ dataDir: folder });
  try {
    const uri = new URL(given ?? engine!.uri);
    uri.pathname = `/bench-${process.pid}`;
    await connectDatabase({ uri: uri.href, autoIndex: false });
    for (const model of models) await createIndexes(model);
    return await work(uri.href);
  } finally {
    await mongoose.connection.db?.dropDatabase().catch(() => undefined);
    await disconnectDatabase();
    await engine?.release();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
