/** Writes each file's time, and disables source maps, a fifth of its start. */

import { appendFileSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { FileTime } from './file-times.ts';

process.setSourceMapsEnabled(false);

const record = process.env['SUITE_TIMES'];
if (record) process.once('exit', () => appendFileSync(record, `${JSON.stringify(timeOfFile())}\n`));

function timeOfFile(): FileTime {
  return {
    file: relative(process.cwd(), fileURLToPath(test.meta.file)),
    seconds: performance.now() / 1000,
    processorSeconds: processorSeconds(),
  };
}

function processorSeconds(): number {
  try {
    // proc(5): utime, stime, cutime, cstime in hundredths of a second.
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 15);
    return fields.reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
}
