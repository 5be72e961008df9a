import mongoose from 'mongoose';

/**
 * The database's time: a wrong clock on a host must not make anything due or deletable early.
 *
 * @throws {Error} when the database cannot be asked
 */
export async function databaseNow(): Promise<Date> {
  const { db } = mongoose.connection;
  if (!db) throw new Error('The database is not connected, so its time cannot be read');
  const { localTime } = await db.command({ hello: 1 });
  if (localTime instanceof Date) return localTime;
  // The embedded one does not say it there.
  const [answer] = await db.aggregate<{ now: Date }>([{ $documents: [{}] }, { $project: { now: '$$NOW' } }]).toArray();
  return (answer as { now: Date }).now;
}
