import { Location } from '../../shared/models/location.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { idSpellings, storedId, storedText } from '../../shared/models/stored-value.ts';
import { showFeed, type ShownFeed, type StoredFeed } from '../../shared/feeds/settings/show-feed.ts';
import { requireLocation } from '../../shared/models/location.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatTable } from '../format-table.ts';
import { withDatabase } from '../with-database.ts';

export const feedList: Command = ({ options }) =>
  withDatabase(async () => {
    const feeds = (await readFeeds(options.location)).map(showFeed);
    const named = feeds.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)));
    if (options.json) console.log(JSON.stringify(named, null, 2));
    else if (named.length === 0) console.log('There is no feed: node adapter --feed-add <address> --location <id>');
    else console.log(formatTable(columns, await rowsOf(named)));
    return exitCodes.done;
  });

const columns = ['id', 'feed', 'location', 'format', 'items', 'last read', 'status'];

async function readFeeds(location: string | undefined): Promise<StoredFeed[]> {
  const filter =
    location === undefined ? {} : { locationId: { $in: idSpellings((await requireLocation(location))._id) } };
  return PropertyFeed.collection.find({ deletedAt: null, ...filter } as never).toArray() as Promise<StoredFeed[]>;
}

async function rowsOf(feeds: readonly ShownFeed[]): Promise<string[][]> {
  const found = await Location.collection.find({}, { projection: { name: 1 } }).toArray();
  const locations = new Map(found.map(({ _id, name }) => [storedId(_id)?.toHexString(), storedText(name)]));
  return feeds.map((feed) => [
    feed.feedId,
    nameOf(feed),
    locations.get(feed.locationId) ?? feed.locationId ?? '?',
    feed.detectedFormat ?? feed.format,
    feed.itemCount === undefined ? '' : String(feed.itemCount),
    feed.lastSyncAt?.toISOString().slice(0, 16).replace('T', ' ') ?? 'never',
    feed.isPaused
      ? 'paused'
      : [feed.lastStatus ?? 'waits for its first run', feed.lastError].filter(Boolean).join(': '),
  ]);
}

function nameOf({ name, address }: ShownFeed): string {
  return name || address;
}
