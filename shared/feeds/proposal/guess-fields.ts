import { nameKey } from '../values/words.ts';
import { withoutContacts } from './contacts.ts';
import {
  guessedFields,
  isCodeName,
  isMainPicture,
  isNumberName,
  isOfferName,
  isSenderId,
  isRentName,
  isVagueId,
  leadsElsewhere,
  nameScore,
} from './field-names.ts';
import { goalOf, isImageAddress, isPicture, lookLikePostcodes, propertyTypeShare, shapeScore } from './field-shapes.ts';
import { isAddressFlag } from './flags.ts';
import { areSiblings } from './inventory.ts';
import type { Inventory, Place } from './inventory.ts';
import { findProse } from './prose.ts';
import { parseStatus } from '../values/statuses.ts';

export interface Guess {
  readonly place: Place;
  readonly score: number;
}

/** Surest first, each place once: `location/city` is the city before `location` is anything. */
const order = [
  'id',
  'images',
  'action',
  'latitude',
  'longitude',
  'price',
  'currency',
  'priceOnRequest',
  'bedrooms',
  'bathrooms',
  'areaSqm',
  'plotAreaSqm',
  'goal',
  'type',
  'rentalPeriod',
  'country',
  'postalCode',
  'city',
  'province',
  'district',
  'address',
  'point',
  'descriptions',
  'title',
  'energyRating',
  'endOfOffer',
  'modifiedAt',
  'status',
  'reference',
  'externalUrl',
  'features',
  'addressHidden',
];
const minScore = 0.35;
/** With fewer items, differences prove little. */
const few = 10;
const withFallbacks: ReadonlySet<string> = new Set([
  'price',
  'currency',
  'rentalPeriod',
  'areaSqm',
  'bedrooms',
  'title',
  'city',
  'address',
  'district',
  'images',
  'features',
  'descriptions',
]);
const lists: ReadonlySet<string> = new Set(['images', 'features', 'descriptions', 'title']);
const maxFallbacks: Readonly<Record<string, number>> = { images: 3, features: 12, descriptions: 40, title: 40 };

export function guessFields(inventory: Inventory): ReadonlyMap<string, readonly Guess[]> {
  const places = withoutContacts([...inventory.places.values()]).filter((place) => !isAddressFlag(place));
  const taken = new Set<Place>();
  const found = new Map<string, Guess[]>();
  for (const field of order) {
    if (!guessedFields.includes(field)) continue;
    const ranked = places
      .filter((place) => !taken.has(place) || (field === 'status' && found.get('goal')?.[0]?.place === place))
      .map((place) => ({ place, score: score(field, place, inventory) }))
      .filter((guess) => guess.score >= minScore)
      .toSorted((a, b) => b.score - a.score || a.place.path.length - b.place.path.length);
    const chosen =
      ranked.length === 0 && field === 'descriptions'
        ? byProse(
            places.filter((place) => !taken.has(place)),
            inventory,
          )
        : choose(field, field === 'images' ? withoutDoubles(ranked) : ranked, inventory.items);
    if (chosen.length === 0) continue;
    found.set(field, chosen);
    for (const { place } of chosen) taken.add(place);
  }
  return found;
}

function byProse(places: readonly Place[], inventory: Inventory): Guess[] {
  const place = findProse(places, inventory);
  return place === undefined ? [] : [{ place, score: 0.45 }];
}

const sizes: readonly RegExp[] = [
  /thumb|small|mini|icon|preview|tiny/,
  /medium|normal|list/,
  /large|big|xl/,
  /full|orig|zoom|high|max|hd$/,
];

