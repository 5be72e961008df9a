import { connectDatabase, disconnectDatabase } from '../shared/platform/database.ts';
import { readConfig, type Config } from '../shared/platform/config.ts';
import { createLogger, type Logger } from '../shared/platform/logger.ts';
import { databaseAddress } from './database-address.ts';

/** The log goes to stderr. */
export async function withDatabase<T>(work: (config: Config, log: Logger) => Promise<T>): Promise<T> {
  const config = readConfig();
  const log = await createLogger({ level: config.logLevel, fd: 2, pretty: process.stderr.isTTY });
  const database = await databaseAddress(config, log);
  try {
    await connectDatabase({ uri: database.uri, autoIndex: config.nodeEnv !== 'production' });
    return await work(config, log);
  } finally {
    await disconnectDatabase();
    await database.release();
  }
}
