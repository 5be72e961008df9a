import mongoose from 'mongoose';

/**
 * What time it is by the database, which all hosts share: a host whose clock is off makes nothing due too early, and
 * nothing old enough to be deleted.
 *
 * @throws {Error} when the database cannot be asked
 */
export async function databaseNow(): Promise<Date> {
  const { db } = mongoose.connection;
  if (!db) throw new Error('The database is not connected: its time cannot be asked');
  const { localTime } = await db.command({ hello: 1 });
  if (localTime instanceof Date) return localTime;
  // The embedded one does not say it there.
  const [answer] = await db.aggregate<{ now: Date }>([{ $documents: [{}] }, { $project: { now: '$$NOW' } }]).toArray();
  return (answer as { now: Date }).now;
}
