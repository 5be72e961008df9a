import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { approveMapping, findFeed } from '../../shared/feeds/approve-mapping.ts';
import { showUrl } from '../../shared/feeds/fetch/feed-address.ts';
import type { FeedMode } from '../../shared/feeds/formats/feed-format.ts';
import type { FeedLogin } from '../../shared/feeds/fetch/page-request.ts';
import { previewFeed, type FeedPreview, type PreviewOptions } from '../../shared/feeds/preview/preview.ts';
import { formatPreview } from '../../shared/feeds/preview/format-preview.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { openCredentials } from '../../shared/platform/crypto.ts';
import { EstioError, UsageError } from '../../shared/platform/errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Command } from '../command.ts';
import { withDatabase } from '../with-database.ts';

/** Columns where the output is no terminal. */
const usualWidth = 160;

/**
 * `--feed-preview <url|file|feed id>`: looks at a feed before it is added, or at one that is stored, with its login;
 * nothing is stored. With `--save <feed id>` the mapping that is shown is approved.
 */
export const feedPreview: Command = async ({ options }) => {
  const mode = readMode(options);
  const config = readConfig();
  const { source, ...known } = await readSource(options['feed-preview'] ?? '').catch(asUsage);
  const preview = await previewFeed(source, {
    ...known,
    ...(options.format === undefined ? {} : { format: options.format }),
    ...(options.mapping === undefined ? {} : { mapping: await readMapping(options.mapping) }),
    ...(options.show === undefined ? {} : { show: readCount(options.show) }),
    maxBytes: config.feedMaxMb * 1024 * 1024,
    timeoutMs: config.feedTimeout,
    idleTimeoutMs: config.feedIdleTimeout,
    allowPrivate: config.feedAllowPrivate,
    imagesUrl: config.feedImagesUrl,
    folders: config.feedFolders,
    now: () => systemClock.now(),
  }).catch(asUsage);
  if (options.json) console.log(JSON.stringify(preview, null, 2));
  else
    process.stdout.write(
      formatPreview(preview, {
        colour: process.stdout.isTTY && process.stdout.hasColors(),
        width: process.stdout.columns ?? usualWidth,
      }),
    );
  const code = preview.end.complete && preview.end.items > 0 ? exitCodes.done : exitCodes.partial;
  if (options.save === undefined) return code;
  return code === exitCodes.done ? save(options.save, source, preview, mode) : refuseToSave(code);
};

type Source = Pick<PreviewOptions, 'login' | 'defaultCurrency' | 'country'> & { readonly source: string };

/** What is looked at: an address or a file as it is, a stored feed by its id with what its record says. */
async function readSource(given: string): Promise<Source> {
  if (!/^[0-9a-f]{24}$/i.test(given) || existsSync(given)) return { source: given };
  return withDatabase(async (config) => {
    const feed = await findFeed(given);
    const { url, auth, defaultCurrency, country } = feed;
    return {
      source: url,
      defaultCurrency,
      country,
      ...(auth === undefined ? {} : { login: openCredentials<FeedLogin>(auth, feed._id.toHexString(), config) }),
    };
  });
}

/** Approves the mapping of a preview, and says so on stderr: the preview alone is on stdout. */
async function save(feedId: string, source: string, preview: FeedPreview, mode: FeedMode | undefined): Promise<number> {
  const { mapping, format, saysChanges } = preview;
  if (mapping === undefined) {
    console.error(`The feed is in a known format (${format}): there is no mapping to approve. Nothing was saved.`);
    return exitCodes.done;
  }
  return withDatabase(async () => {
    const now = systemClock.now();
    const url = URL.canParse(source) ? source : undefined;
    const feed = await approveMapping({ feedId, url, mapping, mode, saysChanges, now }).catch(asUsage);
    console.error(
      `Approved: ${feed.name ?? showUrl(feed.url)} is read by this mapping from its next run on. ` +
        `See what a run would change: node adapter --invoke sync-feeds --dry-run --feed-id ${feedId}`,
    );
    return exitCodes.done;
  });
}

function refuseToSave(code: number): number {
  console.error('The feed could not be read to its end, or has no listings: nothing was saved.');
  return code;
}

function asUsage(error: unknown): never {
  throw error instanceof EstioError && error.code === 'usage' ? new UsageError(error.message) : error;
}

function readMode({ mode, save }: Parameters<Command>[0]['options']): FeedMode | undefined {
  if (mode === undefined) return undefined;
  if (save === undefined) throw new UsageError('--mode goes with --save');
  if (mode !== 'snapshot' && mode !== 'delta')
    throw new UsageError(`--mode expects snapshot or delta, came ${JSON.stringify(mode)}`);
  return mode;
}

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
