import { readFile } from 'node:fs/promises';
import { previewFeed } from '../../shared/feeds/preview/preview.ts';
import { formatPreview } from '../../shared/feeds/preview/format-preview.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { EstioError, UsageError } from '../../shared/platform/errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Command } from '../command.ts';

/** Columns where the output is no terminal. */
const usualWidth = 160;

/** `--feed-preview <url|file>`: looks at a feed before it is added; nothing is stored. */
export const feedPreview: Command = async ({ options }) => {
  const config = readConfig();
  const source = options['feed-preview'] ?? '';
  const preview = await previewFeed(source, {
    format: options.format,
    ...(options.mapping === undefined ? {} : { mapping: await readMapping(options.mapping) }),
    ...(options.show === undefined ? {} : { show: readCount(options.show) }),
    maxBytes: config.feedMaxMb * 1024 * 1024,
    timeoutMs: config.feedTimeout,
    idleTimeoutMs: config.feedIdleTimeout,
    allowPrivate: config.feedAllowPrivate,
    now: () => systemClock.now(),
  }).catch((error: unknown) => {
    throw error instanceof EstioError && error.code === 'usage' ? new UsageError(error.message) : error;
  });
  if (options.json) console.log(JSON.stringify(preview, null, 2));
  else
    process.stdout.write(
      formatPreview(preview, {
        colour: process.stdout.isTTY && process.stdout.hasColors(),
        width: process.stdout.columns ?? usualWidth,
      }),
    );
  return preview.end.complete && preview.end.items > 0 ? exitCodes.done : exitCodes.partial;
};

async function readMapping(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`--mapping expects a file, there is none at ${path}`);
  });
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`--mapping expects JSON, ${path} is none: ${(error as Error).message}`);
  }
}

function readCount(text: string): number {
  if (!/^\d{1,6}$/.test(text))
    throw new UsageError(`--show expects a number of listings, came ${JSON.stringify(text)}`);
  return Number(text);
}
