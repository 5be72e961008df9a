import type { Types } from 'mongoose';
import { Property } from '../../shared/models/property.ts';
import { PropertyFeed, type PropertyFeedDoc } from '../../shared/models/property-feed.ts';
import type { PlannedChange } from '../../shared/models/planned-change.ts';
import { readCounts } from '../../shared/models/read-run.ts';
import { storedDate, storedId, storedList, storedNumber } from '../../shared/models/stored-value.ts';
import type { ShownDay } from './listings-chart.ts';
import { partOf, readLocationNames, shownText, type StoredRecord } from './stored-record.ts';
import { readFeed } from './read-feeds.ts';
import type { Feed } from './status.ts';

export interface ProblemKind {
  readonly code: string;
  readonly message: string;
  readonly count: number;
  readonly samples: readonly string[];
}

export interface FeedView {
  readonly feed: Feed;
  readonly held: readonly string[];
  readonly history: readonly ShownDay[];
  readonly lastChanges:
    | {
        readonly at: Date | undefined;
        readonly changes: readonly Omit<PlannedChange, 'scope'>[];
        readonly notListed: number;
      }
    | undefined;
  readonly problems: readonly ProblemKind[];
  readonly problemsNotListed: number;
}

const maxHeld = 500;
const maxSamples = 3;

/** Without secrets. */
export async function readFeedPage(id: Types.ObjectId): Promise<FeedView | undefined> {
  const found = await PropertyFeed.findOne({ _id: id, deletedAt: null }, { auth: 0 }).lean<
    StoredRecord<PropertyFeedDoc>
  >();
  if (!found) return undefined;
  const report = found.lastReport;
  return {
    feed: readFeed(found, await readLocationNames()),
    held: await readHeld(id, storedDate(partOf(found.removalGuard, 'heldAt'))),
    history: storedList(found.listingHistory).flatMap(readDay),
    lastChanges: readLastChanges(found.lastChanges),
    problems: [...readProblems(partOf(report, 'problems')), ...readWarnings(partOf(report, 'warnings'))],
    problemsNotListed: storedNumber(partOf(report, 'problemsNotListed')) ?? 0,
  };
}

async function readHeld(feedId: Types.ObjectId, heldSince: Date | undefined): Promise<string[]> {
  if (!heldSince) return [];
  const found = await Property.find({ feedId, heldSince, deletedAt: null }, { reference: 1, feedReferenceId: 1 })
    .limit(maxHeld)
    .lean<{ reference?: unknown; feedReferenceId?: unknown }[]>();
  return found.map((one) => shownText(one.reference) ?? shownText(one.feedReferenceId) ?? 'without a reference');
}

function readDay(value: unknown): ShownDay[] {
  const day = shownText(partOf(value, 'day'));
  return day === undefined || Number.isNaN(Date.parse(day))
    ? []
    : [{ day, counts: readCounts(partOf(value, 'counts')) }];
}

function readLastChanges(value: unknown): FeedView['lastChanges'] {
  const changes = storedList(partOf(value, 'changes')).flatMap(readChange);
  if (changes.length === 0) return undefined;
  return { at: storedDate(partOf(value, 'at')), changes, notListed: storedNumber(partOf(value, 'notListed')) ?? 0 };
}

export function readChange(value: unknown): PlannedChange[] {
  const [what, reference] = [shownText(partOf(value, 'do')), shownText(partOf(value, 'reference'))];
  if (what === undefined || reference === undefined) return [];
  return [
    {
      scope: shownText(partOf(value, 'scope')) ?? '',
      do: what,
      reference,
      because: shownText(partOf(value, 'because')) ?? '',
    },
  ];
}

function readProblems(value: unknown): ProblemKind[] {
  const problems = storedList(value).map((one) => ({
    code: shownText(partOf(one, 'code')) ?? 'unknown',
    message: shownText(partOf(one, 'message')) ?? '',
    reference: shownText(partOf(one, 'reference')),
  }));
  return [...Map.groupBy(problems, ({ code }) => code)].map(([code, all]) => ({
    code,
    message: all[0]?.message ?? '',
    count: all.length,
    samples: all.flatMap(({ reference }) => reference ?? []).slice(0, maxSamples),
  }));
}

function readWarnings(value: unknown): ProblemKind[] {
  return storedList(value).map((one) => ({
    code: shownText(partOf(one, 'code')) ?? 'unknown',
    message: shownText(partOf(one, 'message')) ?? '',
    count: storedNumber(partOf(one, 'count')) ?? 1,
    samples: storedList(partOf(one, 'examples')).flatMap((sample) => shownText(sample) ?? []),
  }));
}

export function idIn(path: string): Types.ObjectId | undefined {
  const [, id] = /^\/[a-z]+\/([0-9a-f]{24})$/.exec(path) ?? [];
  return storedId(id);
}
