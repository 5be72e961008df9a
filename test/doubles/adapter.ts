import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../adapter/project.ts';

export const testSecret = 'a-secret-of-the-tests-0123456789-abcdef';

interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface TestAdapter {
  readonly url: string;
  readonly pid: number;
  readonly lockDir: string;
  request(path: string, init?: RequestInit): Promise<Response>;
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>;
  output(): string;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
}

export interface AdapterOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly lockDir?: string;
  readonly node?: string;
  readonly socket?: number;
}

export function cleanEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: '/usr/bin:/bin',
    HOME: process.env['HOME'] ?? '/',
    TMPDIR: tmpdir(),
    ESTIO_CRON_ENV: '/dev/null',
    CRON_MAX_LOAD: '10000',
    CRON_MIN_FREE_MB: '0',
    CHROMIUM_NO_SANDBOX: '1',
    ...more,
  };
}

export interface Owner {
  teardown(release: () => Promise<void>): void;
}

export async function startAdapter(owner: Owner, options: AdapterOptions = {}): Promise<TestAdapter> {
  const lockDir = options.lockDir ?? (await mkdtemp(join(tmpdir(), 'estio-locks-')));
  const command = [options.node ?? process.execPath, join(projectRoot, 'adapter'), ...(options.args ?? [])];
  // Only the process itself knows its number (sd_listen_fds(3)).
  if (options.socket !== undefined) command.unshift('/bin/sh', '-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', 'sh');
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: tmpdir(),
    env: cleanEnvironment({ PORT: '0', CRON_SECRET: testSecret, CRON_LOCK_DIR: lockDir, ...options.environment }),
    stdio: ['ignore', 'pipe', 'pipe', ...(options.socket === undefined ? [] : [options.socket])],
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  owner.teardown(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
    await rm(lockDir, { recursive: true, force: true });
  });
  const log = collectLog(child);
  const listening = await Promise.race([
    log.logged((line) => typeof line['url'] === 'string'),
    exited.then((code) => Promise.reject(new Error(`the adapter ended with ${code}: ${log.output()}`))),
  ]);
  const url = listening['url'] as string;
  return {
    url,
    pid: child.pid as number,
    lockDir,
    request: (path, init = {}) =>
      fetch(url + path, {
        ...init,
        headers: { authorization: `Bearer ${testSecret}`, ...(init.headers as Record<string, string>) },
      }),
    ...log,
    kill: (signal) => void child.kill(signal),
    exited,
  };
}

function collectLog(child: ChildProcess) {
  const lines: LogLine[] = [];
  const waiting: { fits: (line: LogLine) => boolean; found: (line: LogLine) => void }[] = [];
  let output = '';
  child.stderr?.on('data', (chunk) => (output += chunk));
  if (child.stdout) {
    createInterface(child.stdout).on('line', (text) => {
      output += `${text}\n`;
      if (!text.startsWith('{')) return;
      const line = JSON.parse(text) as LogLine;
      lines.push(line);
      for (const one of waiting) if (one.fits(line)) one.found(line);
    });
  }
  return {
    output: () => output,
    logged: (fits: (line: LogLine) => boolean) =>
      new Promise<LogLine>((found) => {
        const past = lines.find(fits);
        if (past) found(past);
        else waiting.push({ fits, found });
      }),
  };
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runAdapter(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [join(projectRoot, 'adapter'), ...args], {
    cwd: tmpdir(),
    env: cleanEnvironment({ CRON_LOCK_DIR: tmpdir(), ...environment }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
