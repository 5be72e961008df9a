/** A format is pure: no clock, database or network. It never throws: unreadable values become warnings. */

import type { XmlElement } from '../xml/xml-element.ts';

/** In a `snapshot`, absence means removal; a `delta` lists only changes. */
export type FeedMode = 'snapshot' | 'delta';

export type Goal = 'SALE' | 'RENT';
export type ListingStatus = 'ACTIVE' | 'RESERVED' | 'SOLD' | 'RENTED' | 'WITHDRAWN';
export type RentalPeriod = 'day' | 'week' | 'month' | 'year' | 'season';

export interface ListingImage {
  /** Absolute http(s) URL. */
  readonly url: string;
  /** 0 is the main image. */
  readonly sortOrder: number;
  readonly caption?: string;
}

export interface ImagePlace {
  readonly key: string;
  /** Absolute http(s) URL; `null` empties the place. */
  readonly url: string | null;
  readonly caption?: string;
}

/** `undefined`: a delta keeps the stored value, a snapshot clears what it set earlier. `null`: clears the value. */
export interface ListingValues {
  reference?: string | null;
  title?: string | null;
  /** In the best available language. */
  description?: string | null;
  /** By ISO 639-1 code; sanitised HTML or plain text. */
  descriptions?: Record<string, string> | null;
  /** In whole units of `currency`; `null` if on request. */
  price?: number | null;
  /** ISO 4217. */
  currency?: string | null;
  priceOnRequest?: boolean | null;
  /** A lower bound ("from 250.000"). */
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
  addressHidden?: boolean | null;
  features?: string[] | null;
  images?: ListingImage[] | null;
  energyRating?: string | null;
  externalUrl?: string | null;
  /** Absent for unknown words: the stored status stays. */
  status?: ListingStatus | null;
}

export interface FeedWarning {
  readonly code: string;
  /** One sentence: expected, got. */
  readonly message: string;
  readonly field?: string;
  /** At most 100 characters. */
  readonly value?: string;
}

export interface KeptSource {
  readonly whole: XmlElement;
  readonly withoutAddress: XmlElement;
}

export type ItemAction = 'upsert' | 'remove';

/** Best first; `hash` is over stable fields. */
export type IdSource = 'id' | 'reference' | 'url' | 'hash';

export interface MappedItem {
  /** Unique within the feed, letter case kept. `undefined`: refused. */
  readonly id: string | undefined;
  readonly idSource: IdSource;
  /** The id if the item had none: an earlier run may have stored it. */
  readonly standIn?: string;
  readonly action: ItemAction;
  /** Rejects replays, decides between duplicates. */
  readonly modifiedAt?: Date;
  readonly values: ListingValues;
  /** Places that a delta mentions; others stay. Absent: `values.images` is the whole list. */
  readonly imagePlaces?: readonly ImagePlace[];
  readonly currencyIsUsual?: boolean;
  readonly source?: KeptSource;
  readonly warnings: readonly FeedWarning[];
}

/** See `formats/generic.ts`. */
export interface FeedMapping {
  /** `feed/properties/property`; `*` is any name, `//ad` any depth; `|` separates several. */
  readonly itemPath: string;
  /** By field of `ListingValues`, `id`, `modifiedAt`, `action`: path, list of fallbacks, or rule. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface FeedContext {
  readonly defaultCurrency?: string;
  /** ISO 3166-1 alpha-2. Decides currency, number style, swapped coordinates. */
  readonly country?: string;
  /** ISO 3166-1 alpha-2, if no other country is known. */
  readonly locationCountry?: string;
  /** ISO 639-1, the location's first. */
  readonly languages: readonly string[];
  readonly baseUrl?: string;
  readonly enclosed?: (path: string) => string | null | undefined;
  /** IANA name, for dates without a zone. */
  readonly timeZone: string;
  readonly mapping?: FeedMapping;
  readonly now?: Date;
  /**
   * Elements around the item, root first, with attributes and earlier children that are no items, such as OpenImmo's
   * `uebertragung`.
   */
  readonly surroundings: readonly XmlElement[];
}

export interface FeedPages {
  readonly current: number;
  readonly last: number;
  readonly next?: string;
}

export interface FeedFormat {
  /** As stored on the feed: `KYERO`. */
  readonly name: string;
  /** Raise it when items would be read differently: all are then read again. */
  readonly version: number;
  /** Local names from the root: `root/property`; `*` is any name, `//ad` any depth (outermost). */
  readonly itemPaths: readonly string[] | ((mapping: FeedMapping | undefined) => readonly string[]);
  readonly anyCase?: boolean;
  readonly sentOnce?: boolean;
  /** Elements that combine into fields; stored, so that a delta may repeat only some of their children. */
  readonly keeps?: readonly string[];
  /** Kept elements that reveal a hidden address. */
  readonly keepsOfAddress?: readonly string[];
  /** May read the header (OpenImmo's `umfang`). */
  mode(context: FeedContext): FeedMode;
  /** Confidence, 0 to 1. */
  detect(root: XmlElement, items: readonly XmlElement[]): number;
  /** A small delta read as a full list would withdraw all other listings. */
  remains?(root: XmlElement, items: readonly XmlElement[]): boolean;
  /** Surroundings that change an item's meaning (the provider). Hashed: leave out what differs in each run. */
  scope?(context: FeedContext): string;
  /** Names that say when an offer ends: an item with one is read again each day. */
  endNames?(mapping: FeedMapping | undefined): readonly string[];
  /** Moves the provider's id before the items. */
  arrange?(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  pages?(context: FeedContext): FeedPages | undefined;
  map(item: XmlElement, context: FeedContext): readonly MappedItem[];
}
