/** TEST_MONGODB_URI, or its own for a file that is run alone. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestFn } from 'ava';
import mongoose, { type Model, type mongo } from 'mongoose';
import { acquireEmbeddedMongodb } from '../../adapter/embedded-mongodb/acquire-engine.ts';
import { connectDatabase, disconnectDatabase } from '../../shared/platform/database.ts';

let server = process.env['TEST_MONGODB_URI'];
let ownDatabase: string | undefined;

/** Tests run in parallel, so each uses its own `locationId`. */
export function useDatabase<Context>(test: TestFn<Context>, models?: readonly Model<unknown>[]): void {
  let stopServer: (() => Promise<void>) | undefined;

  test.serial.before('connect to a fresh database', async () => {
    if (!server) ({ uri: server, stop: stopServer } = await startServer());
    ownDatabase = databaseName(basename(test.meta.file, '.ts'));
    await connectDatabase({ uri: databaseUri(ownDatabase), autoIndex: false, timeoutMs: 30_000 });
    for (const model of models ?? Object.values(mongoose.models)) await createIndexes(model);
  });

  test.after.always('drop the database', async () => {
    if (mongoose.connection.readyState === mongoose.ConnectionStates.connected)
      await mongoose.connection.dropDatabase();
    await disconnectDatabase();
    await stopServer?.();
  });
}

/** Other names must be dropped by the test. */
export function databaseUri(name = ownDatabase): string {
  if (!server || !name) throw new Error('databaseUri: call useDatabase(test) first, and ask from inside a test');
  const [, authority, query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)[^?]*(\?.*)?$/.exec(server) ?? [];
  return `${authority}/${name}${query}`;
}

/** Twice as fast as mongoose. */
export async function createIndexes(model: Model<unknown>): Promise<void> {
  const indexes = model.schema.indexes().map(([key, { background: _obsolete, ...options }]) => ({ key, ...options }));
  if (indexes.length > 0) await model.collection.createIndexes(indexes as mongo.IndexDescription[]);
}

/** MongoDB's limit: 63 characters. */
export function databaseName(title: string): string {
  return `${process.env['TEST_DATABASES'] ?? 'test-'}${title.slice(0, 30)}-${randomBytes(6).toString('hex')}`;
}

async function startServer(): Promise<{ uri: string; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-db-'));
  const { uri, release } = await acquireEmbeddedMongodb({ dataDir: folder });
  return {
    uri,
    async stop() {
      await release();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
