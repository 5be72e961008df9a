/**
 * The contract between the importer and the formats. A format is one pure file under `formats/`: an element in, listing
 * values out. It reads no clock, no database, no network and throws on nothing: what it cannot read becomes a warning.
 */

import type { XmlElement } from '../xml/xml-element.ts';

/** Whether absence from the feed means anything: `snapshot` lists everything there is, `delta` only what changed. */
export type FeedMode = 'snapshot' | 'delta';

export type Goal = 'SALE' | 'RENT';
export type ListingStatus = 'ACTIVE' | 'RESERVED' | 'SOLD' | 'RENTED' | 'WITHDRAWN';
export type RentalPeriod = 'day' | 'week' | 'month' | 'year' | 'season';

export interface ListingImage {
  /** Absolute http(s) URL. */
  readonly url: string;
  /** 0, 1, 2 ...: the main image first. */
  readonly sortOrder: number;
  readonly caption?: string;
}

/** A numbered place for an image, where a feed has them. */
export interface ImagePlace {
  /** Places are in the order of their keys. */
  readonly key: string;
  /** Absolute http(s) URL; `null`: the place is empty. */
  readonly url: string | null;
  readonly caption?: string;
}

/**
 * What a feed item says about a listing, in the words of `Property`.
 * `undefined`: the item does not speak of it (a delta leaves it as it is, a snapshot clears what it had set before);
 * `null`: it says that there is none, which clears it in either mode.
 */
export interface ListingValues {
  reference?: string | null;
  title?: string | null;
  /** The text in the location's language, or the best there is. */
  description?: string | null;
  /** Every text by ISO 639-1 code, sanitised HTML or plain. */
  descriptions?: Record<string, string> | null;
  /** Whole units of `currency`, decimals kept; `null` with `priceOnRequest` when the price is not told. */
  price?: number | null;
  /** ISO 4217. */
  currency?: string | null;
  priceOnRequest?: boolean | null;
  /** The price is a lower bound ("from 250.000"). */
  priceFrom?: boolean | null;
  goal?: Goal | null;
  rentalPeriod?: RentalPeriod | null;
  type?: string | null;
  bedrooms?: number | null;
  bathrooms?: number | null;
  areaSqm?: number | null;
  plotAreaSqm?: number | null;
  address?: string | null;
  city?: string | null;
  district?: string | null;
  province?: string | null;
  /** ISO 3166-1 alpha-2. */
  country?: string | null;
  postalCode?: string | null;
  latitude?: number | null;
  longitude?: number | null;
  /**
   * The listing names itself hidden-address: the importer keeps `address` and the exact point out of the public fields.
   */
  addressHidden?: boolean | null;
  features?: string[] | null;
  images?: ListingImage[] | null;
  energyRating?: string | null;
  externalUrl?: string | null;
  /** Left out when the feed says nothing or an unknown word: the stored status stays. */
  status?: ListingStatus | null;
}

/** Something a person should know about an item; the listing is imported all the same. */
export interface FeedWarning {
  /** Stable, kebab-case: `unknown-status`, `coordinates-swapped`. */
  readonly code: string;
  /** One sentence: what was expected, what came. */
  readonly message: string;
  /** The field of `ListingValues` that it is about. */
  readonly field?: string;
  /** What the feed had, at most 100 characters. */
  readonly value?: string;
}

/** Elements of an item that are kept with its listing, in an element of the item's name. */
export interface KeptSource {
  readonly whole: XmlElement;
  /** For a listing that hides its address. */
  readonly withoutAddress: XmlElement;
}

/** `upsert` creates or changes the listing, `remove` withdraws it at once because the feed says so by name. */
export type ItemAction = 'upsert' | 'remove';

/**
 * Where the id of a listing was found: the feed's own id, else the reference, else the URL, else a hash of stable
 * fields.
 */
export type IdSource = 'id' | 'reference' | 'url' | 'hash';

/** One listing of a feed item. */
export interface MappedItem {
  /**
   * Trimmed text, letter case kept, unique within the feed (scoped by the provider where a feed has several);
   * `undefined`: refused.
   */
  readonly id: string | undefined;
  readonly idSource: IdSource;
  /** The id that would stand in if the item had none of these: it was stored under it when its id was missing. */
  readonly standIn?: string;
  readonly action: ItemAction;
  /** The item's own date of last change, for refusing older replays and choosing between duplicates. */
  readonly modifiedAt?: Date;
  readonly values: ListingValues;
  /**
   * In a delta: the places of images that the item speaks of; others stay as they are. Without it `values.images` are
   * all.
   */
  readonly imagePlaces?: readonly ImagePlace[];
  /** The item has a price and names no currency: the one in `values` is the usual one, if any. */
  readonly currencyIsUsual?: boolean;
  /** What is kept of the item; see `FeedFormat.keeps`. */
  readonly source?: KeptSource;
  readonly warnings: readonly FeedWarning[];
}

