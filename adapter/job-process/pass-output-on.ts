import type { ChildProcess } from 'node:child_process';
import { maskConfigured } from '../../shared/platform/redact.ts';
import { forwardLines } from './forward-lines.ts';
import { RecentLines } from './recent-lines.ts';

/** ms after the run's end, for what its processes hold open. */
const outputGraceMs = 1_000;

export function passOutputOn(child: ChildProcess, logFd: 1 | 2): RecentLines {
  const recent = new RecentLines();
  // stdout may carry a command's result.
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
