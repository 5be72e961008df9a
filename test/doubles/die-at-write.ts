/** Killed before its n-th write. Arguments: database address, time (ISO), n (0: never). */

import { flushCompileCache } from 'node:module';
import mongoose from 'mongoose';
import { job } from '../../functions/scheduled-tasks.ts';
import { testClock, timedContext } from './run-context.ts';
import { writeCommands } from './run-until-write.ts';

// A killed process saves no compiled code.
flushCompileCache();
const [uri, now, fatalWrite] = process.argv.slice(2) as [string, string, string];

let writes = 0;

await mongoose.connect(uri, { monitorCommands: true, autoIndex: false, autoCreate: false });
// Announced before it is sent.
mongoose.connection.getClient().on('commandStarted', ({ commandName }) => {
  if (!writeCommands.includes(commandName)) return;
  writes += 1;
  if (writes === Number(fatalWrite)) process.kill(process.pid, 'SIGKILL');
});
const context = timedContext({ clock: testClock(now) });
await job.run(context);
const { status, errors } = context.report();
if (status !== 'succeeded') throw new Error(JSON.stringify(errors));
await mongoose.disconnect();
console.log(writes);
