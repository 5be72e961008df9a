import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { delay, second } from '../../shared/platform/clock.ts';
import { EstioError } from '../../shared/platform/errors.ts';
import { folderProblem } from '../../shared/platform/make-folder.ts';
import { EmbeddedMongodbError } from './embedded-mongodb-error.ts';
import { makeEngineFolders, type EngineFiles } from './engine-files.ts';
import type { EngineAnswer } from './engine.ts';

const engineScript = fileURLToPath(new URL('engine.ts', import.meta.url));

export interface StartedEngine {
  readonly pid: number;
  readonly exited: Promise<string>;
}

export interface StartOptions {
  readonly dataDir: string;
  readonly files: EngineFiles;
  /** Loader and arguments before Node, if any. */
  readonly prefix: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * In its own process group: Ctrl-C leaves the database to a finishing run.
 * @returns undefined when another process holds the data @throws {EmbeddedMongodbError}
 */
export async function startEngine({
  dataDir,
  files,
  prefix,
  signal,
}: StartOptions): Promise<StartedEngine | undefined> {
  const [command = process.execPath, ...args] = [
    ...prefix,
    process.execPath,
    engineScript,
    dataDir,
    files.socketFolder,
  ];
  signal?.throwIfAborted();
  const log = await openLog(files);
  // No secrets, no NODE_OPTIONS.
  const env = { HOME: homedir(), PATH: '/usr/bin:/bin', TMPDIR: files.socketFolder };
  const child = spawn(command, args, { stdio: ['ignore', log, log, 'ipc'], env, detached: true });
  closeSync(log);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, exitSignal) => resolve(exitSignal ? `killed by ${exitSignal}` : `exit code ${code}`));
  });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  const answer = await Promise.race([
    once(child, 'message').then(([message]) => message as EngineAnswer),
    // Its end may arrive before its answer.
    exited.then((reason) =>
      heardOut(child).then((): EngineAnswer => ({ kind: 'failed', stage: 'start', message: reason })),
    ),
  ]);
  signal?.removeEventListener('abort', stop);
  if (child.connected) child.disconnect();
  if (answer.kind === 'ready' && !signal?.aborted) {
    child.unref();
    return { pid: child.pid!, exited };
  }
  await exited;
  signal?.throwIfAborted();
  if (answer.kind === 'failed') throw new EmbeddedMongodbError(describeFailure(answer, files));
  return undefined;
}

/** Until no message can arrive. */
async function heardOut(child: ChildProcess): Promise<void> {
  if (child.connected) await Promise.race([once(child, 'disconnect'), delay(second)]);
}

async function openLog(files: EngineFiles): Promise<number> {
  try {
    await makeEngineFolders(files);
    return openSync(files.log, 'a', 0o600);
  } catch (error) {
    const problem = folderProblem(error instanceof EstioError ? error.cause : error);
    throw new EmbeddedMongodbError(`its folder ${files.home} cannot be written to: ${problem} (DATA_DIR)`, error);
  }
}

function describeFailure({ stage, message }: Extract<EngineAnswer, { kind: 'failed' }>, files: EngineFiles): string {
  switch (stage) {
    case 'start':
      return (
        `the engine ended while it opened ${files.data}, which may be damaged (${message}; its output is in ` +
        `${files.log})`
      );
    case 'load':
      return `the engine cannot be loaded (${message})`;
    default:
      return `the engine cannot ${stage} ${files.data} (${message})`;
  }
}
