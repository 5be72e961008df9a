/** A large feed would stall the page. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { FeedPreview } from '../../../shared/feeds/preview/preview.ts';
import { second } from '../../../shared/platform/clock.ts';
import { currentEnvironment } from '../../../shared/platform/config.ts';
import { EstioError } from '../../../shared/platform/errors.ts';
import { heapFlags, memoryEnvironment } from '../../job-process/memory-limits.ts';
import { projectRoot } from '../../project.ts';

/** ms; slower feeds need the command line. */
const maxWaitMs = 50 * second;
/** bytes */
const maxOutput = 32 * 1024 * 1024;
const shownListings = 5;

/** @throws {EstioError} the command's own error; `timeout`: it takes too long */
export async function previewInProcess(feedId: string, maxHeapMb: number, signal: AbortSignal): Promise<FeedPreview> {
  const main = join(projectRoot, 'adapter', 'main.ts');
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      ...heapFlags(maxHeapMb),
      main,
      '--feed-preview',
      feedId,
      '--json',
      '--show',
      `${shownListings}`,
    ],
    {
      env: { ...memoryEnvironment, ...currentEnvironment() } as NodeJS.ProcessEnv,
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.any([signal, AbortSignal.timeout(maxWaitMs)]),
      killSignal: 'SIGKILL',
    },
  );
  const [stdout, stderr] = await Promise.all([
    readAll(child.stdout, maxOutput),
    readAll(child.stderr, maxOutput),
    new Promise<void>((resolve, reject) => {
      child.once('close', () => resolve());
      child.once('error', (error) => reject(failed(error)));
    }),
  ]);
  if (stdout.trim() === '') throw new EstioError(lastLine(stderr), { code: 'no-preview' });
  return JSON.parse(stdout) as FeedPreview;
}

function failed(error: Error): EstioError {
  if (error.name !== 'AbortError') return new EstioError(error.message, { code: 'no-preview', cause: error });
  return new EstioError(`The feed could not be read within ${maxWaitMs / second} s: look at it on the command line`, {
    code: 'timeout',
    cause: error,
  });
}

async function readAll(stream: NodeJS.ReadableStream, max: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= max) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function lastLine(text: string): string {
  const said = text.split('\n').filter((line) => line.startsWith('estio-cron: '));
  return said.at(-1)?.slice('estio-cron: '.length) ?? 'The feed could not be read: see the log';
}
