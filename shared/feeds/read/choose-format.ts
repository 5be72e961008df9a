import { stripVTControlCharacters } from 'node:util';
import { EstioError } from '../../platform/errors.ts';
import { whenLoaded } from '../../platform/libraries.ts';
import { contentsOf, detectFormat, remainsIn, type Detection } from '../formats/detect.ts';
import type { FeedFormat, FeedMapping } from '../formats/feed-format.ts';
import { generic } from '../formats/generic.ts';
import { proposeMapping } from '../proposal/propose-mapping.ts';
import { withoutControls } from '../values/text.ts';
import type { Beginning } from '../xml/beginning.ts';
import type { FeedEncoding } from '../xml/encoding.ts';
import { parseBeginning } from '../xml/parse-beginning.ts';
import { ItemSplitter } from '../xml/split-items.ts';
import type { XmlElement } from '../xml/xml-element.ts';

export interface FormatOptions {
  /** `undefined`: detect it. */
  readonly format?: FeedFormat | undefined;
  /** The last run's: used if the feed shows none, never replaced by a guess. */
  readonly before?: FeedFormat | undefined;
  /** For a GENERIC feed; for a detected one, last time's. */
  readonly mapping?: FeedMapping | undefined;
  /** A person reviews the result. */
  readonly anyProposal?: boolean;
}

interface Choice {
  readonly format: FeedFormat;
  readonly detection?: Detection;
  readonly root: XmlElement;
  readonly refusal?: EstioError;
}

const maxHead = 3 * 1024 * 1024;

/** @throws {EstioError} `empty`, `truncated`, `not-a-feed` (error page, JSON, fault), `needs-mapping` */
export async function chooseFormat(feed: Beginning, encoding: FeedEncoding, options: FormatOptions): Promise<Choice> {
  if (/^\s*$/.test(feed.bytes.toString('latin1', 0, 4096)) && feed.isWhole) {
    throw new EstioError('The answer is empty, expected a feed', { code: 'empty', retryable: true });
  }
  const set = formatSet(options);
  for (;;) {
    const root = parseBeginning(feed.bytes, encoding);
    if (root === undefined || isNoFeed(root.name)) throw notAFeed(feed.bytes);
    if (set) return { format: set, root };
    const cut = !feed.isWhole || endsEarly(feed.bytes);
    if (options.before && remainsIn(options.before, root, cut)) return { format: options.before, root };
    const isAllSeen = feed.isWhole || feed.bytes.length >= maxHead;
    try {
      const detection = await whenLoaded(() => detectFormat(root, cut, { anyProposal: options.anyProposal }));
      // The first listings may all be of one kind; a proposal needs more.
      if (detection.mapping === undefined || isAllSeen) return { format: detection.format, detection, root };
      await feed.fill(maxHead);
    } catch (error) {
      if (isAllSeen) return whenUnknown(root, options.before, error);
      await feed.fill(feed.bytes.length * 2);
    }
  }
}

function formatSet({ format, mapping }: FormatOptions): FeedFormat | undefined {
  return format ?? (mapping && generic);
}

async function whenUnknown(root: XmlElement, before: FeedFormat | undefined, error: unknown): Promise<Choice> {
  if (!before) throw error;
  const isChanged = (await whenLoaded(() => proposeMapping(root))) !== undefined;
  return { format: before, root, ...(isChanged ? { refusal: formatChanged(before, root) } : {}) };
}

function formatChanged(before: FeedFormat, root: XmlElement): EstioError {
  return new EstioError(
    `The feed was ${before.name} and is now in no known format: its root is <${root.name}>` +
      `${contentsOf(root)}. Nothing was changed. If this is intended, look at it with ` +
      '`node adapter --feed-preview <feed id>`, and add `--save <feed id>` to approve a mapping',
    { code: 'format-changed' },
  );
}

function endsEarly(bytes: Buffer): boolean {
  const splitter = new ItemSplitter({ itemPaths: [] });
  splitter.push(bytes);
  return !splitter.end().complete;
}

const notFeeds = new RegExp(
  '^(html|head|body|br|b|envelope|fault|error|errors|exception|parsererror|opensearchdescription|' +
    'urlset|sitemapindex)$',
  'i',
);

export function isNoFeed(root: string | undefined): boolean {
  return root === undefined || notFeeds.test(root);
}

/** A tag that never ends, after at most a declaration. */
const cutTag = /^\s*(?:<\?[^>]*>\s*)?<[a-z_][^<>]*$/i;
const maxTag = 10_000;

function notAFeed(bytes: Buffer): EstioError {
  if (cutTag.test(bytes.toString('latin1', 0, maxTag)))
    return new EstioError(`The feed was cut off inside its first tag, after ${bytes.length} bytes`, {
      code: 'truncated',
      retryable: true,
    });
  // Arbitrary content must not control a terminal.
  const start = withoutControls(stripVTControlCharacters(bytes.toString('utf8', 0, 800)))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  return new EstioError(`The answer is not an XML feed. It begins: ${start}`, { code: 'not-a-feed', retryable: true });
}
