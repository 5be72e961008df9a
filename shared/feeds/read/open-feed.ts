/** Streams: memory does not grow with the feed. */

import { Beginning } from '../xml/beginning.ts';
import { detectEncoding, isCutAsBytes, transcode, type FeedEncoding } from '../xml/encoding.ts';
import { contentsOf, type Detection } from '../formats/detect.ts';
import type { FeedFormat, FeedMapping } from '../formats/feed-format.ts';
import { generic } from '../formats/generic.ts';
import { ItemSplitter, type SplitEnd, type SplitItem, type SplitOptions } from '../xml/split-items.ts';
import type { Surroundings } from '../xml/surroundings.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { chooseFormat, type FormatOptions } from './choose-format.ts';

export interface ReadOptions extends FormatOptions {
  readonly charset?: string | undefined;
  readonly encoding?: string | undefined;
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
  readonly contents: string | undefined;
  readonly encoding: FeedEncoding;
  readonly root: XmlElement;
  readonly header: Surroundings;
  readonly items: AsyncIterable<readonly SplitItem[]>;
  surroundings(): Surroundings;
  /**
   * Call after the last item.
   *
   * @throws what cut the bytes short (lost connection, limit)
   */
  end(): SplitEnd;
}

const detectionHead = 64 * 1024;

/** @throws {EstioError} `empty`, `not-a-feed` (error page, JSON, fault), `needs-mapping` */
export async function openFeed(body: AsyncIterable<Buffer>, options: ReadOptions): Promise<OpenFeed> {
  const { decoded, encoding, charset } = await decode(body, options);
  const { format, detection, root, refusal } = await chooseFormat(decoded, encoding, options).catch(
    (error: unknown) => {
      throw decoded.failure?.error ?? error;
    },
  );
  const bytes = keptBytes(decoded, charset, format, options);
  if (refusal) {
    if (bytes.isKept) for await (const _ of bytes.rest);
    throw decoded.failure?.error ?? refusal;
  }
  const mapping = format === generic ? (detection?.mapping ?? options.mapping) : undefined;
  const itemPaths = typeof format.itemPaths === 'function' ? format.itemPaths(mapping) : format.itemPaths;
  const { maxItemBytes } = options;
  const splitOptions = { itemPaths, anyCase: format.anyCase ?? false, ...(maxItemBytes ? { maxItemBytes } : {}) };
  const header = headerOf(decoded.bytes, splitOptions);
  return {
    format,
    detection,
    mapping,
    itemPaths,
    contents: detection ? undefined : strangeContents(format, root, itemPaths),
    encoding,
    root,
    header,
    ...readItems(format.arrange?.(bytes.rest) ?? bytes.rest, new ItemSplitter(splitOptions), header),
  };
}

interface Decoded {
  readonly decoded: Beginning;
  readonly encoding: FeedEncoding;
  /** Of the decoded bytes: some encodings are read as they are, item by item. */
  readonly charset: string;
}

async function decode(body: AsyncIterable<Buffer>, options: ReadOptions): Promise<Decoded> {
  const raw = new Beginning(body);
  await raw.fill(detectionHead);
  const encoding = detectEncoding(raw.bytes, options.charset, options.encoding);
  const asBytes = isCutAsBytes(encoding.encoding) || encoding.encoding === 'utf-8';
  const decoded = asBytes ? raw : new Beginning(transcode(raw.rest(), encoding.encoding));
  await decoded.fill(detectionHead);
  decoded.skipByteOrderMark();
  return { decoded, encoding, charset: asBytes && !encoding.claimsUtf8 ? encoding.encoding : 'utf-8' };
}

function keptBytes(
  decoded: Beginning,
  charset: string,
  format: FeedFormat,
  { keep, before }: ReadOptions,
): { readonly rest: AsyncIterable<Buffer>; readonly isKept: boolean } {
  if (!keep || !(format.sentOnce || before?.sentOnce)) return { rest: decoded.rest(), isKept: false };
  return { rest: keep(decoded.rest(), charset), isKept: true };
}

function strangeContents(format: FeedFormat, root: XmlElement, itemPaths: readonly string[]): string | undefined {
  if (root.children.length === 0 || format.detect(root, []) > 0) return undefined;
  return `none at ${itemPaths.join(' or ')}, its root is <${root.name}>${contentsOf(root)}`;
}

function headerOf(beginning: Buffer, options: SplitOptions): Surroundings {
  const probe = new ItemSplitter(options);
  const [first] = probe.push(beginning);
  return first?.surroundings ?? probe.surroundings;
}

function readItems(
  chunks: AsyncIterable<Buffer>,
  splitter: ItemSplitter,
  header: Surroundings,
): Pick<OpenFeed, 'items' | 'surroundings' | 'end'> {
  let latest = header;
  let failure: { readonly error: unknown } | undefined;
  return {
    items: itemsOf(
      chunks,
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
