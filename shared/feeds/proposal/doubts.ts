import { parseBoolean } from '../values/booleans.ts';
import { parseCountry } from '../values/countries.ts';
import { parsePrice } from '../values/prices.ts';
import { parseStatus } from '../values/statuses.ts';
import { isCodeName, nameScore } from './field-names.ts';
import type { Guess } from './guess-fields.ts';
import { isIdentity } from './guess-fields.ts';
import { lookLikePostcodes, propertyTypeShare } from './field-shapes.ts';
import { nameKey } from '../values/words.ts';
import type { Inventory, Place } from './inventory.ts';

export interface Doubt {
  readonly field: string;
  readonly message: string;
  readonly factor: number;
}

/** Below what AUTO requires. */
const refused = 0.4;
const minShareThatHasIt = 0.8;
/** Such a ratio means sales mixed with rents. */
const apart = 50;
const maxRent = 20_000;

type Guesses = ReadonlyMap<string, readonly Guess[]>;

/** Gravest first. `fields` are those of the mapping. */
export function doubtsOf(
  guesses: Guesses,
  inventory: Inventory,
  fields: Readonly<Record<string, unknown>>,
  itemPath: string,
): readonly Doubt[] {
  return [
    strangers(guesses, itemPath),
    identity(guesses, inventory),
    single(inventory),
    price(guesses, inventory),
    fields['goal'] === undefined ? goal(guesses) : undefined,
    status(inventory, fields['status']),
    /"unit/.test(JSON.stringify(fields['areaSqm'] ?? '')) ? undefined : areas(guesses),
    prose(guesses),
  ]
    .filter((doubt) => doubt !== undefined)
    .toSorted((a, b) => a.factor - b.factor);
}

const ofPeopleAndTrade = new RegExp(
  '^(?:orders?|invoices?|enquir(?:y|ies)|inquir(?:y|ies)|leads?|requests?|contacts?|customers?|clients?|users?|' +
    'messages?|bookings?|reservations?|payments?|appointments?|viewings?|reviews?|pedidos?|facturas?|consultas?|' +
    'solicitud(?:es)?|clientes?|anfragen?|kunden?|bestellung(?:en)?|rechnung(?:en)?|kontakte?|demandes?|commandes?|' +
    'factures?|richiest[ae]|ordin[ei]|fattur[ae]|client[ei])$',
);

/** Orders and enquiries have prices and towns, too. */
function strangers(guesses: Guesses, itemPath: string): Doubt | undefined {
  const name = itemPath.slice(itemPath.lastIndexOf('/') + 1);
  if (ofPeopleAndTrade.test(nameKey(name)))
    return { field: 'id', message: `The items are named ${name}: they may be no listings`, factor: refused };
  const kinds = placesOf(guesses, 'type').some(({ samples }) => propertyTypeShare(samples) > 0);
  if (kinds || ['goal', 'bedrooms', 'areaSqm', 'plotAreaSqm'].some((field) => guesses.has(field))) return undefined;
  return {
    field: 'type',
    message: 'The items may be no listings: no known kind of property, rooms, size, or sale or rent was found',
    factor: refused,
  };
}

/** A wrong id turns two listings into one. */
function identity(guesses: Guesses, inventory: Inventory): Doubt | undefined {
  const standIn = ['id', 'reference', 'externalUrl'].some((field) =>
    guesses.get(field)?.some(({ place }) => isIdentity(place, inventory)),
  );
  if (standIn) return undefined;
  const passedOver = [...inventory.places.values()].find(
    (place) =>
      place.items === inventory.items &&
      isCodeName(place.names.at(-1) ?? '') &&
      lookLikePostcodes(place.samples) !== 'no',
  );
  const why =
    passedOver === undefined
      ? 'no field named like an id is in every item with a different value'
      : `${passedOver.path} looks like a postal code`;
  return { field: 'id', message: `No id was found: ${why}`, factor: refused };
}

