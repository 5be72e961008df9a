/** `<what> <address> <mongodb-uri>`: one measurement in its own process. */

import { XMLParser } from 'fast-xml-parser';
import mongoose, { Types } from 'mongoose';
import { FeedReport } from '../../../shared/feeds/feed-report.ts';
import { openFeed, type OpenFeed } from '../../../shared/feeds/read/open-feed.ts';
import { CandidateReader } from '../../../shared/feeds/read/read-item.ts';
import { insertionOf } from '../../../shared/feeds/store/operations.ts';
import type { SplitItem } from '../../../shared/feeds/xml/split-items.ts';
import { itemHash } from '../../../shared/feeds/read/listing-hash.ts';
import { download } from '../../../shared/feeds/fetch/download.ts';
import { ItemSplitter } from '../../../shared/feeds/xml/split-items.ts';
import { syncFeeds } from '../../../shared/feeds/sync-feeds.ts';
import { Location } from '../../../shared/models/location.ts';
import { Property } from '../../../shared/models/property.ts';
import { PropertyFeed } from '../../../shared/models/property-feed.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { whenLoaded } from '../../../shared/platform/libraries.ts';
import { testContext } from '../../doubles/run-context.ts';

const [what, url, uri] = process.argv.slice(2) as [keyof typeof ways, string, string];

const feedId = new Types.ObjectId('64b000000000000000000001');

const ways = {
  /** The database decides which kind of import it is. */
  async sync() {
    const context = testContext({
      clock: systemClock as never,
      environment: { FEED_ALLOW_PRIVATE: '1' },
      parameters: { feedId: feedId.toHexString() },
    });
    await PropertyFeed.updateOne({ _id: feedId }, { $set: { url } });
    return timed(async () => {
      await syncFeeds(context);
      const report = context.report();
      if (report.status !== 'succeeded') throw new Error(JSON.stringify(report));
      return report.counts;
    });
  },
  /** The minimum of any importer. */
  'read-and-hash': () =>
    timed(() =>
      download({ url }, limits, async (answer) => {
        if (answer.kind !== 'body') throw new Error('expected a body');
        const splitter = new ItemSplitter({ itemPaths: ['root/property'] });
        let items = 0;
        for await (const chunk of answer.bytes)
          for (const item of splitter.push(chunk)) if (itemHash(item.bytes, '')) items += 1;
        return { items };
      }),
    ),
  floor: () =>
    timed(async () => {
      let items = 0;
      await download({ url }, limits, async (answer) => {
        if (answer.kind !== 'body') throw new Error('expected a body');
        const open = await openFeed(answer.bytes, {});
        const reader = readerOf(open);
        let waiting: object[] = [];
        const insert = async (): Promise<void> => {
          if (waiting.length > 0) await Property.collection.insertMany(waiting as never[], { ordered: false });
          waiting = [];
        };
        for await (const some of open.items) {
          items += some.length;
          for (const item of some) waiting.push(...(await whenLoaded(() => documentsOf(item, reader))));
          if (waiting.length >= 200) await insert();
        }
        await insert();
      });
      return { items };
    }),
  'whole-parse': () => timed(async () => ({ items: (await wholeParse()).length })),
  naive: () =>
    timed(async () => {
      const items = await wholeParse();
      for (const item of items) {
        const reference = String(item['id']);
        const values = naiveValues(item);
        const existing = await Property.findOne({ feedId, feedReferenceId: reference });
        if (existing) await Property.updateOne({ _id: existing._id }, { $set: values });
        else
          await Property.create({
            ...values,
            locationId: feedId,
            feedId,
            feedReferenceId: reference,
            slug: `naive-${reference}`,
            source: 'FEED',
          });
      }
      return { items: items.length };
    }),
};

function readerOf(open: OpenFeed): CandidateReader {
  const context = { languages: ['en'], timeZone: 'UTC', defaultCurrency: 'EUR' };
  const { format, encoding } = open;
  const reading = { format, encoding, context, readingVersion: '', ignoredUrlKeys: [], repairEncoding: false };
  return new CandidateReader({ ...reading, mode: 'snapshot' }, new FeedReport());
}

function documentsOf(item: SplitItem, reader: CandidateReader): object[] {
  const owner = { _id: feedId, locationId: feedId };
  return reader.read(item, reader.hash(item)).candidates.map((candidate) => {
    const operation = insertionOf(candidate, owner, new Date()) as { insertOne: { document: object } };
    return operation.insertOne.document;
  });
}

const limits = {
  maxBytes: 4 * 1024 ** 3,
  timeoutMs: 3_600_000,
  idleTimeoutMs: 60_000,
  allowPrivate: true,
  now: () => new Date(),
};

async function wholeParse(): Promise<Record<string, unknown>[]> {
  const document = await (await fetch(url)).text();
  const parsed = new XMLParser({ ignoreAttributes: false }).parse(document) as {
    root: { property: Record<string, unknown>[] };
  };
  return parsed.root.property;
}

function naiveValues(item: Record<string, unknown>): Record<string, unknown> {
  const descriptions = item['desc'] as Record<string, string>;
  const images = (item['images'] as { image: { url: string }[] }).image;
  return {
    title: `${item['type']} in ${item['town']}`,
    reference: item['ref'],
    price: Number(item['price']),
    currency: item['currency'],
    type: item['type'],
    city: item['town'],
    bedrooms: Number(item['beds']),
    bathrooms: Number(item['baths']),
    description: descriptions['en'],
    descriptions,
    images: images.map((image, i) => ({ url: image.url, sortOrder: i })),
  };
}

async function timed(work: () => Promise<Record<string, number>>): Promise<Record<string, unknown>> {
  const before = await operationsSoFar();
  const begun = performance.now();
  const counts = await work();
  const seconds = (performance.now() - begun) / 1000;
  return { seconds, counts, operations: (await operationsSoFar()) - before };
}

/** By the server: watching the driver costs. */
async function operationsSoFar(): Promise<number> {
  if (mongoose.connection.readyState !== mongoose.ConnectionStates.connected) return 0;
  const { metrics } = await mongoose.connection.getClient().db().command({ serverStatus: 1 });
  const commands = [
    'find',
    'getMore',
    'aggregate',
    'count',
    'insert',
    'update',
    'delete',
    'findAndModify',
    'bulkWrite',
  ];
  return commands.reduce((sum, command) => sum + Number(metrics.commands[command]?.total ?? 0), 0);
}

if (what === 'sync' || what === 'naive' || what === 'floor') {
  await mongoose.connect(uri, { autoIndex: false, autoCreate: false });
  for (const model of [Location, PropertyFeed, Property]) await model.createIndexes();
  await Location.updateOne(
    { _id: feedId },
    { $setOnInsert: { name: 'Bench', timeZone: 'UTC', currency: 'EUR' } },
    { upsert: true },
  );
  await PropertyFeed.updateOne(
    { _id: feedId },
    { $setOnInsert: { locationId: feedId, url, format: 'AUTO', isActive: true, fetch: 'http' } },
    { upsert: true },
  );
}
const figures = await ways[what]();
await mongoose.disconnect();
process.send?.({ ...figures, peakRssMb: process.resourceUsage().maxRSS / 1024 }, () => process.disconnect());
