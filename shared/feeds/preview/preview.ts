import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { coerceError, EstioError } from '../../platform/errors.ts';
import { isCutAsBytes, isDoubleEncoded } from '../xml/encoding.ts';
import { looksLikeAnother, whyNoItems, type Detection } from '../formats/detect.ts';
import { EnclosedPictures, type PictureStore } from '../fetch/enclosed-pictures.ts';
import { download, type DownloadOptions } from '../fetch/download.ts';
import type {
  FeedContext,
  FeedFormat,
  FeedMapping,
  FeedMode,
  FeedWarning,
  MappedItem,
} from '../formats/feed-format.ts';
import { folderDownload, isFolderUrl } from '../fetch/folder-download.ts';
import { maskUrl } from '../../platform/mask-url.ts';
import { pageRequest, type FeedLogin } from '../fetch/page-request.ts';
import { formatNamed } from '../formats/all-formats.ts';
import { generic } from '../formats/generic.ts';
import { checkMapping, MappingError } from '../formats/mapping.ts';
import { loadLibraries } from '../../platform/libraries.ts';
import { parseSurroundings } from '../xml/parse-beginning.ts';
import { parseItem } from '../xml/parse-item.ts';
import { ElementCounts } from './element-counts.ts';
import { idleFields } from './idle-fields.ts';
import { LineNumbers } from './line-numbers.ts';
import { saysChanges } from './says-changes.ts';
import { recordReads } from './record-reads.ts';
import { leftOutGroups } from '../proposal/find-items.ts';
import { takeInventory } from '../proposal/inventory.ts';
import { inUsualCountry } from '../read/complete-item.ts';
import { whoseBroken } from '../read/read-item.ts';
import { openFeed, type OpenFeed } from '../read/open-feed.ts';
import { SeenIds } from '../store/seen-ids.ts';
import type { SplitEnd, SplitItem } from '../xml/split-items.ts';
import { unpack } from '../fetch/unpack.ts';
import type { XmlElement } from '../xml/xml-element.ts';

export interface PreviewOptions extends Pick<
  DownloadOptions,
  'maxBytes' | 'timeoutMs' | 'idleTimeoutMs' | 'now' | 'allowPrivate' | 'signal'
> {
  /** AUTO or none: detect it. */
  readonly format?: string | undefined;
  /** Implies GENERIC. */
  readonly mapping?: unknown;
  /** Listings to show; all are read. */
  readonly show?: number;
  readonly defaultCurrency?: string | undefined;
  readonly country?: string | undefined;
  readonly languages?: readonly string[];
  readonly timeZone?: string;
  readonly login?: FeedLogin;
  readonly folders?: readonly string[];
  /** FEED_IMAGES_URL */
  readonly imagesUrl?: string | undefined;
}

interface PreviewSettings extends PreviewOptions {
  readonly enclosed: EnclosedPictures;
}

export interface PreviewListing extends MappedItem {
  readonly offset: number;
  /** `undefined` for a decoded feed. */
  readonly line: number | undefined;
}

export interface PreviewProblem extends FeedWarning {
  readonly offset: number;
  readonly line: number | undefined;
  /** Id or reference, if readable. */
  readonly reference: string | undefined;
}

interface UnreadPlace {
  readonly path: string;
  /** Previewed items with a value. */
  readonly items: number;
  readonly samples: readonly string[];
}

export interface FeedPreview {
  readonly source: string;
  readonly format: string;
  readonly detection: Pick<Detection, 'confidence' | 'reason' | 'sureness'> | undefined;
  readonly mapping: FeedMapping | undefined;
  readonly mode: FeedMode;
  readonly encoding: string;
  readonly end: SplitEnd;
  readonly count: number;
  readonly listings: readonly PreviewListing[];
  readonly problems: readonly PreviewProblem[];
  /** Of all problems; `problems` holds at most `maxProblems`. */
  readonly problemCounts: Readonly<Record<string, number>>;
  readonly unread: readonly UnreadPlace[];
  readonly saysChanges: string | undefined;
  readonly doubts: readonly string[];
}

const shown = 5;
const lookedAt = 200;
const maxProblems = 2000;
const maxSamples = 3;

/**
 * Without a database.
 * @throws EstioError of download, unpacking, detection; MappingError for an invalid mapping
 */
export async function previewFeed(source: string, options: PreviewOptions): Promise<FeedPreview> {
  const enclosed = new EnclosedPictures(options.imagesUrl === undefined ? undefined : countedStore(options.imagesUrl));
  const given = { ...options, enclosed };
  if (isFolderUrl(source))
    return folderDownload(
      pageRequest(source, source, options.login ?? {}),
      { ...given, folders: options.folders ?? [], isDelta: newestFirst },
      (answer) =>
        answer.kind === 'body'
          ? readPreview(maskUrl(source), answer.bytes, { charset: undefined, baseUrl: answer.url }, given)
          : Promise.reject(new EstioError('The folder contains no new file', { code: 'gone' })),
    );
  if (!/^https?:\/\//i.test(source)) return readPreview(source, await openFile(source, given), undefined, given);
  return download(pageRequest(source, source, options.login ?? {}), given, async (answer) => {
    if (answer.kind === 'not-modified')
      throw new EstioError('The server answered "not modified" to a first request', { code: 'http-error' });
    return readPreview(maskUrl(source), answer.bytes, { charset: answer.charset, baseUrl: answer.url }, given);
  });
}

const newestFirst = () => Promise.resolve(false);

function countedStore(url: string): PictureStore {
  return { keep: (name) => Promise.resolve(`${url}/preview/${name}`) };
}

async function openFile(path: string, options: PreviewSettings): Promise<AsyncIterable<Buffer>> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile())
    throw new EstioError(`Expected a web address or a file, but there is no file ${path}`, { code: 'usage' });
  return unpack(createReadStream(path), options);
}

