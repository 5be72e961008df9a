import type { LocationDoc } from '../../models/location.ts';
import type { PropertyFeedDoc } from '../../models/property-feed.ts';
import { EstioError } from '../../platform/errors.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { FeedReport } from '../feed-report.ts';
import type { FeedTurn } from '../fetch/feed-turn.ts';
import { ListingWriter } from '../store/listing-writer.ts';
import { noValidators } from './reading-version.ts';

export interface FeedRun {
  readonly feed: PropertyFeedDoc;
  readonly location: LocationDoc;
  readonly context: RunContext;
  readonly turn: FeedTurn;
  readonly report: FeedReport;
  readonly writer: ListingWriter;
  readonly startedAt: Date;
  /** Start of the feed's time (`performance.now()`). */
  readonly since: number;
}

export function scopeOf(feed: Pick<PropertyFeedDoc, '_id'>): string {
  return `feed:${feed._id.toHexString()}`;
}

export function beginRun(feed: PropertyFeedDoc, location: LocationDoc, context: RunContext, turn: FeedTurn): FeedRun {
  const startedAt = context.clock.now();
  const writer = new ListingWriter(feed, {
    now: startedAt,
    isDry: context.parameters.dryRun,
    assertHeld: () => context.assertHeld(),
    assertInTime: inTime(context),
    takesAway: feed.etag || feed.lastModified ? noValidators : undefined,
  });
  return { feed, location, context, turn, report: new FeedReport(), writer, startedAt, since: performance.now() };
}

export function tell({ context, feed, report }: FeedRun): void {
  for (const [name, by] of Object.entries(report.counts)) context.count(name, by);
  for (const problem of report.problems.slice(0, 10)) {
    const at = problem.offset === undefined ? '' : ` (at byte ${problem.offset})`;
    context.problem(
      `${scopeOf(feed)}${problem.reference ? `:${problem.reference}` : ''}`,
      new EstioError(`${problem.message}${at}`, { code: problem.code }),
    );
  }
  context.log.info({ feedId: feed._id.toHexString(), ...report.toRecord() }, report.inWords());
}

/** After an abort, a run may write what it has read for half of the grace period. */
function inTime({ signal, clock, config }: RunContext): () => void {
  let toldAt = signal.aborted ? clock.now().getTime() : undefined;
  signal.addEventListener('abort', () => (toldAt = clock.now().getTime()), { once: true });
  return () => {
    if (toldAt !== undefined && clock.now().getTime() - toldAt > config.cronGrace / 2) signal.throwIfAborted();
  };
}
