import { Types } from 'mongoose';
import { Location } from '../../shared/models/location.ts';
import { Property, type PropertyDoc } from '../../shared/models/property.ts';
import { PropertyFeed, type PropertyFeedDoc } from '../../shared/models/property-feed.ts';
import type { RunReport } from '../../shared/runs/run-context.ts';
import { syncFeeds } from '../../shared/feeds/sync-feeds.ts';
import { testClock, testContext, type TestClock, type TestContextOptions } from './run-context.ts';

export interface FeedAgency {
  readonly feedId: Types.ObjectId;
  readonly clock: TestClock;
  sync(options?: TestContextOptions): Promise<RunReport>;
  feed(): Promise<PropertyFeedDoc>;
  listings(): Promise<Map<string, PropertyDoc>>;
}

export async function makeFeedAgency(
  feed: Partial<PropertyFeedDoc> & { url: string },
  location: Record<string, unknown> = {},
): Promise<FeedAgency> {
  const { _id: locationId } = await Location.create({
    name: 'Test agency',
    timeZone: 'Europe/Madrid',
    currency: 'EUR',
    language: 'en',
    ...location,
  });
  const { _id: feedId } = await PropertyFeed.create({ locationId, format: 'AUTO', ...feed });
  const clock = testClock();
  return {
    feedId,
    clock,
    async sync(options = {}) {
      clock.advance(3_600_000);
      const context = testContext({
        clock,
        environment: { FEED_ALLOW_PRIVATE: '1', ...options.environment },
        ...options,
        parameters: { feedId: feedId.toHexString(), ...options.parameters },
      });
      await syncFeeds(context);
      return context.report();
    },
    feed: async () => (await PropertyFeed.findById(feedId).lean<PropertyFeedDoc>()) as PropertyFeedDoc,
    async listings() {
      const all = await Property.find({ feedId }).lean<PropertyDoc[]>();
      return new Map(all.map((listing) => [listing.feedReferenceId as string, listing]));
    },
  };
}

export function kyeroFeed(listings: readonly Readonly<Record<string, string | number>>[]): string {
  const properties = listings.map(
    (listing) =>
      `<property>${Object.entries({ currency: 'EUR', price_freq: 'sale', type: 'Villa', town: 'Altea', ...listing })
        .map(([name, value]) => `<${name}>${value}</${name}>`)
        .join('')}</property>`,
  );
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<root><kyero><feed_version>3</feed_version>' +
    `</kyero>${properties.join('\n')}</root>\n`
  );
}

export function kyeroListings(count: number, from = 1): Record<string, string | number>[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `k${from + i}`,
    ref: `R-${from + i}`,
    price: 100_000 + (from + i) * 1000,
    beds: 1 + ((from + i) % 5),
    images: `<image id="1"><url>https://img.example/${from + i}.jpg</url></image>`,
  }));
}
