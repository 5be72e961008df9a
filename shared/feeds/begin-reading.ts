/**
 * What a run learns from the head of a feed: its format, whether it is a snapshot or a delta, and how its items are
 * read.
 */

import type { LocationDoc } from '../models/location.ts';
import { saveFeed, type PropertyFeedDoc } from '../models/property-feed.ts';
import type { RunContext } from '../runs/run-context.ts';
import type { FeedContext, FeedFormat, FeedMapping, FeedMode } from './formats/feed-format.ts';
import type { FeedReport } from './feed-report.ts';
import { FeedImport } from './import-items.ts';
import { usualMode } from './judge-absence.ts';
import { CandidateReader } from './read/read-item.ts';
import { warnOfUnread } from './proposal/unread-fields.ts';
import type { OpenFeed } from './read/open-feed.ts';
import { isReadDifferently } from './read/reading-version.ts';
import { unchangedItems, type UnchangedItems } from './store/load-stored.ts';

/** What a run has learned about a feed. */
export interface Reading {
  readonly format: FeedFormat;
  readonly mode: FeedMode;
  /** GENERIC: how the items are read. */
  readonly mapping: FeedMapping | undefined;
  /** What the document holds, when nothing in it tells that it is in this format. */
  readonly contents: string | undefined;
  readonly reader: CandidateReader;
  readonly import: FeedImport;
}

export interface ReadingOptions {
  readonly feed: PropertyFeedDoc;
  readonly location: LocationDoc;
  readonly context: RunContext;
  readonly report: FeedReport;
  readonly startedAt: Date;
  /** Changes when the same bytes are read differently. */
  readonly readingVersion: string;
  /** Where the feed came from: what its relative addresses begin at. */
  readonly baseUrl: string;
  readonly beforeWrite: () => Promise<void>;
  /** What was asked ahead; not used for a delta. */
  readonly ahead: UnchangedItems | undefined;
  /**
   * It is what an earlier run has kept: changes, whatever it looks like, of which all that is new counts and nothing is
   * absent.
   */
  readonly isKept: boolean;
}

/** Asks what is known of a feed before its head is read, when it will most likely be a full list again. */
export function askAhead(feed: PropertyFeedDoc, format: FeedFormat | undefined): UnchangedItems | undefined {
  const mode = feed.mode ?? (format && usualMode(format));
  return mode === 'snapshot' ? unchangedItems(feed._id, mode, feed.itemCount) : undefined;
}

/** Begins to read an opened feed; what staff should know about its encoding goes into the report. */
export function beginReading(open: OpenFeed, options: ReadingOptions): Reading {
  const { format, encoding } = open;
  const { feed, report } = options;
  const context = feedContext(open, options);
  // The mode may stand in the header, which the first batch has around it; nothing is read before that is known.
  const header = new CandidateReader(
    { format, encoding, mode: 'snapshot', context, readingVersion: '', ignoredUrlKeys: [], repairEncoding: false },
    report,
  );
  const mode = options.isKept ? 'delta' : (feed.mode ?? format.mode(header.context(open.header)));
  const reader = new CandidateReader(
    {
      format,
      encoding,
      mode,
      context,
      readingVersion: `${options.readingVersion}${format.name}${format.version}${encoding.encoding}`,
      ignoredUrlKeys: feed.ignoredUrlKeys ?? [],
      repairEncoding: feed.repairEncoding ?? false,
      idFrom: feed.idFrom,
    },
    report,
  );
  if (encoding.unknown)
    report.problem({
      code: 'unknown-encoding',
      message:
        `The feed names an encoding that nobody knows (${encoding.unknown.slice(0, 40)}): it is read as UTF-8 or ` +
        'windows-1252',
    });
  if (encoding.source === 'guess')
    report.problem({
      code: 'wrong-encoding',
      message:
        `The feed is not in the encoding it names, or names none: it is read as ${encoding.encoding}, which is a ` +
        'guess; set encoding on the feed',
    });
  const unread = feed.format === 'AUTO' && open.mapping ? warnOfUnread(open.mapping) : undefined;
  if (unread) report.warn(unread);
  options.context.log.info(
    {
      feedId: feed._id.toHexString(),
      format: format.name,
      detected: open.detection?.reason,
      mode,
      encoding: encoding.claimsUtf8 ? 'utf-8' : encoding.encoding,
    },
    'reading feed',
  );
  return {
    format,
    mode,
    mapping: open.mapping,
    contents: open.contents,
    reader,
    import: beginImport(mode, reader, options),
  };
}

function feedContext(
  open: OpenFeed,
  { feed, location, baseUrl, startedAt }: ReadingOptions,
): Omit<FeedContext, 'surroundings'> {
  return {
    ...(feed.defaultCurrency ? { defaultCurrency: feed.defaultCurrency } : {}),
    ...(feed.country ? { country: feed.country } : {}),
    ...(location.country ? { locationCountry: location.country.toUpperCase() } : {}),
    languages: [(location.language ?? 'en').slice(0, 2).toLowerCase()],
    baseUrl,
    timeZone: location.timeZone,
    now: startedAt,
    ...(open.mapping ? { mapping: open.mapping } : {}),
  };
}

function beginImport(
  mode: FeedMode,
  reader: CandidateReader,
  { feed, context, report, startedAt, readingVersion, beforeWrite, ahead }: ReadingOptions,
): FeedImport {
  return new FeedImport({
    feed,
    mode,
    reader,
    report,
    now: startedAt,
    dryRun: context.parameters.dryRun,
    confirmed: context.parameters.confirmRemovals,
    expected: feed.itemCount,
    unchanged: (mode === 'snapshot' ? ahead : undefined) ?? unchangedItems(feed._id, mode, feed.itemCount),
    olderBefore: Boolean(feed.olderSince) || isReadDifferently(feed, readingVersion),
    migrating: Boolean(feed.migratingSince),
    migrationHeld: Boolean(feed.migratingSince && feed.removalGuard),
    beforeWrite,
    onMigration: () => saveFeed(feed._id, { migratingSince: startedAt }),
  });
}
