import { parseGoal } from '../values/goals.ts';
import type { RentalPeriod } from '../formats/feed-format.ts';
import { parsePeriod } from '../values/periods.ts';
import { parseStatus } from '../values/statuses.ts';
import { goalOf } from './field-shapes.ts';
import { isRentName, isSaleName } from './field-names.ts';
import type { ItemGroup } from './item-group.ts';
import { goalOfGroups } from './group-names.ts';
import type { Guess } from './guess-fields.ts';
import { areSiblings } from './inventory.ts';
import type { Place } from './inventory.ts';

export function offerRules(
  guesses: ReadonlyMap<string, readonly Guess[]>,
  groups: readonly ItemGroup[],
): { readonly goal?: unknown; readonly price?: unknown } {
  const named = goalOfGroups(groups);
  if (named?.isWhole) return { goal: named.rule };
  const first = named === undefined ? [] : [named.rule];
  const said = guesses.get('goal')?.[0]?.place;
  if (said !== undefined)
    return { goal: listOf([...first, goalRule(said, said === guesses.get('status')?.[0]?.place)]) };
  const { goals, prices } = goalsOfPrices(guesses.get('price')?.map(({ place }) => place) ?? []);
  return {
    ...(first.length + goals.length === 0 ? {} : { goal: listOf([...first, ...goals]) }),
    ...(prices === undefined ? {} : { price: prices }),
  };
}

export function listOf(rules: readonly unknown[]): unknown {
  return rules.length === 1 ? rules[0] : rules;
}

/** `MonthlyRent`, `loyer_mensuel`: where nothing else says the period. */
export function periodsOfPrices(prices: readonly Place[]): readonly unknown[] {
  return prices.flatMap(({ path, names }) => {
    const period = periodIn(names.at(-1) ?? '');
    return period === undefined ? [] : [{ path, yes: period }];
  });
}

function periodIn(name: string): RentalPeriod | undefined {
  const words = name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').split(/[^\p{L}]+/u);
  return words
    .filter((word) => word.length > 2)
    .map(parsePeriod)
    .find((period) => period !== null);
}

/** `PrecoVenda` means sale, `PrecoLocacao` rent. */
function goalsOfPrices(prices: readonly Place[]): {
  readonly goals: readonly unknown[];
  readonly prices?: readonly unknown[];
} {
  const nameOf = ({ names }: Place): string => names.at(-1) ?? '';
  const rents = prices.filter((place) => isRentName(nameOf(place)) || periodIn(nameOf(place)) !== undefined);
  const sales = prices.filter((place) => !rents.includes(place) && (rents.length > 0 || isSaleName(nameOf(place))));
  const rules = [
    ...sales.map(({ path }) => ({ path, goal: 'SALE' })),
    ...rents.map(({ path }) => ({ path, goal: 'RENT' })),
  ];
  return {
    goals: rules.map(({ path, goal }) => ({ path, yes: goal })),
    ...(rules.length > 1 ? { prices: rules.map(({ path, goal }) => ({ path, for: goal })) } : {}),
  };
}

export function saleFirst(places: readonly Place[]): readonly string[] {
  const neighbours = places.filter((place) => places[0] !== undefined && areSiblings(place, places[0]));
  const rents = neighbours.filter(({ names }) => isRentName(names.at(-1) ?? ''));
  return [
    ...neighbours.filter((place) => !rents.includes(place)),
    ...rents,
    ...places.filter((place) => !neighbours.includes(place)),
  ].map(({ path }) => path);
}

/**
 * Uses a table if a word only contains the meaning: `landSale`.
 *
 * @param isStatus the element also gives the status: "sold" then means for sale
 */
export function goalRule(place: Place, isStatus: boolean): unknown {
  const hidden = place.samples.filter((sample) => parseGoal(sample) === null && goalOf(sample) !== null);
  const table = Object.fromEntries(hidden.map((sample) => [sample, goalOf(sample) as string]));
  if (!isStatus) return hidden.length === 0 ? place.path : { path: place.path, map: table };
  const goals = new Set(place.samples.map(goalOf).filter((goal) => goal !== null));
  const known = place.samples.filter((sample) => goalOf(sample) !== null);
  const sold = place.samples.filter((sample) => goalOf(sample) === null && parseStatus(sample) === 'SOLD');
  const rented = place.samples.filter((sample) => goalOf(sample) === null && parseStatus(sample) === 'RENTED');
  return {
    path: place.path,
    map: {
      ...Object.fromEntries(known.map((sample) => [sample, goalOf(sample) as string])),
      ...Object.fromEntries(sold.map((sample) => [sample, 'SALE'])),
      ...Object.fromEntries(rented.map((sample) => [sample, 'RENT'])),
      // A reserved listing keeps the only goal that occurs.
      '*': goals.size === 1 ? [...goals][0] : '',
    },
  };
}
