import type { FeedContext, FeedFormat, FeedMapping, FeedMode } from '../formats/feed-format.ts';
import { warnOfUnread } from '../proposal/unread-fields.ts';
import { EnclosedPictures } from '../fetch/enclosed-pictures.ts';
import type { FeedRun } from './feed-run.ts';
import type { OpenFeed } from './open-feed.ts';
import { parseSurroundings } from '../xml/parse-beginning.ts';
import { CandidateReader } from './read-item.ts';
import { readingVersion } from './reading-version.ts';

export interface Reading {
  readonly format: FeedFormat;
  readonly mode: FeedMode;
  readonly mapping: FeedMapping | undefined;
  readonly contents: string | undefined;
  readonly reader: CandidateReader;
}

export interface Origin {
  readonly baseUrl: string;
  readonly isKept: boolean;
  readonly enclosed: EnclosedPictures;
}

/** Also reports encoding problems. */
export function startReading(open: OpenFeed, run: FeedRun, origin: Origin): Reading {
  const { feed, location, report } = run;
  const { format, encoding } = open;
  const context = feedContext(open, run, origin);
  const common = { format, encoding, context, ignoredUrlKeys: feed.ignoredUrlKeys ?? [], enclosed: origin.enclosed };
  // The header may contain the mode, which must be known first.
  const header = new CandidateReader(
    { ...common, mode: 'snapshot', readingVersion: '', repairEncoding: false },
    report,
  );
  const mode = origin.isKept ? 'delta' : (feed.mode ?? format.mode(header.context(open.header)));
  const settings = readingVersion(feed, location, open.mapping, run.context.config.feedImagesUrl);
  const version = `${settings}${format.name}${format.version}${encoding.encoding}`;
  const repairEncoding = feed.repairEncoding ?? false;
  const reader = new CandidateReader(
    { ...common, mode, readingVersion: version, repairEncoding, idFrom: feed.idFrom },
    report,
  );
  reportHead(open, run, mode);
  return { format, mode, mapping: open.mapping, contents: open.contents, reader };
}

/** Before any item is read. */
export function modeOf(open: OpenFeed, run: FeedRun): FeedMode {
  const origin = { baseUrl: run.feed.url, enclosed: new EnclosedPictures() };
  const surroundings = parseSurroundings(open.header, open.encoding);
  return run.feed.mode ?? open.format.mode({ ...feedContext(open, run, origin), surroundings });
}

function reportHead({ format, encoding, detection, mapping }: OpenFeed, run: FeedRun, mode: FeedMode): void {
  const { feed, report, context } = run;
  if (encoding.unknown)
    report.problem({
      code: 'unknown-encoding',
      message:
        `The feed names an unknown encoding (${encoding.unknown.slice(0, 40)}) and is read as UTF-8 or ` +
        'windows-1252',
    });
  if (encoding.source === 'guess')
    report.problem({
      code: 'wrong-encoding',
      message:
        `The feed is not in the encoding it names, or names none. It is read as ${encoding.encoding}, a ` +
        'guess; set encoding on the feed',
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
  { baseUrl, enclosed }: Omit<Origin, 'isKept'>,
): Omit<FeedContext, 'surroundings'> {
  return {
    ...(feed.defaultCurrency ? { defaultCurrency: feed.defaultCurrency } : {}),
    ...(feed.country ? { country: feed.country } : {}),
    ...(location.country ? { locationCountry: location.country.toUpperCase() } : {}),
    languages: [(location.language ?? 'en').slice(0, 2).toLowerCase()],
    baseUrl,
    enclosed: (path) => enclosed.addressOf(path),
    timeZone: location.timeZone,
    now: startedAt,
    ...(open.mapping ? { mapping: open.mapping } : {}),
  };
}
