import type { Types } from 'mongoose';
import { JobRun } from '../../shared/models/job-run.ts';
import { PropertyFeed, type PropertyFeedDoc } from '../../shared/models/property-feed.ts';
import { readRun, type StoredRun } from '../../shared/models/read-run.ts';
import { RunDetail, type RunDetailDoc } from '../../shared/models/run-detail.ts';
import { storedId, storedList, storedText } from '../../shared/models/stored-value.ts';
import { readChange } from './read-feed-page.ts';
import { readFeed } from './read-feeds.ts';
import { readLocationNames, type StoredRecord } from './stored-record.ts';
import type { RunView } from './run-view.ts';

export async function readRunPage(id: Types.ObjectId): Promise<Omit<RunView, 'now' | 'canAct'> | undefined> {
  const found = await JobRun.findById(id).lean<StoredRun>();
  if (!found) return undefined;
  const run = readRun(found);
  const detail = await RunDetail.findById(id).lean<StoredRecord<RunDetailDoc>>();
  const feedId = storedId(run.parameters?.['feedId']);
  const named = run.errors.flatMap(({ scope }) => storedId(/^feed:([0-9a-f]{24})/.exec(scope)?.[1]) ?? []);
  const asked = [...named, ...(feedId ? [feedId] : [])];
  const nameOf = await readLocationNames();
  const feeds =
    asked.length === 0
      ? []
      : (await PropertyFeed.find({ _id: { $in: asked } }, { auth: 0 }).lean<StoredRecord<PropertyFeedDoc>[]>()).map(
          (feed) => readFeed(feed, nameOf),
        );
  return {
    run,
    lines: storedList(detail?.lines).flatMap((line) => storedText(line) ?? []),
    plan: storedList(detail?.plan).flatMap(readChange),
    feed: feeds.find((feed) => feed.id === feedId?.toHexString()),
    feeds,
  };
}
