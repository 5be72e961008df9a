import type { FeedMode } from '../../shared/feeds/formats/feed-format.ts';
import { approvedMapping } from '../../shared/feeds/preview/approve-mapping.ts';
import { readFeedSettings } from '../../shared/feeds/settings/feed-settings.ts';
import { changeFeed } from '../../shared/feeds/settings/keep-feed.ts';
import { nameOfFeed, requireFeed } from '../../shared/feeds/settings/require-feed.ts';
import { showFeed } from '../../shared/feeds/settings/show-feed.ts';
import { requireLocation } from '../../shared/models/location.ts';
import type { FeedValues } from '../../shared/models/property-feed.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { UsageError } from '../../shared/platform/errors.ts';
import type { Options } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { givenLogin, givenSettings, readMapping } from '../feed-options.ts';
import { withDatabase } from '../with-database.ts';

export const feedSet: Command = ({ options }) =>
  withDatabase(async (config) => {
    const feed = await requireFeed(options['feed-set'] as string);
    const values = { ...readFeedSettings(givenSettings(options)), ...(await givenMapping(options)) };
    const login = await givenLogin(options);
    const locationId = options.location === undefined ? undefined : (await requireLocation(options.location))._id;
    if (Object.keys(values).length === 0 && login === undefined && locationId === undefined)
      throw new UsageError('--feed-set expects a setting, such as --name or --currency');
    if (values.format === 'GENERIC' && !values.mapping && !feed.mapping)
      throw new UsageError('--format GENERIC needs a mapping: add it with --mapping <file>');
    const changed = await changeFeed(feed, { values, login, locationId }, config);
    if (options.json) console.log(JSON.stringify(showFeed(changed), null, process.stdout.isTTY ? 2 : 0));
    else console.log(`Changed ${nameOfFeed(changed)}: ${whatNext(changed._id.toHexString(), values.mode)}`);
    return exitCodes.done;
  });

/** A given mapping is approved; an empty name removes it. */
async function givenMapping({ mapping, format }: Options): Promise<FeedValues> {
  if (mapping === undefined) return {};
  if (mapping !== '') return approvedMapping(await readMapping(mapping), systemClock.now());
  return { mapping: null, mappingApprovedAt: null, ...(format === undefined ? { format: 'AUTO' } : {}) };
}

function whatNext(feedId: string, mode: FeedMode | null | undefined): string {
  const removes = mode === 'snapshot' ? 'Listings missing from it are then withdrawn. ' : '';
  return (
    `the next run uses this. ${removes}To see what it would change: node adapter --invoke sync-feeds ` +
    `--dry-run --feed-id ${feedId}`
  );
}
