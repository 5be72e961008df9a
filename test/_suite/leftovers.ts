import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LeftProcess {
  readonly pid: number;
  readonly command: string;
}

const caches = /^(node-compile-cache|estio-cron-chromium-\d+|chromium.*|fonts|al2023(\.tar.*)?|swiftshader.*)$/;
export function leftFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => !caches.test(name));
}

/** Those that do not end in time (Linux). */
export async function leftProcesses(folder: string, patienceMs: number): Promise<LeftProcess[]> {
  for (const deadline = performance.now() + patienceMs; ; await sleep(50)) {
    const found = findProcesses(folder);
    if (found.length === 0 || performance.now() > deadline) return found;
  }
}

export function endProcesses(processes: readonly LeftProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Already ended.
    }
  }
}

function findProcesses(folder: string): LeftProcess[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const command = readProcessFile(name, 'cmdline');
      const known = `${readProcessFile(name, 'environ')} ${command}`.includes(folder);
      return known && Number(name) !== process.pid
        ? [{ pid: Number(name), command: command.replaceAll('\0', ' ').trim().slice(0, 200) }]
        : [];
    });
}

function readProcessFile(pid: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
