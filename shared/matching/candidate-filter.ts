import type { Types } from 'mongoose';
import { anywhere, hasSearch, searchable, type Goal } from '../models/contact.ts';
import { idSpellings } from '../models/stored-value.ts';
import { beyondIndex } from './places/read-places.ts';

export interface Search {
  readonly locationId: Types.ObjectId;
  readonly goal: Goal | undefined;
  /** `anywhere`: contacts without a place; `beyond-index`: contacts whose text no index answers; `undefined`: all. */
  readonly places: readonly string[] | 'anywhere' | 'beyond-index' | undefined;
  readonly prices: { readonly low: number; readonly high: number } | undefined;
}

/** Too many contacts rather than too few. Bounds in other currencies are left to the rule. */
export function candidateFilter(search: Search): Record<string, unknown> {
  const { locationId, goal, places, prices } = search;
  const common = {
    locationId: { $in: idSpellings(locationId) },
    ...hasSearch,
    ...searchable,
    // Also other stored words.
    ...(goal ? { 'requirements.goal': { $ne: goal === 'SALE' ? 'RENT' : 'SALE' } } : {}),
    ...(prices ? { 'requirements.minPrice': { $not: { $gt: prices.high } } } : {}),
  };
  // A maximum of zero asks for nothing.
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
  // '' finds blank names: they ask for nothing.
  const among = { $in: ['', ...places] };
  return [{ 'requirements.locations': among }, { 'requirements.districts': among }];
}
