/** The program: runs the command line, and is the only place that ends the process. */

import { exitCodes } from './exit-codes.ts';
import { describeOutputFailure } from './output-failure.ts';
import { runCommandLine } from './run-command-line.ts';

/**
 * Output goes to a pipe that was closed, or to a full disk: the command still does all that it was asked for, and the
 * end says so in one line instead of a stack.
 */
function watchOutput(): { readonly failure: () => Promise<NodeJS.ErrnoException | undefined> } {
  let failed: NodeJS.ErrnoException | undefined;
  process.stdout.on('error', (error) => (failed ??= error));
  // No one is left to be told.
  process.stderr.on('error', () => {});
  return {
    async failure() {
      // A failed write shows in a later turn than that of the command.
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

// Whatever is still open by now (a thread that heard no signal) is not waited for.
process.exit(await finish(process.argv.slice(2)));
