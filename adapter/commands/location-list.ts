import { Account } from '../../shared/models/account.ts';
import { Location, type LocationDoc } from '../../shared/models/location.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { idKey, storedText } from '../../shared/models/stored-value.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatTable } from '../format-table.ts';
import { withDatabase } from '../with-database.ts';

export const locationList: Command = ({ options }) =>
  withDatabase(async () => {
    const locations = await readLocations();
    if (options.json) console.log(JSON.stringify(locations, null, 2));
    else if (locations.length === 0) console.log('There is no location. Locations are created in the CRM.');
    else
      console.log(
        formatTable(
          ['id', 'location', 'time zone', 'currency', 'country', 'feeds', 'mailboxes'],
          locations.map(({ locationId, name, timeZone, currency, country, feeds, mailboxes }) =>
            [locationId, name, timeZone, currency, country, feeds, mailboxes].map((cell) => String(cell ?? '')),
          ),
        ),
      );
    return exitCodes.done;
  });

async function readLocations() {
  const [locations, feeds, accounts] = await Promise.all([
    Location.collection.find().toArray(),
    PropertyFeed.collection.find({ deletedAt: null }, { projection: { locationId: 1 } }).toArray(),
    Account.collection.find({ enabled: { $ne: false } }, { projection: { locationId: 1 } }).toArray(),
  ]);
  const countOf = (records: readonly Readonly<Record<string, unknown>>[], id: unknown) =>
    records.filter((record) => idKey(record['locationId']) === idKey(id)).length;
  return (locations as { readonly [name in keyof LocationDoc]?: unknown }[])
    .map((location) => ({
      locationId: String(location._id),
      name: storedText(location.name) ?? 'without a name',
      timeZone: storedText(location.timeZone) ?? 'UTC',
      currency: storedText(location.currency),
      country: storedText(location.country),
      feeds: countOf(feeds, location._id),
      mailboxes: countOf(accounts, location._id),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
