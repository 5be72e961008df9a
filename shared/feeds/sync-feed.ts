/** Everything is decided before anything is written; a run killed at any point is completed by the next. */

import type { LocationDoc } from '../models/location.ts';
import { reloadFeed, saveFeed, type FeedValues, type PropertyFeedDoc } from '../models/property-feed.ts';
import { countListings } from '../models/property.ts';
import { coerceError, EstioError } from '../platform/errors.ts';
import type { RunContext } from '../runs/run-context.ts';
import { failureValues, valuesOfLostRun } from './feed-record.ts';
import { maskUrl } from '../platform/mask-url.ts';
import { whatStopped, type FeedTurn } from './fetch/feed-turn.ts';
import type { FeedFormat } from './formats/feed-format.ts';
import { dayOf, hasDay, withDay } from './listing-history.ts';
import type { Change } from './plan/change.ts';
import { describeChange } from './plan/describe-change.ts';
import { beginRun, scopeOf, tell, type FeedRun } from './read/feed-run.ts';
import { FeedReading } from './read/read-feed.ts';
import { applyKept } from './store/apply-kept.ts';
import { takeListingsAlong } from './store/moved-listings.ts';
import { settleDelta, settleSnapshot } from './store/settle-feed.ts';
import { askForLocked, giveBackUnlocked } from './store/unlocked-fields.ts';

/**
 * @returns `stopped`: its turn ended before the feed did
 * @throws {EstioError} the feed's record explains it to staff
 */
export async function syncFeed(
  feed: PropertyFeedDoc,
  location: LocationDoc,
  context: RunContext,
  turn: FeedTurn,
): Promise<'stopped' | void> {
  const run = beginRun(feed, location, context, turn);
  const { report, startedAt, writer } = run;
  const found: Found = { holds: feed, changes: [] };
  try {
    const { values, hasMore } = await readPlanApply(run, found);
    const history = context.parameters.dryRun ? {} : await historyValues(run, found.changes);
    await writer.save({ ...values, ...history, lastSyncAt: startedAt, lastReport: report.toRecord() });
    tell(run);
    if (hasMore && values.processedFiles && !context.parameters.dryRun) {
      context.signal.throwIfAborted();
      return await syncFeed(await reloadFeed(feed), location, context, turn);
    }
  } catch (thrown) {
    const stop = whatStopped(thrown, turn, context.signal);
    const error = withFeedId(stop ?? coerceError(thrown), feed);
    tell(run);
    if (stop) context.problem(scopeOf(feed), stop);
    // A stopped feed has had its turn: were it first again, later ones would never be reached.
    const failure = {
      ...failureValues(feed, {
        error,
        address: maskUrl(feed.url),
        isSentOnce: found.format?.sentOnce,
        holds: found.holds,
      }),
      lastSyncAt: startedAt,
      lastReport: { ...report.toRecord(), error: error.code },
    };
    await writer.save(failure).catch(() => saveLost(run));
    if (!stop || context.signal.aborted) throw stop ? thrown : error;
    context.unfinished(scopeOf(feed));
    return 'stopped';
  }
}

/** Completes commands in an error, so that they can be typed as they stand. */
function withFeedId(error: EstioError, { _id }: PropertyFeedDoc): EstioError {
  error.message = error.message.replaceAll('<feed id>', _id.toHexString());
  return error;
}

interface Found {
  format?: FeedFormat | undefined;
  holds: Pick<FeedValues, 'removalGuard' | 'formHold'>;
  changes: Change[];
}

async function historyValues({ feed, startedAt, report }: FeedRun, changes: readonly Change[]): Promise<FeedValues> {
  const seen = changes.filter(isSeen);
  const today = dayOf(startedAt);
  const changed = seen.length > 0 || (report.counts.new ?? 0) > 0;
  if (!changed && hasDay(feed.listingHistory, today)) return {};
  const notListed = Math.max(0, (report.counts.new ?? 0) - seen.filter(({ do: what }) => what === 'insert').length);
  const listed = seen.slice(0, maxListedChanges).map((change) => {
    const { scope: _, ...told } = describeChange(change, '');
    return told;
  });
  return {
    listingHistory: withDay(feed.listingHistory, { day: today, counts: await countListings(feed._id) }),
    ...(seen.length > 0
      ? { lastChanges: { at: startedAt, changes: listed, notListed: notListed + seen.length - listed.length } }
      : {}),
  };
}

const maxListedChanges = 200;
/** Without changes that only programs see. */
const isSeen = ({ do: what }: Change): boolean => what !== 'refresh' && what !== 'leave';

async function saveLost({ feed, context }: FeedRun): Promise<void> {
  if (!context.parameters.dryRun) await saveFeed(feed._id, valuesOfLostRun);
}

interface Outcome {
  readonly values: FeedValues;
  readonly hasMore: boolean;
}

async function readPlanApply(run: FeedRun, found: Found): Promise<Outcome> {
  const { feed, context, writer } = run;
  const isDry = context.parameters.dryRun;
  if (feed.format === 'GENERIC' && !feed.mapping) throw missingMapping();
  const readsAnew = await keepHouse(run);
  const keptFormat = await applyKept(run);
  const { changes } = found;
  await using reading = new FeedReading(
    run,
    {
      trustsValidators: !readsAnew && !writer.hasWritten && !context.parameters.confirmRemovals,
      streamsFirst: !isDry,
    },
    keptFormat,
  );
  const content = await reading.read().finally(() => (found.format = reading.format));
  if (!content) return { values: unchanged(run), hasMore: false };
  const values =
    content.mode === 'delta' ? await settleDelta(content, run, changes) : await settleSnapshot(content, run, changes);
  if (isDry) for (const change of changes) context.planned(describeChange(change, scopeOf(feed)));
  if (content.ended) {
    const { removalGuard = null, formHold = null } = values;
    found.holds = { removalGuard, formHold };
    await writer.save(found.holds);
    throw content.ended.error;
  }
  return { values, hasMore: content.only?.folder?.hasMore === true };
}

function missingMapping(): EstioError {
  return new EstioError('Expected a mapping with itemPath and fields for a GENERIC feed, found none', {
    code: 'missing-mapping',
  });
}

function unchanged({ context, startedAt }: FeedRun): FeedValues {
  context.count('notModified');
  return { lastStatus: 'unchanged', lastError: null, lastSuccessAt: startedAt };
}

/** @returns whether the feed must be read although it may be unchanged */
async function keepHouse({ feed, writer, report }: FeedRun): Promise<boolean> {
  const moved = await takeListingsAlong(feed, writer);
  if (moved > 0) report.count('moved', moved);
  const unlocked = await giveBackUnlocked(writer);
  if (unlocked > 0) report.count('unlocked', unlocked);
  return askForLocked(writer);
}
