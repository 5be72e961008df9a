import mongoose from 'mongoose';
import { job } from '../../functions/scheduled-tasks.ts';
import { NamedClaim } from '../../shared/models/named-claim.ts';
import { testClock, timedContext } from './run-context.ts';

export const writeCommands: readonly string[] = ['insert', 'update', 'findAndModify', 'delete'];

/**
 * Runs scheduled-tasks as if killed before a write: like `die-at-write.ts`, but faster. Reconnects mongoose.
 *
 * @param fatalWrite from 1; 0: none
 * @returns number of writes, the fatal one included
 * @throws the job failed without a kill
 */
export async function runUntilWrite(uri: string, now: Date, fatalWrite: number): Promise<number> {
  let writes = 0;
  let dead = false;
  await mongoose.disconnect();
  await mongoose.connect(uri, { monitorCommands: true, autoIndex: false, autoCreate: false });
  try {
    // The driver announces a command before sending: throwing here prevents it.
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
    // A number that no process has (proc_sys_kernel(5): pid_max is 2^22 at most).
    await NamedClaim.updateMany({ claim: { $type: 'object' } }, { 'claim.pid': 2 ** 22 + 1 });
  }
  return writes;
}
