import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RunReport } from '../../../shared/runs/run-context.ts';
import { cleanEnvironment } from '../adapter.ts';

const program = fileURLToPath(new URL('host-process.ts', import.meta.url));

export type HostReport = RunReport & { readonly operations: number; readonly ms: number };

export interface Host {
  begin(): void;
  kill(): void;
  /** Suspends it, as a host that swaps or is moved to another machine. */
  stop(): void;
  goOn(): void;
  readonly isStopped: boolean;
  readonly ended: Promise<HostReport | undefined>;
}

export async function startHost(name: string, environment: Readonly<Record<string, string>>): Promise<Host> {
  const child = spawn(process.execPath, [program], {
    env: cleanEnvironment({ ...environment, TEST_HOST: name, NODE_ENV: 'test', LOG_LEVEL: 'silent' }),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  let last = '';
  lines.on('line', (line) => (last = line));
  const ended = once(child, 'close').then(() => (last.startsWith('{') ? (JSON.parse(last) as HostReport) : undefined));
  await Promise.race([once(lines, 'line'), ended]);
  let isStopped = false;
  const signal = (name: NodeJS.Signals, stops: boolean) => {
    isStopped = stops;
    child.kill(name);
  };
  return {
    begin: () => void child.stdin.end('go'),
    kill: () => signal('SIGKILL', false),
    stop: () => signal('SIGSTOP', true),
    goOn: () => signal('SIGCONT', false),
    get isStopped() {
      return isStopped;
    },
    ended,
  };
}
