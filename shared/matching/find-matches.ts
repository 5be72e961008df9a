/** Listings with the same location, goal and place share a search, so that each contact is read once. */

import { createHash } from 'node:crypto';
import type { Types } from 'mongoose';
import { idKey, storedId } from '../models/stored-value.ts';
import type { Search } from './candidate-filter.ts';
import {
  comparablePrice,
  readListing,
  readRequirements,
  type Criterion,
  type Listing,
  type Offered,
} from './criteria.ts';
import { findCandidates, type Candidate } from './find-candidates.ts';
import { marketsOf, type Markets } from './market.ts';
import { matchListing } from './match-listing.ts';

export interface ListingToMatch {
  readonly listing: Listing & { readonly _id: Types.ObjectId; readonly locationId: Types.ObjectId };
  /** Set: only contacts whom the listing did not fit at this price count. */
  readonly formerPrice?: number;
}

interface ContactMatch {
  readonly contactId: string;
  /** 0-100 */
  readonly score: number;
  readonly reasons: readonly Criterion[];
}

export interface ListingMatches {
  readonly matches: readonly ContactMatch[];
  readonly leftOut: number;
}

/** More than an agency can contact. */
const maxMatches = 2500;

interface Subject {
  readonly listing: ListingToMatch['listing'];
  readonly offered: Offered;
  readonly former: Offered | undefined;
  readonly found: ContactMatch[];
  /** Several searches may find the same contact. */
  readonly seen: Set<string>;
  total: number;
}

interface GroupedSearch {
  readonly search: Search;
  readonly group: readonly Subject[];
}

const searchesAtOnce = 4;

/**
 * @param maxKept best contacts per listing
 * @returns every listing, by `idKey`
 */
export async function findMatches(
  wanted: readonly ListingToMatch[],
  signal?: AbortSignal,
  maxKept = maxMatches,
): Promise<Map<string, ListingMatches>> {
  const markets = await marketsOf(wanted.map(({ listing }) => listing.locationId));
  const subjects = wanted.map(({ listing, formerPrice }): Subject => ({
    listing,
    offered: readListing(listing, markets(listing.locationId)),
    former:
      formerPrice === undefined
        ? undefined
        : readListing({ ...listing, price: formerPrice }, markets(listing.locationId)),
    found: [],
    seen: new Set(),
    total: 0,
  }));
  async function runSearch({ search, group }: GroupedSearch): Promise<void> {
    const market = markets((group[0] as Subject).listing.locationId);
    for await (const candidate of findCandidates(search)) {
      signal?.throwIfAborted();
      // `null` asks for nothing. `anywhere` also finds a text stored instead of a list.
      if (!(candidate.requirements instanceof Object)) continue;
      if (search.places === 'anywhere' && holdsText(candidate.requirements)) continue;
      const contactId = storedId(candidate._id)?.toHexString();
      if (!contactId) continue;
      const asked = readRequirements(candidate.requirements, market);
      for (const subject of group) {
        const match = matchListing(subject.offered, asked);
        if (!match || (subject.former && matchListing(subject.former, asked))) continue;
        if (subject.seen.has(contactId)) continue;
        subject.seen.add(contactId);
        subject.found.push({ contactId, score: match.score, reasons: match.met });
        subject.total += 1;
        if (subject.found.length >= 2 * maxKept) keepBest(subject, maxKept);
      }
    }
  }

  const open = searches(subjects, markets);
  await Promise.all(
    Array.from({ length: searchesAtOnce }, async () => {
      for (let next = open.next(); !next.done; next = open.next()) await runSearch(next.value);
    }),
  );
  return new Map(
    subjects.map((subject) => {
      keepBest(subject, maxKept);
      return [idKey(subject.listing._id), { matches: subject.found, leftOut: subject.total - subject.found.length }];
    }),
  );
}

function holdsText({ districts, locations }: Candidate['requirements']): boolean {
  return [districts, locations].flat().some((place: unknown) => typeof place === 'string');
}

/** One search per shared place; others for texts beyond the index, contacts without place, listings without place. */
function* searches(subjects: readonly Subject[], markets: Markets): Generator<GroupedSearch, void> {
  for (const market of groupBy(subjects, ({ listing, offered }) => `${listing.locationId} ${offered.goal}`)) {
    const [
      {
        listing: { locationId },
        offered: { goal },
      },
    ] = market as [Subject];
    const search = (places: Search['places'], group: readonly Subject[]) => ({
      search: { locationId, goal, places, prices: priceRange(group) },
      group,
    });
    const [placed, anywhere] = [true, false].map((says) =>
      market.filter(({ offered }) => offered.places.length > 0 === says),
    ) as [Subject[], Subject[]];
    for (const group of groupBy(placed, ({ offered }) => JSON.stringify(offered.places.toSorted())))
      yield search(markets(locationId).places.spellingsOf((group[0] as Subject).offered.places), group);
    if (placed.length > 0) yield* [search('beyond-index', placed), search('anywhere', placed)];
    if (anywhere.length > 0) yield search(undefined, anywhere);
  }
}

function priceRange(group: readonly Subject[]): Search['prices'] {
  let [low, high] = [Infinity, -Infinity];
  for (const { listing } of group) {
    const price = comparablePrice(listing);
    if (price === undefined) return undefined;
    [low, high] = [Math.min(low, price), listing.priceFrom === true ? Infinity : Math.max(high, price)];
  }
  // The database, unlike the rule, tells a decimal bound from its nearest double.
  return { low: low * (1 - Number.EPSILON), high: high * (1 + Number.EPSILON) };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  return [...Map.groupBy(items, key).values()];
}

/** Of equals, those dropped vary by listing, so older contacts get a chance. */
function keepBest(subject: Subject, maxKept: number): void {
  if (subject.found.length > maxKept) {
    const turn = new Map(subject.found.map(({ contactId }) => [contactId, turnOf(contactId, subject)]));
    const turnAt = ({ contactId }: ContactMatch) => turn.get(contactId) as string;
    subject.found.sort((a, b) => b.score - a.score || (turnAt(a) < turnAt(b) ? -1 : 1));
    subject.found.length = maxKept;
  }
  subject.found.sort((a, b) => b.score - a.score || (a.contactId < b.contactId ? -1 : 1));
}

function turnOf(contactId: string, { listing }: Subject): string {
  return createHash('sha1')
    .update(`${idKey(listing._id)} ${contactId}`)
    .digest('base64');
}
