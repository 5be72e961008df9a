import {
  criteria,
  readListing,
  readRequirements,
  type Criterion,
  type Listing,
} from '../../shared/matching/criteria.ts';
import { placeReader } from '../../shared/matching/places/read-places.ts';
import { matchListing, type Match } from '../../shared/matching/match-listing.ts';
import type { Requirements } from '../../shared/models/contact.ts';

interface NoMatch {
  readonly matches: false;
  /** Also empty without requirements. */
  readonly failed: readonly Criterion[];
}

export function matchRequirements(
  listing: Listing,
  requirements: Partial<Requirements>,
  currency = 'EUR',
  placeNames?: readonly (readonly string[])[],
): Match | NoMatch {
  const market = { currency, places: placeReader(placeNames) };
  const [offered, asked] = [readListing(listing, market), readRequirements(requirements, market)];
  const match = matchListing(offered, asked);
  if (match) return match;
  return {
    matches: false,
    failed: criteria.filter(([, verdict]) => verdict(offered, asked) === 'failed').map(([name]) => name),
  };
}
