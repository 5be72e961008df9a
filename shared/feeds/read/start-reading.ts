/**
 * What a run learns from the head of a feed: its format, whether it is a snapshot or a delta, and how its items are
 * read.
 */

import type { FeedContext, FeedFormat, FeedMapping, FeedMode } from '../formats/feed-format.ts';
import { warnOfUnread } from '../proposal/unread-fields.ts';
import type { FeedRun } from './feed-run.ts';
import type { OpenFeed } from './open-feed.ts';
import { CandidateReader } from './read-item.ts';
import { readingVersion } from './reading-version.ts';

/** What a run has learned about a feed. */
export interface Reading {
  readonly format: FeedFormat;
  readonly mode: FeedMode;
  /** How the items of a format without a name are read. */
  readonly mapping: FeedMapping | undefined;
  /** What the document holds, when nothing in it tells that it is in this format. */
  readonly contents: string | undefined;
  readonly reader: CandidateReader;
}

/**
 * Begins to read an opened feed; what staff should know about its encoding goes into the report.
 *
 * @param baseUrl where the feed came from: what its relative addresses begin at
 * @param isKept it is what an earlier run has kept: changes, whatever it looks like
 */
export function startReading(open: OpenFeed, run: FeedRun, baseUrl: string, isKept: boolean): Reading {
  const { feed, location, report } = run;
  const { format, encoding } = open;
  const context = feedContext(open, run, baseUrl);
  const common = { format, encoding, context, ignoredUrlKeys: feed.ignoredUrlKeys ?? [] };
  // The mode may stand in the header, which the first batch has around it; nothing is read before that is known.
  const header = new CandidateReader(
    { ...common, mode: 'snapshot', readingVersion: '', repairEncoding: false },
    report,
  );
  const mode = isKept ? 'delta' : (feed.mode ?? format.mode(header.context(open.header)));
  const version = `${readingVersion(feed, location, open.mapping)}${format.name}${format.version}${encoding.encoding}`;
  const repairEncoding = feed.repairEncoding ?? false;
  const reader = new CandidateReader(
    { ...common, mode, readingVersion: version, repairEncoding, idFrom: feed.idFrom },
    report,
  );
  reportHead(open, run, mode);
  return { format, mode, mapping: open.mapping, contents: open.contents, reader };
}

function reportHead({ format, encoding, detection, mapping }: OpenFeed, run: FeedRun, mode: FeedMode): void {
  const { feed, report, context } = run;
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
        'The feed is not in the encoding it names, or names none: it is read as ' +
        `${encoding.encoding}, which is a guess; set encoding on the feed`,
    });
  const unread = feed.format === 'AUTO' && mapping ? warnOfUnread(mapping) : undefined;
  if (unread) report.warn(unread);
  context.log.info(
    {
      feedId: feed._id.toHexString(),
      format: format.name,
      detected: detection?.reason,
      mode,
      encoding: encoding.claimsUtf8 ? 'utf-8' : encoding.encoding,
    },
    'reading feed',
  );
}

function feedContext(
  open: OpenFeed,
  { feed, location, startedAt }: FeedRun,
  baseUrl: string,
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
