import mongoose from 'mongoose';
import { waitAtMost } from './clock.ts';
import { describeConnectionError } from './database-failure.ts';
import { DatabaseError } from './errors.ts';
import { hostOfMongodbUri, mongodbUriExpected } from './mongodb-uri.ts';

export interface ConnectOptions {
  readonly uri: string;
  /** Creates missing indexes: for development only. */
  readonly autoIndex: boolean;
  /** ms for finding a server */
  readonly timeoutMs?: number;
  /** ms; absent: unlimited */
  readonly answerTimeoutMs?: number;
  readonly maxPoolSize?: number;
}

/** A failed attempt is forgotten. */
let connecting: Promise<mongoose.Connection> | undefined;

/**
 * Connects mongoose once.
 *
 * @throws {DatabaseError} names host and remedy
 */
export function connectDatabase(options: ConnectOptions): Promise<mongoose.Connection> {
  connecting ??= connect(options).catch(async (error: unknown) => {
    await disconnectDatabase();
    throw error;
  });
  return connecting;
}

async function connect(options: ConnectOptions): Promise<mongoose.Connection> {
  // The driver would take part of the password for the host and show it.
  if (hostOfMongodbUri(options.uri) === undefined)
    throw new DatabaseError(`MONGODB_URI cannot be read: expected ${mongodbUriExpected}`);
  mongoose.set('strictQuery', true);
  const timeout = options.timeoutMs ?? 5000;
  try {
    await mongoose.connect(options.uri, {
      autoIndex: options.autoIndex,
      autoCreate: false,
      serverSelectionTimeoutMS: timeout,
      connectTimeoutMS: timeout,
      maxPoolSize: options.maxPoolSize ?? 10,
      ...(options.answerTimeoutMs === undefined ? {} : { socketTimeoutMS: options.answerTimeoutMs }),
      bufferCommands: false,
    });
  } catch (error) {
    throw new DatabaseError(describeConnectionError(options.uri, error), error);
  }
  return mongoose.connection;
}

/** Never throws. */
export async function disconnectDatabase(): Promise<void> {
  connecting = undefined;
  await mongoose.disconnect().catch(() => undefined);
}

export async function pingDatabase(timeoutMs = 2000): Promise<boolean> {
  const database = mongoose.connection.db;
  if (!database) return false;
  return waitAtMost(timeoutMs, database.command({ ping: 1 })).catch(() => false);
}