async function readPreview(
  source: string,
  bytes: AsyncIterable<Buffer>,
  origin: { charset: string | undefined; baseUrl: string } | undefined,
  options: PreviewSettings,
): Promise<FeedPreview> {
  await loadLibraries();
  const lines = new LineNumbers();
  const counts = new ElementCounts();
  const open = await openFeed(counts.through(lines.through(bytes)), {
    charset: origin?.charset,
    anyProposal: true,
    ...chosenFormat(options),
  });
  const lineAt = isCutAsBytes(open.encoding.encoding)
    ? (offset: number) => lines.at(offset + open.encoding.bomBytes)
    : () => undefined;
  const reading = new PreviewReading(open, origin?.baseUrl, options, { lineAt, countAt: (path) => counts.at(path) });
  for await (const some of open.items) for (const item of some) reading.take(item);
  return reading.result(source);
}

function chosenFormat({ format, mapping }: PreviewOptions): { format?: FeedFormat; mapping?: FeedMapping } {
  if (mapping !== undefined) {
    const checked = checkMapping(mapping);
    if ('problems' in checked) throw new MappingError(checked.problems);
    return { format: generic, mapping: checked.mapping };
  }
  if (format === undefined || format.toUpperCase() === 'AUTO') return {};
  const named = formatNamed(format);
  if (named === generic)
    throw new EstioError('GENERIC needs a mapping; without --format one is proposed', { code: 'usage' });
  return { format: named };
}

class PreviewReading {
  readonly #open: OpenFeed;
  readonly #context: Omit<FeedContext, 'surroundings'>;
  readonly #lineAt: (offset: number) => number | undefined;
  readonly #countAt: (path: string) => number;
  readonly #show: number;
  readonly #listings: PreviewListing[] = [];
  readonly #problems: PreviewProblem[] = [];
  readonly #problemCounts: Record<string, number> = {};
  readonly #lookedAt: XmlElement[] = [];
  readonly #read = new Set<string>();
  readonly #seen = new SeenIds();
  readonly #enclosed: EnclosedPictures;
  #count = 0;

