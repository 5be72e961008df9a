import { cutText } from '../events/cut-text.ts';
import type { PropertyDoc } from '../models/property.ts';
import { storedId, storedText } from '../models/stored-value.ts';

/** Best first; `leftOut` counts those beyond what is kept. */
export interface MatchesOfListing {
  readonly matches: readonly {
    readonly contactId: string;
    readonly score: number;
    readonly reasons: readonly string[];
  }[];
  readonly leftOut: number;
}

/** Keeps a body under 100 kB, which many receivers require. */
const pageSize = 500;

/** Letters; longer titles are misplaced descriptions. */
const maxTitle = 1000;

export interface ListingPage {
  readonly propertyId: string;
  readonly title: string;
  readonly matches: MatchesOfListing['matches'];
  /** From 1; only where there are several. */
  readonly page?: number;
  readonly pages?: number;
  readonly matchesLeftOut?: number;
}

export function listingPages(
  listing: Pick<PropertyDoc, '_id' | 'title'>,
  found: MatchesOfListing | undefined,
): readonly ListingPage[] {
  const propertyId = storedId(listing._id)?.toHexString();
  if (!propertyId || !found) return [];
  const { matches, leftOut } = found;
  const title = cutText(storedText(listing.title) ?? '', maxTitle);
  const pages = Math.ceil(matches.length / pageSize);
  return Array.from({ length: pages }, (_, index) => ({
    propertyId,
    title,
    matches: matches.slice(index * pageSize, (index + 1) * pageSize),
    ...(pages > 1 ? { page: index + 1, pages } : {}),
    ...(leftOut > 0 && index === pages - 1 ? { matchesLeftOut: leftOut } : {}),
  }));
}

export function keyOfPage(key: string, { page = 1 }: ListingPage): string {
  return page > 1 ? `${key}:page-${page}` : key;
}