function price(guesses: Guesses, inventory: Inventory): Doubt | undefined {
  const places = placesOf(guesses, 'price');
  if (places.length === 0) return { field: 'price', message: 'No price was found', factor: refused };
  const share = Math.min(1, places.reduce((sum, { items }) => sum + items, 0) / inventory.items);
  if (share >= minShareThatHasIt) return undefined;
  return {
    field: 'price',
    message: `${Math.round((1 - share) * 100)} % of the items have no price`,
    factor: share < 0.5 ? refused : share,
  };
}

function goal(guesses: Guesses): Doubt | undefined {
  if (guesses.has('goal')) return undefined;
  const amounts = placesOf(guesses, 'price').flatMap(({ samples }) =>
    samples.map((sample) => parsePrice(sample)?.amount ?? null).filter((amount) => amount !== null),
  );
  const [min, max] = [Math.min(...amounts), Math.max(...amounts)];
  const mixed = amounts.length > 1 && min > 0 && min < maxRent && max / min >= apart;
  const message = 'The feed does not say whether the listings are for sale or for rent';
  return mixed
    ? {
        field: 'goal',
        message:
          `${message}, and prices from ${min.toLocaleString('en')} to ${max.toLocaleString('en')} ` +
          'are both sale prices and rents',
        factor: refused,
      }
    : { field: 'goal', message, factor: 0.85 };
}

/** Words such as `venduto` in an element that no one reads: the listings would stay on offer. */
function status({ places }: Inventory, rule: unknown): Doubt | undefined {
  const read = JSON.stringify(rule ?? '');
  const isWord = (sample: string): boolean => sample.length > 2 && parseBoolean(sample) === null;
  const place = [...places.values()].find(
    ({ path, samples, repeats }) =>
      !repeats &&
      !read.includes(JSON.stringify(path)) &&
      samples.length > 0 &&
      samples.every(isWord) &&
      // Of a language's words, some are known.
      samples.filter((sample) => parseStatus(sample) !== null).length * 2 > samples.length &&
      offOffer(samples).length > 0,
  );
  if (place === undefined) return undefined;
  const words = offOffer(place.samples)
    .slice(0, 3)
    .map((word) => `"${word}"`)
    .join(', ');
  return {
    field: 'status',
    message: `${place.path} is not read as status: add it if ${words} describes the offer`,
    factor: 0.85,
  };
}

function offOffer(samples: readonly string[]): readonly string[] {
  return samples.filter((sample) => (parseStatus(sample) ?? 'ACTIVE') !== 'ACTIVE');
}

function single({ items }: Inventory): Doubt | undefined {
  return items > 1
    ? undefined
    : {
        field: 'id',
        message: 'The feed has only one listing, so it is unknown whether id and link differ between listings',
        factor: 0.85,
      };
}

function areas(guesses: Guesses): Doubt | undefined {
  const [area] = placesOf(guesses, 'areaSqm');
  if (area === undefined || /m2|sqm|qm|sq_?f|feet|acre|metr|mq/i.test(area.names.at(-1) ?? '')) return undefined;
  if (area.samples.some((sample) => /\p{L}/u.test(sample))) return undefined;
  const countries = placesOf(guesses, 'country').flatMap(({ samples }) => samples.map(parseCountry));
  const currencies = placesOf(guesses, 'currency').flatMap(({ samples }) => samples);
  const inFeet =
    countries.some((one) => one === 'US' || one === 'AE') || currencies.some((one) => /^(?:USD|AED)$/i.test(one));
  return inFeet
    ? {
        field: 'areaSqm',
        message: `${area.path} has no unit and is read as square metres: add "unit": "sqft" if it is in feet`,
        factor: 0.85,
      }
    : undefined;
}

/** A long text may be internal. */
function prose(guesses: Guesses): Doubt | undefined {
  const place = placesOf(guesses, 'descriptions').find(
    ({ names, attribute }) => nameScore('descriptions', names, attribute) === 0,
  );
  return place === undefined
    ? undefined
    : {
        field: 'descriptions',
        message: `${place.path} was chosen as description because of its long texts, not its name`,
        factor: 0.85,
      };
}

function placesOf(guesses: Guesses, field: string): readonly Place[] {
  return (guesses.get(field) ?? []).map(({ place }) => place);
}
