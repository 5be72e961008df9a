/**
 * Runs scheduled-tasks in this process as if it were killed before its n-th write: from that one on no command reaches
 * the database. What is left there is the same as after `kill -9` (`die-at-write.ts`), at a fraction of the time.
 */

import mongoose from 'mongoose';
import { job } from '../../functions/scheduled-tasks.ts';
import { testClock, timedContext } from './run-context.ts';

/** The commands that change documents. */
export const writeCommands: readonly string[] = ['insert', 'update', 'findAndModify', 'delete'];

/**
 * Leaves mongoose connected to the same database afterwards, by a new connection.
 *
 * @param fatalWrite the write that does not happen, from 1; 0: all happen
 * @returns the number of the job's writes, the fatal one included
 * @throws when nothing was to happen to the job and it did not succeed
 */
export async function runUntilWrite(uri: string, now: Date, fatalWrite: number): Promise<number> {
  let writes = 0;
  let dead = false;
  await mongoose.disconnect();
  await mongoose.connect(uri, { monitorCommands: true, autoIndex: false, autoCreate: false });
  try {
    // The driver tells of a command before it sends it; what is thrown here keeps it from being sent.
    mongoose.connection.getClient().on('commandStarted', ({ commandName }) => {
      if (!dead && writeCommands.includes(commandName)) {
        writes += 1;
        dead = writes === fatalWrite;
      }
      if (dead) throw new Error(`cut off before write ${fatalWrite}`);
    });
    const context = timedContext({ clock: testClock(now) });
    await job.run(context);
    const { status, errors } = context.report();
    if (fatalWrite === 0 && status !== 'succeeded') throw new Error(JSON.stringify(errors));
  } finally {
    dead = false;
    mongoose.connection.getClient().removeAllListeners('commandStarted');
    await mongoose.disconnect();
    await mongoose.connect(uri, { autoIndex: false, autoCreate: false });
  }
  return writes;
}
