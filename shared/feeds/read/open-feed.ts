/** Decodes a feed, detects its format, splits it into items. Streams: memory does not grow with the feed. */

import { stripVTControlCharacters } from 'node:util';
import { EstioError } from '../../platform/errors.ts';
import { Beginning } from '../xml/beginning.ts';
import { detectEncoding, isCutAsBytes, transcode, type FeedEncoding } from '../xml/encoding.ts';
import { contentsOf, detectFormat, remainsIn, type Detection } from '../formats/detect.ts';
import type { FeedFormat, FeedMapping } from '../formats/feed-format.ts';
import { generic } from '../formats/generic.ts';
import { proposeMapping } from '../proposal/propose-mapping.ts';
import { parseBeginning } from '../xml/parse-item.ts';
import { ItemSplitter, type SplitEnd, type SplitItem } from '../xml/split-items.ts';
import type { Surroundings } from '../xml/surroundings.ts';
import { whenLoaded } from '../../platform/libraries.ts';
import { withoutControls } from '../values/text.ts';
import type { XmlElement } from '../xml/xml-element.ts';

export interface ReadOptions {
  readonly charset?: string | undefined;
  /** For bytes that are not UTF-8. */
  readonly encoding?: string | undefined;
  /** `undefined`: detect it. */
  readonly format?: FeedFormat | undefined;
  /** The last run's format: used if the feed shows none, never replaced by a guess. */
  readonly before?: FeedFormat | undefined;
  /** For a GENERIC feed; for a detected one, last time's. */
  readonly mapping?: FeedMapping | undefined;
  /** A person reviews the result. */
  readonly anyProposal?: boolean;
  readonly maxItemBytes?: number;
  /** Stores a feed that sends everything once, now or before. @returns the bytes to read */
  readonly keep?: ((bytes: AsyncIterable<Buffer>, charset: string) => AsyncIterable<Buffer>) | undefined;
}

export interface OpenFeed {
  readonly format: FeedFormat;
  /** `undefined`: the format was given. */
  readonly detection: Detection | undefined;
  readonly mapping: FeedMapping | undefined;
  readonly itemPaths: readonly string[];
  /** What the document contains if nothing confirms the format. */
  readonly contents: string | undefined;
  readonly encoding: FeedEncoding;
  readonly root: XmlElement;
  readonly header: Surroundings;
  /** By chunk, as they arrive. Read once. */
  readonly items: AsyncIterable<readonly SplitItem[]>;
  /** What surrounds the latest item; first, the header. */
  surroundings(): Surroundings;
  /**
   * Call after the last item.
   *
   * @throws what cut the bytes short (lost connection, limit)
   */
  end(): SplitEnd;
}

const detectionHead = 64 * 1024;
const maxHead = 3 * 1024 * 1024;

/**
 * Reads the beginning of a feed and detects its format.
 *
 * @throws {EstioError} `empty`, `not-a-feed` (error page, JSON, fault), `needs-mapping`
 */
export async function openFeed(body: AsyncIterable<Buffer>, options: ReadOptions): Promise<OpenFeed> {
  const raw = new Beginning(body);
  await raw.fill(detectionHead);
  const encoding = detectEncoding(raw.bytes, options.charset, options.encoding);
  const asBytes = isCutAsBytes(encoding.encoding) || encoding.encoding === 'utf-8';
  const decoded = asBytes ? raw : new Beginning(transcode(raw.rest(), encoding.encoding));
  await decoded.fill(detectionHead);
  decoded.skipByteOrderMark();
  const { format, detection, root, refusal } = await chooseFormat(decoded, encoding, options).catch(
    (error: unknown) => {
      throw decoded.failure?.error ?? error;
    },
  );
  const isKept = options.keep !== undefined && (format.sentOnce || options.before?.sentOnce);
  const bytes = isKept
    ? options.keep(decoded.rest(), asBytes && !encoding.claimsUtf8 ? encoding.encoding : 'utf-8')
    : decoded.rest();
  if (refusal) {
    // It will not be sent again: keep it for review.
    if (isKept) for await (const _ of bytes);
    throw decoded.failure?.error ?? refusal;
  }
  const mapping = format === generic ? (detection?.mapping ?? options.mapping) : undefined;
  const itemPaths = typeof format.itemPaths === 'function' ? format.itemPaths(mapping) : format.itemPaths;
  const isStrange = detection === undefined && root.children.length > 0 && format.detect(root, []) === 0;
  const split = {
    itemPaths,
    anyCase: format.anyCase ?? false,
    ...(options.maxItemBytes ? { maxItemBytes: options.maxItemBytes } : {}),
  };
  const probe = new ItemSplitter(split);
  const [first] = probe.push(decoded.bytes);
  const splitter = new ItemSplitter(split);
  const header = first?.surroundings ?? probe.surroundings;
  let latest = header;
  let failure: { readonly error: unknown } | undefined;
  return {
    format,
    detection,
    mapping,
    itemPaths,
    contents: isStrange
      ? `none at ${itemPaths.join(' or ')}, its root is <${root.name}>${contentsOf(root)}`
      : undefined,
    encoding,
    root,
    header,
    items: itemsOf(
      format.arrange?.(bytes) ?? bytes,
      splitter,
      (surroundings) => (latest = surroundings),
      (error) => (failure = { error }),
    ),
    surroundings: () => latest,
    end() {
      if (failure) throw failure.error;
      return splitter.end();
    },
  };
}

