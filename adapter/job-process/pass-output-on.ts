import type { ChildProcess } from 'node:child_process';
import { maskConfigured } from '../../shared/platform/redact.ts';
import { forwardLines } from './forward-lines.ts';
import { RecentLines } from './recent-lines.ts';

/** What a process started by the run still holds open after its end is not waited for longer than this (ms). */
const outputGraceMs = 1_000;

/** Passes on what the run writes, and keeps the last of it: when it dies, that is where the reason stands. */
export function passOutputOn(child: ChildProcess, logFd: 1 | 2): RecentLines {
  const recent = new RecentLines();
  // What a job prints belongs to the log: stdout may be a command's result.
  const log = logFd === 1 ? process.stdout : process.stderr;
  for (const [from, to] of [
    [child.stdout, log],
    [child.stderr, process.stderr],
  ] as const) {
    if (!from) continue;
    forwardLines(from, (written) => {
      const lines = maskConfigured(written);
      to.write(lines);
      recent.add(lines);
    });
    child.once('exit', () => setTimeout(() => from.destroy(), outputGraceMs).unref());
  }
  return recent;
}
