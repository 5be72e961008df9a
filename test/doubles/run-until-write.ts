import mongoose from 'mongoose';
import { job } from '../../functions/scheduled-tasks.ts';
import { NamedClaim } from '../../shared/models/named-claim.ts';
import { testClock, timedContext } from './run-context.ts';

export const writeCommands: readonly string[] = ['insert', 'update', 'findAndModify', 'delete'];

/**
 * Like `die-at-write.ts`, but faster.
 *
 * @param fatalWrite from 1; 0: none @throws the job failed without a kill
 */
export async function runUntilWrite(uri: string, now: Date, fatalWrite: number): Promise<number> {
  let writes = 0;
  let dead = false;
  await mongoose.disconnect();
  await mongoose.connect(uri, { monitorCommands: true, autoIndex: false, autoCreate: false });
  try {
    // Throwing at the announcement prevents the command.
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
    // No process has this number (proc_sys_kernel(5)).
    await NamedClaim.updateMany({ claim: { $type: 'object' } }, { 'claim.pid': 2 ** 22 + 1 });
  }
  return writes;
}