async function* itemsOf(
  chunks: AsyncIterable<Buffer>,
  splitter: ItemSplitter,
  passed: (surroundings: Surroundings) => void,
  failed: (error: unknown) => void,
): AsyncGenerator<readonly SplitItem[]> {
  try {
    for await (const chunk of chunks) {
      const items = splitter.push(chunk);
      const last = items.at(-1);
      if (!last) continue;
      passed(last.surroundings);
      yield items;
    }
  } catch (error) {
    failed(error);
  }
}

interface Choice {
  readonly format: FeedFormat;
  readonly detection?: Detection;
  readonly root: XmlElement;
  readonly refusal?: EstioError;
}

async function chooseFormat(feed: Beginning, encoding: FeedEncoding, options: ReadOptions): Promise<Choice> {
  if (/^\s*$/.test(feed.bytes.toString('latin1', 0, 4096)) && feed.isWhole) {
    throw new EstioError('Expected a feed, received an empty answer', { code: 'empty', retryable: true });
  }
  for (;;) {
    const root = parseBeginning(feed.bytes, encoding);
    if (root === undefined || isNoFeed(root.name)) throw notAFeed(feed.bytes);
    if (options.format) return { format: options.format, root };
    if (options.mapping) return { format: generic, root };
    const cut = !feed.isWhole || endsEarly(feed.bytes);
    if (options.before && remainsIn(options.before, root, cut)) return { format: options.before, root };
    try {
      const detection = await whenLoaded(() => detectFormat(root, cut, { anyProposal: options.anyProposal }));
      // The first listings may all be of one kind; a proposal needs more.
      const seenEnough = detection.mapping === undefined || feed.isWhole || feed.bytes.length >= maxHead;
      if (seenEnough) return { format: detection.format, detection, root };
      await feed.fill(maxHead);
      continue;
    } catch (error) {
      if (feed.isWhole || feed.bytes.length >= maxHead) {
        if (options.before && !(await whenLoaded(() => proposeMapping(root)))) return { format: options.before, root };
        if (options.before) return { format: options.before, root, refusal: formatChanged(options.before, root) };
        throw error;
      }
    }
    await feed.fill(feed.bytes.length * 2);
  }
}

/** The listings of a known format now come in an unknown one. */
function formatChanged(before: FeedFormat, root: XmlElement): EstioError {
  return new EstioError(
    `The feed was ${before.name} and is now in no format that is known: its root is <${root.name}>` +
      `${contentsOf(root)}. Nothing was changed. If that is meant, look at it with ` +
      '`node adapter --feed-preview <feed id>`, and approve a mapping with `--save <feed id>` behind it',
    { code: 'format-changed' },
  );
}

/** A cut document's last item may be incomplete. */
function endsEarly(bytes: Buffer): boolean {
  const splitter = new ItemSplitter({ itemPaths: [] });
  splitter.push(bytes);
  return !splitter.end().complete;
}

/** Roots of what servers send instead of a feed. */
const notFeeds = new RegExp(
  '^(html|head|body|br|b|envelope|fault|error|errors|exception|parsererror|opensearchdescription|' +
    'urlset|sitemapindex)$',
  'i',
);

/** Whether the root means an error page, fault or login page, not an empty feed. */
export function isNoFeed(root: string | undefined): boolean {
  return root === undefined || notFeeds.test(root);
}

function notAFeed(bytes: Buffer): EstioError {
  // Arbitrary content must not control a terminal.
  const start = withoutControls(stripVTControlCharacters(bytes.toString('utf8', 0, 800)))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  return new EstioError(`Expected an XML feed, the answer begins: ${start}`, { code: 'not-a-feed', retryable: true });
}
