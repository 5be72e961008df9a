import type { Listing } from '../../shared/matching/criteria.ts';
import { featurePairs, placePairs, pricePairs, typePairs } from '../fixtures/matching-pairs.ts';
import { matchRequirements } from './match-requirements.ts';

type Fields = Record<string, unknown>;

interface Judged {
  readonly pair: string;
  readonly fits: boolean;
  readonly matches: boolean;
}

const readers: readonly (readonly [typeof placePairs, (offered: string) => Fields, (asked: string) => Fields])[] = [
  [placePairs, placeOf, (asked) => ({ locations: [asked] })],
  [typePairs, (type) => ({ type }), (asked) => ({ types: [asked] })],
  [featurePairs, (feature) => ({ features: [feature] }), (asked) => ({ features: [asked] })],
  [pricePairs, priceOf, boundOf],
];

function placeOf(offered: string): Fields {
  const [district, city, province, postalCode] = offered.split(', ').map((part) => (part === '-' ? undefined : part));
  return { district, city, province, postalCode };
}

function priceOf(offered: string): Fields {
  const [price, currency, goal, rentalPeriod] = offered.split(' ');
  return { price: Number(price), currency, goal, rentalPeriod };
}

function boundOf(asked: string): Fields {
  const [maxPrice, currency] = asked.split(' ');
  return { maxPrice: Number(maxPrice), currency };
}

export function judgePairs(): readonly Judged[] {
  return readers.flatMap(([pairs, offer, ask]) =>
    pairs.map(([offered, asked, fits]) => ({
      pair: `${offered} ~ ${asked}`,
      fits: fits === 1,
      matches: matchRequirements(offer(offered) as unknown as Listing, ask(asked), 'EUR').matches,
    })),
  );
}

/** Precision: share of matches that fit. Recall: share of fits that match. */
export function precisionAndRecall(judged: readonly Judged[]): { precision: number; recall: number } {
  const right = judged.filter(({ fits, matches }) => fits && matches).length;
  return {
    precision: right / judged.filter(({ matches }) => matches).length,
    recall: right / judged.filter(({ fits }) => fits).length,
  };
}
