import type { StoredListing } from '../../models/feed-listings.ts';
import { coerceError } from '../../platform/errors.ts';
import { inUsualCountry, withKept, withKnownCurrency } from './complete-item.ts';
import { isDoubleEncoded, repairDoubleEncoding, type FeedEncoding } from '../xml/encoding.ts';
import type {
  FeedContext,
  FeedFormat,
  FeedMode,
  FeedWarning,
  ListingValues,
  MappedItem,
} from '../formats/feed-format.ts';
import type { EnclosedPictures } from '../fetch/enclosed-pictures.ts';
import type { FeedReport } from '../feed-report.ts';
import { sourceOf, unpackSource } from './kept-source.ts';
import { withTimeLimit } from './time-limit.ts';
import { itemHash, listingHash } from './listing-hash.ts';
import { differsInAll, isByReference, toItem, toRow } from '../plan/facts.ts';
import { parseBeginning, parseSurroundings } from '../xml/parse-beginning.ts';
import { parseItem } from '../xml/parse-item.ts';
import type { Candidate } from './candidate.ts';
import type { SplitItem } from '../xml/split-items.ts';
import type { Surroundings } from '../xml/surroundings.ts';
import { cleanId } from '../values/ids.ts';
import { LibraryNeeded } from '../../platform/libraries.ts';
import type { XmlElement } from '../xml/xml-element.ts';

/** If all differ, the id now belongs to another listing. */
const namingFields = ['reference', 'city', 'type'] as const;

/** More are a mistake in the feed: refused, not cut. */
const maxImages = 500;

export interface ItemReading {
  readonly format: FeedFormat;
  readonly encoding: FeedEncoding;
  readonly mode: FeedMode;
  readonly context: Omit<FeedContext, 'surroundings'>;
  readonly readingVersion: string;
  readonly ignoredUrlKeys: readonly string[];
  readonly repairEncoding: boolean;
  readonly enclosed?: EnclosedPictures;
  /** By reference, if there is one. */
  readonly idFrom?: 'reference' | undefined;
}

export interface RefusedItem {
  readonly id: string;
  readonly reference?: string;
  /** The reference stands in for a missing id. */
  readonly hasLostId?: boolean;
}

export interface ReadItem {
  readonly candidates: readonly Candidate[];
  /** They count as present. */
  readonly refused: readonly RefusedItem[];
  readonly anonymous: boolean;
  readonly empty?: boolean;
}

export class CandidateReader {
  readonly #reading: ItemReading;
  readonly #report: FeedReport;
  readonly #contexts = new WeakMap<Surroundings, FeedContext>();
  readonly #endNames: readonly string[];
  #repaired = false;
  #doubleEncoded = false;

  constructor(reading: ItemReading, report: FeedReport) {
    this.#reading = reading;
    this.#report = report;
    this.#endNames = reading.format.endNames?.(reading.context.mapping) ?? [];
  }

  hash(item: SplitItem): string {
    const { format, readingVersion, enclosed } = this.#reading;
    const version = `${readingVersion}${enclosed?.stampOf(item.bytes) ?? ''}${this.#dayOf(item.bytes)}`;
    return itemHash(
      item.bytes,
      format.scope ? `${version}\n${format.scope(this.context(item.surroundings))}` : version,
    );
  }

