/** Scores values by the share that a field's own rule can read. */
import { parseBoolean } from '../values/booleans.ts';
import { parsePointText } from '../values/coordinates.ts';
import { parseCountry } from '../values/countries.ts';
import { hasUnclearSign, parseCurrency } from '../values/currencies.ts';
import { parseDate } from '../values/dates.ts';
import { parseEnergyRating } from '../values/energy.ts';
import { parseGoal } from '../values/goals.ts';
import { absoluteUrl } from '../values/images.ts';
import { findNumbers, parseNumber } from '../values/numbers.ts';
import { parsePeriod } from '../values/periods.ts';
import { parsePrice } from '../values/prices.ts';
import { isPropertyType } from '../values/property-types.ts';
import { parseAction, parseStatus } from '../values/statuses.ts';

interface Shape {
  readonly needed: number;
  readonly looksRight: (value: string) => boolean;
}

const maxAddresses = 100;
const imageAddress =
  /\.(?:jpe?g|png|webp|gif|avif|bmp)(?:[?#]|$)|\/(?:image|photo|img|foto|picture|media)s?[/.]|\/large|format=/i;
const numberIn = (value: string, low: number, high: number): boolean => {
  const number = parseNumber(value, { loneGroup: 'decimal' });
  return number !== null && number >= low && number <= high;
};
const hasLetters = (value: string): boolean => /\p{L}{2}/u.test(value);
const label =
  (maxLength: number) =>
  (value: string): boolean =>
    value.length <= maxLength && hasLetters(value) && absoluteUrl(value) === null && !value.includes('@');

const shapes: Readonly<Record<string, Shape>> = {
  id: { needed: 1, looksRight: (value) => value.length <= 100 && !/\s{2}|^https?:/.test(value) },
  reference: { needed: 0.9, looksRight: (value) => value.length <= 60 && !/^https?:/.test(value) },
  country: { needed: 0.7, looksRight: (value) => parseCountry(value) !== null },
  goal: { needed: 0.7, looksRight: (value) => goalOf(value) !== null },
  // Skipping the field would leave every price to the default currency; unknown words are reported later.
  currency: {
    needed: 0.3,
    looksRight: (value) => value.length <= 20 && (parseCurrency(value) !== null || hasUnclearSign(value)),
  },
  price: { needed: 0.6, looksRight: (value) => value.length < 60 && parsePrice(value) !== null },
  priceOnRequest: { needed: 0.9, looksRight: (value) => parseBoolean(value) !== null },
  rentalPeriod: { needed: 0.7, looksRight: (value) => parsePeriod(value) !== null },
  type: {
    needed: 0.5,
    looksRight: (value) =>
      hasLetters(value) && value.length < 60 && parseBoolean(value) === null && parseDate(value) === null,
  },
  // One known word identifies the element.
  status: { needed: 0.15, looksRight: (value) => parseStatus(value) !== null },
  address: { needed: 0.7, looksRight: label(200) },
  city: { needed: 0.7, looksRight: (value) => label(80)(value) && !value.includes(',') },
  district: { needed: 0.7, looksRight: (value) => label(100)(value) && !value.includes(',') },
  province: { needed: 0.7, looksRight: label(60) },
  postalCode: { needed: 0.7, looksRight: (value) => /^[A-Z\d][A-Z\d -]{2,9}$/i.test(value) && /\d/.test(value) },
  latitude: { needed: 0.7, looksRight: (value) => numberIn(value, -90, 90) },
  longitude: { needed: 0.7, looksRight: (value) => numberIn(value, -180, 180) },
  point: { needed: 0.7, looksRight: (value) => parsePointText(value).point !== null },
  bedrooms: { needed: 0.6, looksRight: (value) => numberIn(value, -1, 60) || /^(?:studio|\d\s*\+\s*\d)$/i.test(value) },
  bathrooms: { needed: 0.6, looksRight: (value) => numberIn(value, -1, 60) },
  areaSqm: {
    needed: 0.5,
    looksRight: (value) => value.length < 40 && !/^[a-z]/i.test(value) && findNumbers(value).length > 0,
  },
  plotAreaSqm: {
    needed: 0.5,
    looksRight: (value) => value.length < 40 && !/^[a-z]/i.test(value) && findNumbers(value).length > 0,
  },
  title: { needed: 0.6, looksRight: label(250) },
  descriptions: { needed: 0.5, looksRight: (value) => hasLetters(value) && absoluteUrl(value) === null },
  features: { needed: 0.6, looksRight: label(150) },
  images: {
    needed: 0.6,
    looksRight: (value) =>
      value
        .split(/(?<![,;|\s])[,;|\s]+(?=http)/, maxAddresses)
        .some(
          (part) => absoluteUrl(part, 'http://feed/') !== null && (imageAddress.test(part) || /^https?:/.test(part)),
        ),
  },
  energyRating: { needed: 0.3, looksRight: (value) => parseEnergyRating(value) !== null },
  externalUrl: { needed: 0.8, looksRight: (value) => /^https?:\/\//i.test(value.trim()) && !imageAddress.test(value) },
  modifiedAt: { needed: 0.8, looksRight: (value) => parseDate(value) !== null && !/^\d{1,6}$/.test(value) },
  endOfOffer: { needed: 0.5, looksRight: (value) => parseDate(value) !== null && !/^\d{1,6}$/.test(value) },
  addressHidden: { needed: 1, looksRight: (value) => parseBoolean(value) !== null },
  action: { needed: 1, looksRight: (value) => /\p{L}/u.test(value) && parseAction(value) !== null },
};

export function shapeScore(field: string, samples: readonly string[]): number {
  const shape = shapes[field];
  if (shape === undefined || samples.length === 0) return 0;
  const share = samples.filter((sample) => shape.looksRight(sample)).length / samples.length;
  return share >= shape.needed ? share : 0;
}

/** `30-552`, `1234-567`, `13010-000`, `SW1A 1AA`, `1012 AB`, `K1A 0B1`, `110 00` */
const postcode = new RegExp(
  String.raw`^(?:\d{2}-\d{3}|\d{4}-\d{3}|\d{5}-\d{3}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} [A-Z]{2}|` +
    String.raw`[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{3} \d{2})$`,
  'i',
);

/** Bare numbers of one length may also be ids. */
export function lookLikePostcodes(samples: readonly string[]): 'yes' | 'maybe' | 'no' {
  if (samples.length === 0) return 'no';
  if (samples.every((sample) => postcode.test(sample))) return 'yes';
  return samples.every((sample) => /^\d{4,6}$/.test(sample) && sample.length === samples[0]?.length) ? 'maybe' : 'no';
}

export function propertyTypeShare(samples: readonly string[]): number {
  return samples.length === 0 ? 0 : samples.filter((sample) => isPropertyType(sample)).length / samples.length;
}

export function isPicture(value: string): boolean {
  return /^https?:\/\/[^?#\s]+\.(?:jpe?g|png|webp|avif)(?:[?#]\S*)?$/i.test(value.trim());
}

export function isImageAddress(value: string): boolean {
  return imageAddress.test(value);
}

/** Also within a word: `landSale`, `ForRentByOwner`, `Продажа квартир`. */
export function goalOf(value: string): 'SALE' | 'RENT' | 'BOTH' | null {
  const known = parseGoal(value);
  if (known !== null) return known;
  const sale = /sale|sell|vend|venta|kauf|vente|прода|πώλ|sat[ıi]l/iu.test(value);
  const rent = /rent|lease|alqui|miete|louer|affit|аренд|сда|ενοικ|kiral|lou[ée]|aluguel|letting/iu.test(value);
  if (sale && rent) return 'BOTH';
  return sale ? 'SALE' : rent ? 'RENT' : null;
}
