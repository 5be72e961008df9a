/**
 * A real MongoDB for a test file. `test/_suite.ts` starts one engine for the whole run and names it in
 * TEST_MONGODB_URI; a file that is run alone (`npx ava test/models/contact.ts`) starts one for itself.
 */

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

/**
 * Connects mongoose to a fresh, empty database before the file's tests and drops it after them. The tests of a file
 * share it: they run side by side, so each works with documents of its own (another `locationId`).
 *
 * @param models whose indexes it has: those that the file loads; a file that starts the adapter gives them all
 */
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

/**
 * The address of a database on the tests' server, for handing to a child process (MONGODB_URI). Without a name: the one
 * that `useDatabase` made. Whoever names another one drops it.
 */
export function databaseUri(name = ownDatabase): string {
  if (!server || !name) throw new Error('databaseUri: call useDatabase(test) first, and ask from inside a test');
  const [, authority, query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)[^?]*(\?.*)?$/.exec(server) ?? [];
  return `${authority}/${name}${query}`;
}

/** All of a collection's indexes in one command: half the time of mongoose's one by one. */
export async function createIndexes(model: Model<unknown>): Promise<void> {
  const indexes = model.schema.indexes().map(([key, { background: _obsolete, ...options }]) => ({ key, ...options }));
  if (indexes.length > 0) await model.collection.createIndexes(indexes as mongo.IndexDescription[]);
}

/** A name that no other test file has, by which the suite knows its own; MongoDB takes up to 63 characters. */
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
