import { existsSync } from 'node:fs';
import { Location } from '../../shared/models/location.ts';
import type { FeedMode } from '../../shared/feeds/formats/feed-format.ts';
import { approveMapping } from '../../shared/feeds/preview/approve-mapping.ts';
import { previewFeed, type FeedPreview, type PreviewOptions } from '../../shared/feeds/preview/preview.ts';
import { loginOf, previewLimits, previewSettings } from '../../shared/feeds/preview/preview-options.ts';
import { nameOfFeed, requireFeed } from '../../shared/feeds/settings/require-feed.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { readConfig, type Config } from '../../shared/platform/config.ts';
import { UsageError } from '../../shared/platform/errors.ts';
import type { Options } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readCount, readMapping } from '../feed-options.ts';
import { isWhole, printPreview } from '../print-preview.ts';
import { withDatabase } from '../with-database.ts';

export const feedPreview: Command = ({ options }) => {
  const mode = readMode(options);
  const given = options['feed-preview'] ?? '';
  const isStored = /^[0-9a-f]{24}$/i.test(given) && !existsSync(given);
  if (!isStored && options.save === undefined) return show({ source: given }, readConfig(), options).then(codeOf);
  return withDatabase(async (config) => {
    const source = isStored ? await readStored(given, config) : { source: given };
    const preview = await show(source, config, options);
    if (options.save === undefined || !isWhole(preview)) {
      if (options.save !== undefined)
        console.error('The feed could not be read completely, or has no listings: nothing was saved.');
      return codeOf(preview);
    }
    return save(options.save, source.source, preview, mode);
  });
};

type Source = Partial<PreviewOptions> & { readonly source: string };

async function readStored(feedId: string, config: Config): Promise<Source> {
  const feed = await requireFeed(feedId);
  const location = await Location.findById(feed.locationId).lean();
  const login = loginOf(feed, config);
  return { source: feed.url, ...previewSettings(feed, location), ...(login ? { login } : {}) };
}

async function show({ source, ...known }: Source, config: Config, options: Options): Promise<FeedPreview> {
  const preview = await previewFeed(source, {
    ...known,
    ...previewLimits(config, systemClock),
    ...(options.format === undefined ? {} : { format: options.format }),
    ...(options.mapping === undefined ? {} : { mapping: await readMapping(options.mapping) }),
    ...(options.show === undefined ? {} : { show: readCount(options.show) }),
  });
  if (options.json) console.log(JSON.stringify(preview, null, 2));
  else printPreview(preview, { approving: options.save !== undefined && isWhole(preview) });
  return preview;
}

function codeOf(preview: FeedPreview): number {
  return isWhole(preview) ? exitCodes.done : exitCodes.partial;
}

/** Approves a preview's mapping. stdout is for the preview alone. */
async function save(feedId: string, source: string, preview: FeedPreview, mode: FeedMode | undefined): Promise<number> {
  const { mapping, format, saysChanges } = preview;
  if (mapping === undefined) {
    console.error(`The feed is in a known format (${format}): there is no mapping to approve. Nothing was saved.`);
    return exitCodes.done;
  }
  const url = URL.canParse(source) ? source : undefined;
  const feed = await approveMapping({ feedId, url, mapping, mode, saysChanges, now: systemClock.now() });
  console.error(
    `Approved: the next run reads ${nameOfFeed(feed)} by this mapping. To see what it would change: ` +
      `node adapter --invoke sync-feeds --dry-run --feed-id ${feedId}`,
  );
  return exitCodes.done;
}

function readMode({ mode, save }: Options): FeedMode | undefined {
  if (mode === undefined) return undefined;
  if (save === undefined) throw new UsageError('--mode works only together with --save');
  if (mode !== 'snapshot' && mode !== 'delta')
    throw new UsageError(`--mode expects snapshot or delta, got ${JSON.stringify(mode)}`);
  return mode;
}
