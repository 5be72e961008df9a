/** A line on both outputs marks each command's end. */

import { writeSync } from 'node:fs';
import { runCommandLine } from '../../adapter/run-command-line.ts';
import type { CommandCall } from './commands.ts';

let previous: Promise<void> = Promise.resolve();
process.on('message', (call: CommandCall) => (previous = previous.then(() => run(call))));
process.once('disconnect', () => process.exit());

async function run({ args, environment, end }: CommandCall): Promise<void> {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  const code = await runCommandLine(args);
  for (const output of [1, 2]) writeSync(output, `${end}${code}\n`);
}