/** The largest of a picture's sizes; its address rather than its name. */
function withoutDoubles(ranked: readonly Guess[]): readonly Guess[] {
  const isAddress = ({ place }: Guess): boolean =>
    place.samples.some((sample) => /^(?:https?:)?\/\//i.test(sample.trim()));
  const addresses = ranked.filter(isAddress);
  const wanted = addresses.length > 0 ? addresses : ranked;
  const sizeOf = ({ place }: Guess): number =>
    sizes.findLastIndex((size) => size.test(nameKey(place.names.at(-1) ?? '')));
  return wanted.filter(
    (guess) =>
      !wanted.some(
        (other, at) =>
          other !== guess &&
          areSiblings(other.place, guess.place) &&
          sizeOf(guess) >= 0 &&
          (sizeOf(other) > sizeOf(guess) ||
            (sizeOf(other) === sizeOf(guess) && at < wanted.indexOf(guess)) ||
            (sizeOf(other) === -1 && sizeOf(guess) === 0)),
      ),
  );
}

function choose(field: string, ranked: readonly Guess[], items: number): Guess[] {
  const [best] = ranked;
  if (best === undefined) return [];
  if (!withFallbacks.has(field)) return [best];
  const maxPlaces = maxFallbacks[field] ?? 3;
  const rent = field === 'price' && isRentName(best.place.names.at(-1) ?? '');
  if (!lists.has(field) && share(best.place, items) === 1)
    return rent
      ? ranked.filter(({ place }) => place === best.place || areSiblings(place, best.place)).slice(0, 2)
      : [best];
  const close = field === 'images' ? 0.7 : 0.4;
  return ranked.filter((guess) => guess.score >= best.score * close).slice(0, maxPlaces);
}

function score(field: string, place: Place, inventory: Inventory): number {
  const named = Math.max(
    nameScore(field, place.names, place.attribute),
    byAddresses(field, place),
    byValues(field, place),
  );
  if (named === 0 && field !== 'features') return 0;
  const values = place.samples.filter(
    (sample) => !isPlaceholder(sample) && !(field === 'goal' && isOnlyStatus(sample)),
  );
  const shape = shapeScore(field, field === 'title' || field === 'descriptions' ? place.samples : values);
  if (field === 'features') return features(named, shape, place, values);
  if (place.items === 0) return 0;
  if (values.length > 0 ? shape === 0 : named < 0.9) return 0;
  if (field === 'goal' && named < 0.93 && values.some((value) => value.length < 2)) return 0;
  if (place.repeats && field !== 'images' && field !== 'descriptions' && field !== 'title') return 0;
  const coverage = numbers.has(field) ? share(place, inventory.items) : place.items / inventory.items;
  const base =
    named *
      (0.45 + 0.55 * (values.length === 0 ? 0.5 : shape)) *
      (0.6 + 0.4 * Math.max(coverage, values.length === 0 ? 0.4 : 0)) -
    (place.names.length - 1) * 0.015;
  return base * fit(field, place, inventory, values);
}

function isOnlyStatus(value: string): boolean {
  return goalOf(value) === null && (parseStatus(value) ?? 'ACTIVE') !== 'ACTIVE';
}

const numbers: ReadonlySet<string> = new Set(['price', 'areaSqm', 'plotAreaSqm']);

function share(place: Place, items: number): number {
  return (place.items - place.zeros) / items;
}

/** Whatever a picture is called. */
function byAddresses(field: string, { names, samples }: Place): number {
  const isOther = leadsElsewhere(names) || isMainPicture(names.at(-1) ?? '');
  return field === 'images' && !isOther && samples.length > 0 && samples.every(isPicture) ? 0.7 : 0;
}

function byValues(field: string, place: Place): number {
  const { samples } = place;
  if (
    place.repeats ||
    leadsElsewhere(place.names) ||
    samples.length === 0 ||
    samples.length > 15 ||
    samples.some((sample) => /@|https?:/.test(sample)) ||
    samples.some((sample) => sample.length < 3 || sample.length > 60)
  )
    return 0;
  if (field === 'goal') return samples.every((sample) => goalOf(sample) !== null) ? 0.5 : 0;
  return field === 'type' && propertyTypeShare(samples) > 0.7 ? 0.55 : 0;
}

function fit(field: string, place: Place, inventory: Inventory, values: readonly string[]): number {
  const distinct = new Set(place.samples).size;
  const length = values.reduce((sum, value) => sum + value.length, 0) / Math.max(1, values.length);
  switch (field) {
    case 'id':
      return isIdentity(place, inventory) && !mayBeChance(place, inventory) && !isOfSender(place, inventory) ? 1 : 0;
    case 'price':
      return values.some((value) => (isOfferName(place.names.at(-1) ?? '') ? /\d\d/ : /\d/).test(value)) ? 1 : 0;
    case 'postalCode':
      return isCodeName(place.names.at(-1) ?? '') && lookLikePostcodes(values) !== 'yes' ? 0 : 1;
    case 'reference':
      return distinct >= Math.min(place.items, 40) * 0.9 ? 1 : 0.5;
    case 'goal':
      return distinct <= 12 && values.every((value) => value.length < 60)
        ? 0.6 + 0.4 * (values.filter((value) => goalOf(value) !== null).length / Math.max(1, values.length))
        : 0;
    case 'type':
      return (
        (distinct <= Math.max(12, inventory.items * 0.7) ? 1 : 0.5) *
        (0.6 + 0.4 * propertyTypeShare(values)) *
        (values.every((value) => goalOf(value) !== null) && propertyTypeShare(values) === 0 ? 0.3 : 1)
      );
    case 'descriptions':
      return length > 60 ? 1 : 0.75;
    case 'title':
      return length > 250 ? 0.3 : 1;
    case 'images':
      return (place.repeats ? 1 : 0.85) * (values.some(isImageAddress) ? 1 : 0.5);
    case 'externalUrl':
      return values.every(isHomePage) || (distinct === 1 && inventory.items > 1) ? 0 : 1;
    case 'city':
      return values.every(isStatusWord) ? 0 : 1;
    case 'province':
      return values.every((value) => isStatusWord(value) || goalOf(value) !== null || isDepartment(value)) ? 0 : 1;
    case 'currency':
      return isOfOtherAmount(place) ? 0 : 1;
    case 'district':
      return place.samples.every((sample) => /^\d/.test(sample)) ? 0 : 1;
    case 'addressHidden':
    case 'action':
      return distinct <= 4 ? 1 : 0;
    default:
      return 1;
  }
}

/** `disponible` in `estado` is no place. */
const isStatusWord = (value: string): boolean => value.length > 2 && parseStatus(value) !== null;
const isDepartment = (value: string): boolean => /^(?:sales|lettings|rentals)$/i.test(value);

function isHomePage(value: string): boolean {
  const url = URL.parse(value.trim());
  return url !== null && url.pathname.length <= 1 && url.search === '';
}

/** The attribute belongs to its element. */
function isOfOtherAmount({ attribute, names }: Place): boolean {
  const of = names.at(-2);
  return (
    attribute &&
    of !== undefined &&
    nameScore('price', [of]) === 0 &&
    /price|precio|preis|prix|prezzo|preco|cena/i.test(of)
  );
}

/**
 * Whether values identify every item for good. Codes that look postal differ by chance; bare numbers count if the item
 * has another postal code.
 */
export function isIdentity(place: Place, { items, places }: Inventory): boolean {
  if (place.items !== items) return false;
  if (isNumberName(place.names.at(-1) ?? '')) return place.distinct === items && !countsItems(place.samples);
  // Long feeds repeat a few homes.
  if (!isCodeName(place.names.at(-1) ?? '')) return place.distinct >= Math.ceil(items * 0.98);
  if (place.distinct !== items) return false;
  const looks = lookLikePostcodes(place.samples);
  return (
    looks === 'no' ||
    (looks === 'maybe' &&
      [...places.values()].some(
        (other) =>
          other !== place &&
          !isCodeName(other.names.at(-1) ?? '') &&
          nameScore('postalCode', other.names, other.attribute) >= 0.5,
      ))
  );
}

/** In few items the sender's code may differ, too. */
function isOfSender(place: Place, inventory: Inventory): boolean {
  if (inventory.items >= few || !isSenderId(place.names.at(-1) ?? '')) return false;
  return [...inventory.places.values()].some(
    (other) =>
      other !== place &&
      !isSenderId(other.names.at(-1) ?? '') &&
      nameScore('id', other.names, other.attribute) >= 0.55 &&
      isIdentity(other, inventory),
  );
}

/** In few items any code may differ; a reference is surer. */
function mayBeChance(place: Place, inventory: Inventory): boolean {
  if (inventory.items >= few || !isVagueId(place.names.at(-1) ?? '')) return false;
  return [...inventory.places.values()].some(
    (other) =>
      other !== place && nameScore('reference', other.names, other.attribute) >= 0.55 && isIdentity(other, inventory),
  );
}

/** Line numbers shift after a removal. */
function countsItems(samples: readonly string[]): boolean {
  const first = Number(samples[0]);
  return (first === 0 || first === 1) && samples.every((sample, at) => Number(sample) === first + at);
}

const comfort = new RegExp(
  '^(?:has)?(?:balcony|terrace|terraza|pool|swimmingpool|piscina|garden|jardin|giardino|garage|parking|lift|' +
    'elevator|ascensor|aireacondicionado|airconditioning|furnished|amueblado|fireplace|chimenea|seaview|alarm|' +
    'heating|trastero|terrazzo|balcone|ascensore|electricity|water|gas)$',
);

function isList(values: readonly string[]): boolean {
  const lists = values.filter((value) => value.split(/[;|,]/).filter((part) => part.trim() !== '').length > 1);
  return lists.length > 0 && values.every((value) => value.split(/[;|,]/).every((part) => part.length <= 60));
}

function features(named: number, shape: number, place: Place, values: readonly string[]): number {
  const within = nameScore('features', place.names.slice(-2, -1)) >= 0.9 ? 0.8 : 0;
  if (!place.attribute && Math.max(within, named) > 0.6 && shape > 0 && (place.repeats || isList(values)))
    return Math.max(within, named);
  const flag = comfort.test(nameKey(place.names.at(-1) ?? ''));
  const yesNo =
    values.length > 0 && values.every((value) => /^(?:1|0|true|false|yes|no|y|n|s[ií]|ja|nein)$/i.test(value));
  return flag && yesNo ? 0.75 : 0;
}

function isPlaceholder(value: string): boolean {
  return value === '' || value === '-' || value === '-1' || /^(?:n\/?a|null|none|undefined)$/i.test(value);
}
