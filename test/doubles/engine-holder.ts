import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';

const program = fileURLToPath(new URL('../fixtures/programs/hold-engine.ts', import.meta.url));

export interface EngineHolder {
  readonly uri: string;
  readonly owned: boolean;
  readonly pid: number;
  /** A log line's text, or `released`. */
  next(event: RegExp): Promise<Record<string, unknown>>;
  release(): Promise<void>;
  kill(): Promise<void>;
}

export async function holdEngine(t: ExecutionContext, dataDir: string): Promise<EngineHolder> {
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  t.teardown(kill);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (event: RegExp): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the process ended before it said ${event}`);
      const line = JSON.parse(value) as Record<string, unknown>;
      if (event.test(String(line['event']))) return line;
    }
  };
  const { uri, owned } = (await next(/^acquired$/)) as { uri: string; owned: boolean };
  return {
    uri,
    owned,
    pid: child.pid!,
    next,
    kill,
    async release() {
      child.stdin.end();
      await next(/^released$/);
      await exited;
    },
  };
}

export async function temporaryDataDir(t: ExecutionContext, ...below: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-db-'));
  t.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return join(folder, ...below);
}

export async function enginePid(dataDir: string): Promise<number | undefined> {
  const written = await readFile(join(dataDir, 'mongodb/engine.json'), 'utf8').catch(() => undefined);
  return written === undefined ? undefined : (JSON.parse(written) as { pid: number }).pid;
}

/** Ended or a zombie; only its parent gets a signal. */
export async function processGone(pid: number): Promise<void> {
  while (await isRunning(pid)) await sleep(10);
}

async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) [ZX] /.test(status);
}
