/** MONGODB_URI, else an embedded MongoDB under DATA_DIR, shared by all processes here. */

import { join } from 'node:path';
import type { Config } from '../shared/platform/config.ts';
import type { Logger } from '../shared/platform/logger.ts';
import { fromProjectRoot } from './project.ts';

export interface DatabaseAddress {
  readonly uri: string;
  readonly embedded: boolean;
  release(): Promise<void>;
}

export async function databaseAddress(config: Config, log: Logger): Promise<DatabaseAddress> {
  if (config.mongodbUri) return { uri: config.mongodbUri, embedded: false, release: () => Promise.resolve() };
  const { acquireEmbeddedMongodb } = await import('./embedded-mongodb/acquire-engine.ts');
  const engine = await acquireEmbeddedMongodb({ dataDir: join(fromProjectRoot(config.dataDir)), log });
  return { uri: withDatabaseName(engine.uri), embedded: true, release: engine.release };
}

/** The embedded engine's address names no database. */
function withDatabaseName(uri: string): string {
  return /^mongodb:\/\/[^/]+\/[^?]/.test(uri) ? uri : uri.replace(/^(mongodb:\/\/[^/?]+)\/?/, '$1/estio');
}