  constructor(
    open: OpenFeed,
    baseUrl: string | undefined,
    options: PreviewSettings,
    places: {
      readonly lineAt: (offset: number) => number | undefined;
      readonly countAt: (path: string) => number;
    },
  ) {
    this.#open = open;
    this.#lineAt = places.lineAt;
    this.#countAt = places.countAt;
    this.#show = options.show ?? shown;
    this.#enclosed = options.enclosed;
    this.#context = {
      languages: options.languages ?? ['en'],
      timeZone: options.timeZone ?? 'UTC',
      now: options.now(),
      enclosed: (path) => this.#enclosed.addressOf(path),
      ...(options.defaultCurrency === undefined ? {} : { defaultCurrency: options.defaultCurrency }),
      ...(options.country === undefined ? {} : { country: options.country }),
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...(open.mapping === undefined ? {} : { mapping: open.mapping }),
    };
  }

  take(item: SplitItem): void {
    if (item.problem !== undefined) {
      const message =
        item.problem === 'too-large'
          ? 'The item is too large: it is skipped'
          : 'The item is never closed: it is skipped';
      this.#problem(item, this.#nameOfBroken(item), { code: item.problem, message });
      return;
    }
    try {
      const { element, warnings, repaired } = parseItem(item.bytes, this.#open.encoding);
      if (this.#lookedAt.length < lookedAt) this.#lookedAt.push(element);
      const mapped = this.#open.format.map(recordReads(element, this.#read), this.#contextOf(item.surroundings));
      for (const warning of warnings) this.#problem(item, mapped[0]?.id, warning);
      if (repaired)
        this.#problem(item, mapped[0]?.id, {
          code: 'wrong-encoding',
          message: `The feed is not in the encoding it names: it was read as ${this.#open.encoding.encoding}`,
        });
      for (const listing of mapped) this.#listing(item, inUsualCountry(listing, this.#context));
    } catch (thrown) {
      const error = coerceError(thrown);
      this.#problem(item, this.#nameOfBroken(item), { code: error.code, message: error.message });
    }
  }

  #nameOfBroken(item: SplitItem): string | undefined {
    const { format, encoding } = this.#open;
    return whoseBroken(item, format, encoding, this.#contextOf(item.surroundings))[0]?.id;
  }

  #contextOf(surroundings: SplitItem['surroundings']): FeedContext {
    return { ...this.#context, surroundings: parseSurroundings(surroundings, this.#open.encoding) };
  }

  result(source: string): FeedPreview {
    const { format, detection, mapping, encoding, root, itemPaths } = this.#open;
    const changes = mapping === undefined ? undefined : saysChanges(root, itemPaths);
    return {
      source,
      format: format.name,
      detection:
        detection === undefined
          ? undefined
          : {
              confidence: detection.confidence,
              reason: detection.reason,
              ...(detection.sureness ? { sureness: detection.sureness } : {}),
            },
      mapping,
      mode: format.mode(this.#contextOf(this.#open.header)),
      encoding: isCutAsBytes(encoding.encoding) ? `utf-8, else ${encoding.encoding}` : encoding.encoding,
      end: this.#open.end(),
      count: this.#count,
      listings: this.#listings,
      problems: this.#problems,
      problemCounts: this.#problemCounts,
      unread: this.#unread(),
      saysChanges: changes,
      doubts: this.#doubts(changes),
    };
  }

  #doubts(changes: string | undefined): string[] {
    const { format, itemPaths, detection, root, mapping } = this.#open;
    const { lost } = this.#enclosed;
    const doubts = [
      ...(changes === undefined
        ? []
        : [
            `The feed says that it lists only changes (${changes}). Read as a full list, it would withdraw ` +
              'all other listings',
          ]),
      ...this.#leftOut(),
      ...(lost > 0
        ? [`${lost} enclosed pictures would be lost: set FEED_IMAGES_URL, or imageBaseUrl on the feed`]
        : []),
      ...(detection?.doubts ?? []),
      ...(mapping === undefined || this.#lookedAt.length === 0 ? [] : idleFields(mapping, this.#lookedAt)),
    ];
    if (this.#open.end().items > 0) return doubts;
    return [
      ...doubts,
      `${whyNoItems(root, itemPaths)}${detection === undefined ? looksLikeAnother(root, format) : ''}`,
    ];
  }

  /** `3 of 13 listings: 10 under rentals/ad are not read` */
  #leftOut(): string[] {
    const { root, itemPaths } = this.#open;
    const read = this.#open.end().items;
    if (read === 0) return [];
    const groups = leftOutGroups(root, itemPaths)
      .map((path) => ({ path, count: this.#countAt(path) }))
      .filter(({ count }) => count > 0);
    if (groups.length === 0) return [];
    const all = groups.reduce((sum, { count }) => sum + count, read);
    const each = groups.map(({ path, count }) => `${count} under ${path}`).join(', ');
    return [`${read} of ${all} listings: ${each} are not read`];
  }

  #listing(item: SplitItem, listing: MappedItem): void {
    this.#count += 1;
    const reference = listing.id ?? listing.values.reference ?? undefined;
    if (this.#listings.length < this.#show)
      this.#listings.push({ ...listing, offset: item.offset, line: this.#lineAt(item.offset) });
    const before = listing.id === undefined ? undefined : this.#seen.add(listing.id, item.offset);
    if (before !== undefined && before !== item.offset)
      this.#problem(item, reference, {
        code: 'duplicate-id',
        message:
          `Two items have this id, at bytes ${before} and ${item.offset}: if they differ, the later date ` +
          'counts, else the first',
        field: 'id',
      });
    if (listing.id === undefined)
      this.#problem(item, reference, {
        code: 'no-id',
        message: 'The item was refused: it has no id, reference or web address, and too little else to identify it',
        field: 'id',
      });
    const twice = [listing.values.title, ...Object.values(listing.values.descriptions ?? {})].find(
      (text) => text && isDoubleEncoded(text),
    );
    if (twice)
      this.#problem(item, reference, {
        code: 'double-encoding',
        message: 'Texts look like UTF-8 that was encoded twice: set repairEncoding on the feed',
        value: twice.slice(0, 80),
      });
    for (const warning of listing.warnings) this.#problem(item, reference, warning);
  }

  #problem(item: SplitItem, reference: string | undefined, warning: FeedWarning): void {
    this.#problemCounts[warning.code] = (this.#problemCounts[warning.code] ?? 0) + 1;
    if (this.#problems.length < maxProblems)
      this.#problems.push({ ...warning, offset: item.offset, line: this.#lineAt(item.offset), reference });
  }

  /** Values that the format ignored. */
  #unread(): UnreadPlace[] {
    const mapped = JSON.stringify(this.#open.mapping?.fields ?? {});
    const passedOver = (path: string): boolean =>
      path.includes('[')
        ? mapped.includes(path.slice(0, path.indexOf('=') + 1)) && !mapped.includes(path)
        : !this.#read.has(path);
    return [...takeInventory(this.#lookedAt).places.values()]
      .filter(({ path, items }) => items > 0 && passedOver(path))
      .map(({ path, items, samples }) => ({ path, items, samples: samples.slice(0, maxSamples) }))
      .toSorted((a, b) => b.items - a.items);
  }
}