/** What an unknown feed needs to be read: see `formats/generic.ts`. */
export interface FeedMapping {
  /**
   * Where the items are: `feed/properties/property`, `*` for any one name, `//ad` for any depth. Several: separated by
   * `|`.
   */
  readonly itemPath: string;
  /**
   * By field of `ListingValues` (and `id`, `modifiedAt`, `action`): a path, a list of fallbacks, or a rule with
   * transforms.
   */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a format may know about the feed beside the item. */
export interface FeedContext {
  /** ISO 4217, from the feed's or the location's settings. */
  readonly defaultCurrency?: string;
  /** ISO 3166-1 alpha-2, only when set on the feed: decides currency, swapped coordinates, number style. */
  readonly country?: string;
  /** ISO 3166-1 alpha-2: where neither listing nor feed name a country it tells points with swapped axes. */
  readonly locationCountry?: string;
  /** ISO 639-1, the location's language first. */
  readonly languages: readonly string[];
  /** Relative URLs resolve against it: the address the feed was finally read from. */
  readonly baseUrl?: string;
  /**
   * The address on the web of a picture that came along with the feed; `null`: it came and is not kept; `undefined`:
   * none of that name came.
   */
  readonly enclosed?: (path: string) => string | null | undefined;
  /** IANA name: dates without a zone are in it. */
  readonly timeZone: string;
  readonly mapping?: FeedMapping;
  /** When the feed is read: for warnings, no value depends on it. */
  readonly now?: Date;
  /**
   * The elements around the item, root first, the item's parent last. Each has its attributes and those of its children
   * that are no items and were read before this item: OpenImmo's `uebertragung` and `anbieter/openimmo_anid`,
   * Kyero's `kyero/feed_version`, Immobiliare's `metadata/multipage`.
   */
  readonly surroundings: readonly XmlElement[];
}

/** Pages of a feed that comes in several files. */
export interface FeedPages {
  readonly current: number;
  readonly last: number;
  /** Address of the next page, absolute or relative to this one. */
  readonly next?: string;
}

export interface FeedFormat {
  /** `KYERO`, `OPENIMMO`, ... as stored on the feed. */
  readonly name: string;
  /** Raised when the same item would be read differently: every listing is then mapped anew. */
  readonly version: number;
  /**
   * Where the items are, from the root, local names: `root/property`, `propertyList/residential`; `*` for any one name;
   * `//ad` for any depth (the outermost one counts). A function when the mapping decides.
   */
  readonly itemPaths: readonly string[] | ((mapping: FeedMapping | undefined) => readonly string[]);
  /** Names are compared without regard to letter case. */
  readonly anyCase?: boolean;
  /** The feed remembers its reader and sends each change once: it is kept until it has been read to its end. */
  readonly sentOnce?: boolean;
  /**
   * Elements of an item of which several make one field, by their paths. They are kept with the listing: when a delta
   * says some of their children anew, fields are read from these and what was said of the others before.
   */
  readonly keeps?: readonly string[];
  /** Those of the kept elements that tell where a listing with a hidden address is. */
  readonly keepsOfAddress?: readonly string[];
  /** The mode when the feed's setting does not name one; may read the header (OpenImmo's `umfang`). */
  mode(context: FeedContext): FeedMode;
  /**
   * How sure the format is that this feed is its own, 0 to 1. `root` has the root's attributes and the children read so
   * far (items included while detecting); `items` are the first items found at `itemPaths`, possibly none.
   */
  detect(root: XmlElement, items: readonly XmlElement[]): number;
  /**
   * Whether a feed that was in this format may still be, though nothing in it is telling enough for `detect`: a delta
   * of one listing says little, and taking it for a full list would withdraw all others.
   */
  remains?(root: XmlElement, items: readonly XmlElement[]): boolean;
  /**
   * What of the surroundings changes the meaning of an item (the provider's id). Part of the item's hash, so it must
   * not hold what differs in every run (dates, transfer numbers).
   */
  scope?(context: FeedContext): string;
  /** The bytes of a feed with that before the items which tells whose they are; most formats have it there. */
  arrange?(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  /** Pages, when the header tells of them. */
  pages?(context: FeedContext): FeedPages | undefined;
  /** The listings of an item: one as a rule, several (sale and rent), or none. */
  map(item: XmlElement, context: FeedContext): readonly MappedItem[];
}
