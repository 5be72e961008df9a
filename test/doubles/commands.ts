/** One process per test file, for commands that end by themselves; `runAdapter` is for others. */

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { TestFn } from 'ava';
import { cleanEnvironment, type CommandResult } from './adapter.ts';

export interface CommandCall {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly end: string;
}

const program = fileURLToPath(new URL('./commands-process.ts', import.meta.url));
const end = '\0exit code ';

export type RunCommand = (
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
) => Promise<CommandResult>;

export function useCommands<Context>(test: TestFn<Context>): RunCommand {
  let child: ChildProcess | undefined;
  let previous: Promise<unknown> = Promise.resolve();
  test.after.always('end the process of the commands', async () => {
    if (!child) return;
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  });
  return (args, environment = {}) => {
    const run = async () => {
      child ??= fork(program, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
      const call: CommandCall = {
        args,
        environment: cleanEnvironment({ CRON_LOCK_DIR: tmpdir(), ...environment }),
        end,
      };
      const outputs = Promise.all([outputOf(child, 'stdout'), outputOf(child, 'stderr')]);
      child.send(call);
      const [[stdout, code], [stderr]] = await outputs;
      return { code, stdout, stderr };
    };
    const result = previous.then(run);
    previous = result.catch(() => undefined);
    return result;
  };
}

function outputOf(child: ChildProcess, name: 'stdout' | 'stderr'): Promise<[output: string, code: number]> {
  return new Promise((resolve, reject) => {
    const stream = child[name]!.setEncoding('utf8');
    let output = '';
    const stop = () => void stream.off('data', take).off('end', fail);
    const fail = () => (stop(), reject(new Error(`the process of the commands ended: ${output}`)));
    const take = (chunk: string) => {
      output += chunk;
      const at = output.lastIndexOf(end);
      if (at < 0 || !output.endsWith('\n')) return;
      stop();
      resolve([output.slice(0, at), Number(output.slice(at + end.length))]);
    };
    stream.on('data', take).once('end', fail);
  });
}