  /** An offer that ends by its own date is read again each day. */
  #dayOf(bytes: Buffer): string {
    const ends = this.#endNames.some((name) => bytes.includes(name));
    return ends ? `\n${this.#reading.context.now?.toISOString().slice(0, 10)}` : '';
  }

  context(surroundings: Surroundings): FeedContext {
    let context = this.#contexts.get(surroundings);
    if (!context) {
      context = { ...this.#reading.context, surroundings: parseSurroundings(surroundings, this.#reading.encoding) };
      this.#contexts.set(surroundings, context);
    }
    return context;
  }

  read(item: SplitItem, bytesHash: string): ReadItem {
    try {
      if (item.problem) throw new Error(problemWords[item.problem]);
      return withTimeLimit(item.bytes.length, () => this.#parse(item, bytesHash));
    } catch (error) {
      if (error instanceof LibraryNeeded) throw error;
      return this.#refuse(item, error);
    }
  }

  #parse(item: SplitItem, bytesHash: string): ReadItem {
    const { element, warnings, repaired } = parseItem(item.bytes, this.#reading.encoding);
    if (repaired) this.#noteRepair();
    if (isEmpty(element)) return { candidates: [], refused: [], anonymous: false, empty: true };
    return this.#toCandidates(item, bytesHash, element, warnings);
  }

  #toCandidates(item: SplitItem, bytesHash: string, element: XmlElement, warnings: readonly FeedWarning[]): ReadItem {
    const candidates: Candidate[] = [];
    const refused: RefusedItem[] = [];
    let anonymous = false;
    const { format, idFrom, mode } = this.#reading;
    const context = this.context(item.surroundings);
    const source = sourceOf(element, format);
    for (const [place, said] of format.map(element, context).entries()) {
      const placed = mode === 'snapshot' ? inUsualCountry(said, context) : said;
      const mapped = { ...named(placed, idFrom), ...(source ? { source } : {}) };
      const reference = mapped.id ?? mapped.values.reference ?? undefined;
      for (const warning of warnings) this.#report.warn(warning, reference);
      const refusal = refusalOf(mapped);
      if (mode === 'snapshot' || refusal) for (const warning of mapped.warnings) this.#report.warn(warning, reference);
      if (refusal) {
        this.#report.count('refused');
        this.#report.problem({ ...refusal, reference, offset: item.offset });
        if (mapped.id === undefined) anonymous = true;
        else refused.push(refusedItem(mapped.id, mapped));
        continue;
      }
      const sent = mode === 'delta' ? { sent: { element, format, context, place } } : {};
      candidates.push({
        id: mapped.id as string,
        itemHash: bytesHash,
        offset: item.offset,
        ...sent,
        ...this.#hashed(this.#withRepairedTexts(mapped, reference)),
      });
    }
    return { candidates, refused, anonymous };
  }

  complete(candidate: Candidate, listing: StoredListing | undefined): Candidate {
    const { sent, mapped, id } = candidate;
    if (sent && !listing) return { ...candidate, ...this.#hashed(inUsualCountry(mapped, this.#reading.context)) };
    if (!sent || !listing || differsInAll(namingFields, toItem(candidate, 0), toRow(listing))) return candidate;
    const known = listing.feedValues?.['currency'] ?? listing.currency;
    const whole =
      listing.feedSource === undefined
        ? mapped
        : this.#withRepairedTexts(withKept(mapped, sent, unpackSource(listing.feedSource)), id);
    return { ...candidate, ...this.#hashed(withKnownCurrency(whole, known as string | undefined)) };
  }

  #hashed(mapped: MappedItem): Pick<Candidate, 'mapped' | 'listingHash'> {
    return {
      mapped,
      listingHash: listingHash(mapped.values, this.#reading.mode, this.#reading.ignoredUrlKeys, mapped.imagePlaces),
    };
  }

  #refuse(item: SplitItem, thrown: unknown): ReadItem {
    const error = coerceError(thrown);
    const { format, encoding, idFrom } = this.#reading;
    const refused = whoseBroken(item, format, encoding, this.context(item.surroundings), idFrom);
    this.#report.count('refused');
    this.#report.problem({
      code: item.problem ?? error.code,
      message: error.message,
      reference: refused[0]?.id,
      offset: item.offset,
    });
    return { candidates: [], refused, anonymous: refused.length === 0 || holdsAnother(item.bytes) };
  }

  #noteRepair(): void {
    if (this.#repaired) return;
    this.#repaired = true;
    this.#report.problem({
      code: 'wrong-encoding',
      message:
        'The feed is not in the encoding it names: texts that are not UTF-8 were read as ' +
        `${this.#reading.encoding.encoding}`,
    });
  }

  #withRepairedTexts(mapped: MappedItem, reference: string | undefined): MappedItem {
    const { values } = mapped;
    if (this.#reading.repairEncoding) return { ...mapped, values: repairTexts(values) as ListingValues };
    if (
      !this.#doubleEncoded &&
      isDoubleEncoded(`${values.title ?? ''} ${values.description ?? ''} ${values.city ?? ''}`)
    ) {
      this.#doubleEncoded = true;
      this.#report.problem({
        code: 'double-encoded',
        message:
          'Texts look like UTF-8 encoded twice (Ã¼ for ü): they were kept; set repairEncoding on the feed to ' +
          'repair them',
        reference,
      });
    }
    return mapped;
  }
}

export function whoseBroken(
  item: SplitItem,
  format: FeedFormat,
  encoding: FeedEncoding,
  context: FeedContext,
  idFrom?: ItemReading['idFrom'],
): RefusedItem[] {
  try {
    const beginning = parseBeginning(item.bytes.subarray(0, 64 * 1024), encoding);
    const mapped = (beginning ? format.map(beginning, context) : []).map((one) => named(one, idFrom));
    // Where references are the ids, a row number identifies nothing.
    return mapped.flatMap((one) =>
      one.id === undefined || one.idSource === 'hash' || (idFrom === 'reference' && one.idSource !== 'reference')
        ? []
        : refusedItem(one.id, one),
    );
  } catch (error) {
    if (error instanceof LibraryNeeded) throw error;
    return [];
  }
}

function refusedItem(id: string, mapped: MappedItem): RefusedItem {
  const { reference } = mapped.values;
  return reference ? { id, reference, hasLostId: isByReference({ id, mapped }) } : { id };
}

function isEmpty({ attributes, children, text }: XmlElement): boolean {
  return children.length === 0 && text === '' && Object.keys(attributes).length === 0;
}

/** An element of the same name inside may be the next item. */
function holdsAnother(bytes: Buffer): boolean {
  const written = bytes.toString('latin1');
  const name = /^<([^\s/>]+)/.exec(written)?.[1];
  const again = name === undefined ? -1 : written.indexOf(`<${name}`, 1);
  return again > 0 && /[\s/>]/.test(written[again + (name as string).length + 1] ?? '');
}

function named(mapped: MappedItem, idFrom: ItemReading['idFrom']): MappedItem {
  const reference = idFrom === 'reference' ? cleanId(mapped.values.reference ?? '') : '';
  return reference === '' ? mapped : { ...mapped, id: reference, idSource: 'reference' };
}

const problemWords = {
  'too-large': 'The item is larger than 2 MB',
  unclosed: 'The item is not closed',
} as const;

function refusalOf(mapped: MappedItem): { code: string; message: string } | undefined {
  if (mapped.id === undefined)
    return {
      code: 'no-id',
      message: 'The item was refused: it has no id, no reference and too little else to identify it',
    };
  const images = mapped.values.images?.length ?? 0;
  if (images > maxImages)
    return {
      code: 'too-many-images',
      message: `The item was refused: it has ${images} images, at most ${maxImages} are allowed`,
    };
  return undefined;
}

function repairTexts(value: unknown): unknown {
  if (typeof value === 'string') return repairDoubleEncoding(value);
  if (Array.isArray(value)) return value.map(repairTexts);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, repairTexts(inner)]));
}
