/** The query for the people whom a listing may interest: by indexes, too many rather than too few. */

import type { Types } from 'mongoose';
import { anywhere, hasSearch, searchable, type Goal } from '../models/contact.ts';
import { idSpellings } from '../models/stored-value.ts';
import { beyondIndex } from './places/read-places.ts';

/** What some listings of one location have in common. */
export interface Search {
  readonly locationId: Types.ObjectId;
  /** `undefined`: the listings do not say. */
  readonly goal: Goal | undefined;
  /**
   * How the places are spelled: those who named one of them. `anywhere`: those who named none.
   * `beyond-index`: those whose text an index cannot answer. `undefined`: everybody,
   * for listings that do not say where they are.
   */
  readonly places: readonly string[] | 'anywhere' | 'beyond-index' | undefined;
  /** The lowest and highest comparable price; `undefined` when one of the listings has none. */
  readonly prices: { readonly low: number; readonly high: number } | undefined;
}

/** The query for a search. Bounds in another currency need no care: the rule refuses those anyway. */
export function candidateFilter(search: Search): Record<string, unknown> {
  const { locationId, goal, places, prices } = search;
  const common = {
    locationId: { $in: idSpellings(locationId) },
    ...hasSearch,
    ...searchable,
    // Also who stored a word that is no goal.
    ...(goal ? { 'requirements.goal': { $ne: goal === 'SALE' ? 'RENT' : 'SALE' } } : {}),
    ...(prices ? { 'requirements.minPrice': { $not: { $gt: prices.high } } } : {}),
  };
  // A highest price of zero asks for nothing.
  const byPrice = prices
    ? [{ 'requirements.maxPrice': { $not: { $lt: prices.low } } }, { 'requirements.maxPrice': { $lte: 0 } }]
    : [{}];
  const alternatives = placeFilters(places).flatMap((place) =>
    byPrice.map((price) => ({ ...common, ...place, ...price })),
  );
  return alternatives.length === 1 ? alternatives[0]! : { $or: alternatives };
}

function placeFilters(places: Search['places']): Record<string, unknown>[] {
  if (places === undefined) return [{}];
  if (places === 'anywhere') return [anywhere];
  if (places === 'beyond-index')
    return [{ 'requirements.locations': beyondIndex }, { 'requirements.districts': beyondIndex }];
  // A blank name asks for nothing: '' finds the contacts that have one.
  const among = { $in: ['', ...places] };
  return [{ 'requirements.locations': among }, { 'requirements.districts': among }];
}
