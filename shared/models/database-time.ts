import mongoose from 'mongoose';

/**
 * The database's time: a host's wrong clock makes nothing due early.
 *
 * @throws {Error} without a connection
 */
export async function databaseNow(): Promise<Date> {
  const { db } = mongoose.connection;
  if (!db) throw new Error('The database is not connected, so its time cannot be read');
  const { localTime } = await db.command({ hello: 1 });
  if (localTime instanceof Date) return localTime;
  // The embedded engine's `hello` lacks the time.
  const [answer] = await db.aggregate<{ now: Date }>([{ $documents: [{}] }, { $project: { now: '$$NOW' } }]).toArray();
  return (answer as { now: Date }).now;
}
