/** The program. Only this file ends the process. */

import { exitCodes } from './exit-codes.ts';
import { describeOutputFailure } from './output-failure.ts';
import { runCommandLine } from './run-command-line.ts';

/** Standard output may be a closed pipe or a full disk: the command finishes, and one line reports it. */
function watchOutput(): { readonly failure: () => Promise<NodeJS.ErrnoException | undefined> } {
  let failed: NodeJS.ErrnoException | undefined;
  process.stdout.on('error', (error) => (failed ??= error));
  process.stderr.on('error', () => {});
  return {
    async failure() {
      // A failed write shows in a later turn.
      await new Promise((resolve) => setImmediate(resolve));
      return failed;
    },
  };
}

async function finish(argv: readonly string[]): Promise<number> {
  const output = watchOutput();
  const code = await runCommandLine(argv);
  const failure = await output.failure();
  if (!failure) return code;
  console.error(`estio-cron: ${describeOutputFailure(failure)}`);
  return code === exitCodes.done ? exitCodes.failed : code;
}

// Threads that ignore signals may still be running.
process.exit(await finish(process.argv.slice(2)));
