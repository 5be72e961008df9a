/** If enough is recognised, AUTO uses the mapping. */
import { nameKey } from '../values/words.ts';
import type { FeedMapping } from '../formats/feed-format.ts';
import { languageKin, languageOfName, numberedLanguages } from './language-names.ts';
import type { TextKin } from './language-names.ts';
import { doubtsOf } from './doubts.ts';
import { isMainPicture, isPartOfBedrooms, isRoomsName, leadsElsewhere } from './field-names.ts';
import { findItems } from './find-items.ts';
import { shapeScore } from './field-shapes.ts';
import { addressFlagRule, isAddressFlag, statusFlags } from './flags.ts';
import { typeOfGroups } from './group-names.ts';
import { goalRule, listOf, offerRules, periodsOfPrices, saleFirst } from './offers.ts';
import type { Guess } from './guess-fields.ts';
import { guessFields } from './guess-fields.ts';
import { areSiblings, takeInventory } from './inventory.ts';
import type { Place } from './inventory.ts';
import { areaUnitFactor } from '../values/areas.ts';
import { parseBoolean } from '../values/booleans.ts';
import { isPropertyType, parsePropertyType } from '../values/property-types.ts';
import type { XmlElement } from '../xml/xml-element.ts';

export interface MappingProposal {
  readonly mapping: FeedMapping;
  /** 0 to 1. */
  readonly confidence: number;
  readonly items: number;
  readonly missing: readonly string[];
  readonly sureness: Readonly<Record<string, Sureness>>;
  readonly doubts: readonly string[];
}

/** `guess`: by values only, or hardly. */
export type Sureness = 'name' | 'likely' | 'guess';

const worthOfFields: Readonly<Record<string, number>> = {
  id: 2,
  price: 2,
  descriptions: 1.5,
  images: 1.5,
  title: 1,
  city: 1,
  address: 0.7,
  point: 0.5,
  latitude: 0.5,
  bedrooms: 1,
  areaSqm: 1,
  type: 1,
  goal: 1,
  reference: 0.5,
  externalUrl: 0.7,
  district: 0.5,
  province: 0.4,
  postalCode: 0.4,
  bathrooms: 0.6,
};
const expected = [
  'id',
  'price',
  'currency',
  'goal',
  'type',
  'title',
  'descriptions',
  'images',
  'city',
  'bedrooms',
  'areaSqm',
];
const full = 12;

/**
 * `undefined` if nothing looks like listings.
 *
 * @param any accept whatever repeats most, for review
 */
export function proposeMapping(root: XmlElement, any = false): MappingProposal | undefined {
  const found = findItems(root, any);
  if (found === undefined) return undefined;
  const inventory = takeInventory(found.items);
  const guesses = guessFields(inventory);
  const places = [...inventory.places.values()];
  const fields: Record<string, unknown> = {};
  for (const [field, chosen] of guesses) {
    const rule = ruleOf(field, chosen, places, guesses.get('status')?.[0]?.place);
    if (rule !== undefined) fields[field] = rule;
  }
  const offer = offerRules(guesses, found.groups);
  if (offer.goal !== undefined) fields['goal'] = offer.goal;
  if (offer.price !== undefined) fields['price'] = offer.price;
  const periods = periodsOfPrices(guesses.get('price')?.map(({ place }) => place) ?? []);
  if (periods.length > 0 && !guesses.has('rentalPeriod')) fields['rentalPeriod'] = listOf(periods);
  const goalPlace = guesses.get('goal')?.[0]?.place;
  const kinds = guesses.has('type')
    ? undefined
    : ((goalPlace === undefined ? undefined : kindsInGoals(goalPlace)) ?? typeOfGroups(found.groups));
  if (kinds !== undefined) fields['type'] = kinds;
  const status = statusRule(guesses.get('status')?.[0]?.place, places);
  if (status !== undefined) fields['status'] = status;
  const bedrooms = bedroomParts(places);
  if (bedrooms !== undefined) fields['bedrooms'] = { path: bedrooms.map(({ path }) => path), sum: true };
  if (!Object.hasOwn(fields, 'city') && isArea(guesses.get('district')?.[0]?.place)) {
    fields['city'] = fields['district'];
    delete fields['district'];
  }
  const rooms = roomsRule(places);
  if (rooms !== undefined) fields['features'] = [rooms, ...[fields['features'] ?? []].flat()];
  const hidden = places.filter(isAddressFlag).map(addressFlagRule);
  if (hidden.length > 0) fields['addressHidden'] = listOf([...hidden, ...[fields['addressHidden'] ?? []].flat()]);
  const worth = [...guesses].reduce(
    (sum, [field, [best]]) => sum + (worthOfFields[field] ?? 0) * Math.min(1, (best?.score ?? 0) + 0.2),
    0,
  );
  const doubts = doubtsOf(guesses, inventory, fields, found.path);
  const essential = guesses.has('price') || guesses.has('descriptions');
  const confidence =
    Math.round(
      doubts.reduce((sure, { factor }) => sure * factor, Math.min(0.9, worth / full) * (essential ? 1 : 0.5)) * 100,
    ) / 100;
  return {
    mapping: { itemPath: found.path, fields },
    confidence,
    items: found.items.length,
    missing: expected.filter((field) => !Object.hasOwn(fields, field)),
    sureness: surenessOf(fields, guesses),
    doubts: doubts.map(({ message }) => message),
  };
}

function ruleOf(
  field: string,
  guesses: readonly Guess[],
  places: readonly Place[],
  statusPlace: Place | undefined,
): unknown {
  const [best] = guesses;
  if (best === undefined) return undefined;
  const { place } = best;
  switch (field) {
    case 'descriptions':
    case 'title':
      return texts(field, guesses, places);
    case 'goal':
      return goalRule(place, place === statusPlace);
    case 'price':
      return listOf(saleFirst(guesses.map((guess) => guess.place)));
    case 'areaSqm':
    case 'plotAreaSqm':
      return listOf(guesses.map((guess) => areaRule(guess.place, places)));
    case 'images':
      return imagesRule(guesses, places);
    case 'address':
      return listOf(guesses.map((guess) => addressRule(guess.place, places)));
    case 'features':
      return listOf(guesses.map((guess) => listRule(guess.place)));
    case 'endOfOffer':
    case 'modifiedAt':
      return place.samples.some((sample) => /^\d{1,2}\/(?:1[3-9]|2\d|3[01])\//.test(sample))
        ? { path: place.path, order: 'mdy' }
        : place.path;
    case 'addressHidden':
      return addressFlagRule(place);
    default:
      return listOf(guesses.map((guess) => guess.place.path));
  }
}

/** `landSale`, `flatRent` */
function kindsInGoals(place: Place): unknown {
  const kinds = place.samples
    .map((sample) => [sample, sample.replace(/\s*(?:for\s*)?(?:sale|rent|lease)\s*/i, '')] as const)
    .filter(([sample, rest]) => rest !== sample && isPropertyType(rest));
  return kinds.length === 0
    ? undefined
    : { path: place.path, map: Object.fromEntries(kinds.map(([sample, rest]) => [sample, parsePropertyType(rest)])) };
}

function listRule({ path, repeats, samples }: Place): unknown {
  const mark = repeats ? undefined : [';', '|', ','].find((one) => samples.some((sample) => sample.includes(one)));
  return mark === undefined ? path : { path, split: mark };
}

/** `<area>Alanya</area>` without another town. */
function isArea(place: Place | undefined): boolean {
  return place !== undefined && /^(?:area|zone|zona|location|district)$/i.test(place.names.at(-1) ?? '');
}

/** Flags first: a deleted listing is off the market whatever else it says. */
function statusRule(words: Place | undefined, places: readonly Place[]): unknown {
  const flags = statusFlags(places).filter(({ place }) => place !== words);
  const rules = [...flags.map(({ rule }) => rule), ...(words === undefined ? [] : [words.path])];
  if (rules.length === 0) return undefined;
  return words === undefined ? [...rules, { value: 'ACTIVE' }] : listOf(rules);
}

function bedroomParts(places: readonly Place[]): readonly Place[] | undefined {
  const parts = places.filter(
    ({ names, repeats, samples }) => !repeats && samples.length > 0 && isPartOfBedrooms(names.at(-1) ?? ''),
  );
  const [first] = parts;
  if (first === undefined) return undefined;
  const neighbours = places.filter(
    (place) => areSiblings(place, first) && /^habitaciones$/i.test(place.names.at(-1) ?? ''),
  );
  const all = [...neighbours, ...parts.filter((place) => areSiblings(place, first))];
  return all.length > 1 ? all : undefined;
}

function roomsRule(places: readonly Place[]): unknown {
  const place = places.find(
    ({ names, repeats, samples }) =>
      !repeats &&
      isRoomsName(names.at(-1) ?? '') &&
      !leadsElsewhere(names) &&
      samples.length > 0 &&
      samples.every((sample) => /^\d{1,2}(?:[.,]\d)?$/.test(sample)),
  );
  return place === undefined ? undefined : { path: place.path, label: '{} rooms' };
}

function surenessOf(
  fields: Readonly<Record<string, unknown>>,
  guesses: ReadonlyMap<string, readonly Guess[]>,
): Readonly<Record<string, Sureness>> {
  return Object.fromEntries(
    Object.keys(fields).map((field) => {
      const score = guesses.get(field)?.[0]?.score;
      return [field, score === undefined ? 'likely' : score >= 0.8 ? 'name' : score >= 0.55 ? 'likely' : 'guess'];
    }),
  );
}

const houseNumberName = new RegExp(
  '^(?:(?:street|house)(?:number|no)|hausnummer|hausnr|huisnummer|cislopopisne|supisnecislo|kucnibroj|hazszam|' +
    'numero|civico|number|no|nr|num)$',
);

function addressRule(place: Place, places: readonly Place[]): unknown {
  const parent = place.path.includes('/') ? place.path.slice(0, place.path.lastIndexOf('/') + 1) : '';
  const number = places.find(
    ({ path, items }) =>
      items > 0 && path.startsWith(parent) && houseNumberName.test(nameKey(path.slice(parent.length))),
  );
  return number === undefined ? place.path : { path: place.path, houseNumber: number.path };
}

const unitName = /^(?:area|size)?_?(?:units?|uom|unit_?(?:code|type)|unit_?of_?measure(?:ment)?|measure)$/i;

/** `LotUnits` of `LotSize`; `area_unit` of any. */
function isUnitOf(name: string, of: string): boolean {
  if (name.includes('/') || name.includes('@')) return false;
  if (unitName.test(name)) return true;
  const stem = /^(.+?)_?(?:units?|uom|unit_?of_?measure)$/i.exec(name)?.[1];
  if (stem === undefined || stem.length < 3) return false;
  const [key, about] = [nameKey(stem), nameKey(of)];
  return about.startsWith(key) || key.startsWith(about);
}

/** The unit is in the field's name, an attribute, a sibling, or the value. */
function areaRule(place: Place, places: readonly Place[]): unknown {
  const parent = place.path.includes('/') ? place.path.slice(0, place.path.lastIndexOf('/') + 1) : '';
  const name = place.names.at(-1) ?? '';
  const named = /sq_?f(?:ee)?t|squarefeet/i.test(name) ? 'sqft' : /acre/i.test(name) ? 'acre' : undefined;
  if (named !== undefined) return { path: place.path, unit: named };
  const unitPlace = places.find(
    ({ path, samples }) =>
      samples.length > 0 &&
      samples.every((sample) => areaUnitFactor(sample) !== null || /^\p{L}[\p{L} .²]{0,20}$/u.test(sample)) &&
      ((path.startsWith(`${place.path}/@`) && unitName.test(path.slice(place.path.length + 2))) ||
        (path.startsWith(parent) && isUnitOf(path.slice(parent.length), name))),
  );
  return unitPlace === undefined ? place.path : { path: place.path, unitPath: unitPlace.path };
}

function imagesRule(guesses: readonly Guess[], places: readonly Place[]): unknown {
  const main = places.find(
    ({ names, samples, path }) =>
      isMainPicture(names.at(-1) ?? '') &&
      !leadsElsewhere(names) &&
      !guesses.some(({ place }) => place.path === path) &&
      shapeScore('images', samples) > 0,
  );
  const rest = listRuleOfImages(guesses, places);
  return main === undefined ? rest : [main.path, ...[rest].flat()];
}

function listRuleOfImages(guesses: readonly Guess[], places: readonly Place[]): unknown {
  const paths = [...new Set(guesses.flatMap(({ place }) => numberedPaths(place.path, places)))];
  const [first = ''] = paths;
  if (paths.length > 1 || first.includes('*')) return listOf(paths);
  const attribute = first.includes('@');
  const each = attribute ? first.slice(0, Math.max(0, first.lastIndexOf('@') - 1)) : first;
  const own = aboutPicture(each, places);
  if (each !== '' && Object.keys(own).length > 0) {
    const path = attribute ? { path: first.slice(each.length + 1) } : {};
    return { each: `${each}${pictureCondition(each, places)}`, ...path, ...own };
  }
  const at = first.lastIndexOf('/');
  const [parent, leaf] = [first.slice(0, Math.max(0, at)), first.slice(at + 1)];
  const around = at < 0 || attribute || first.includes('[') ? {} : aboutPicture(parent, places);
  return Object.keys(around).length > 0 ? { each: parent, path: leaf, ...around } : first;
}

function pictureCondition(each: string, places: readonly Place[]): string {
  const kind = places.find(
    ({ path, samples }) =>
      /^@(?:medium|type|kind)$/i.test(path.slice(each.length + 1)) &&
      path.startsWith(`${each}/@`) &&
      samples.length > 1 &&
      samples.includes('image'),
  );
  return kind === undefined ? '' : `[${kind.path.slice(each.length + 1)}=image]`;
}

const isMark = (sample: string): boolean => parseBoolean(sample) !== null;
const isNumber = (sample: string): boolean => /^\d+$/.test(sample);
const aboutPictures: readonly (readonly [field: string, name: RegExp, fits: (sample: string) => boolean])[] = [
  ['caption', /^(?:caption|title|alt)$/, () => true],
  [
    'main',
    /^(?:is)?(?:main|default|primary|principal|cover|featured|hlavn[iay]|glavna|destaque|vitrin)(?:photo|image)?$/,
    isMark,
  ],
  [
    'position',
    new RegExp(
      '^(?:n|nr|no|pos(?:ition)?|(?:sort)?ord(?:e[rnm]|ine|re)|sort|index|seq(?:uence)?|volgorde|reihenfolge|' +
        'poradie?|redoslijed|sorrend|sira)$',
    ),
    isNumber,
  ],
];

/** In attributes and elements of a picture: `<image><url/><is_main/></image>`, `<image main="1"><url/></image>`. */
function aboutPicture(each: string, places: readonly Place[]): Readonly<Record<string, string>> {
  const inside = places.filter(({ path }) => path.startsWith(`${each}/`) && !path.includes('/', each.length + 1));
  return Object.fromEntries(
    aboutPictures.flatMap(([field, name, fits]) => {
      const found = inside.find(({ names, samples }) => name.test(nameKey(names.at(-1) ?? '')) && samples.every(fits));
      return found === undefined ? [] : [[field, found.path.slice(each.length + 1)] as const];
    }),
  );
}

/** `foto*` for `foto1`, `foto2`, unless it also matches `foto1_caption`. */
function numberedPaths(path: string, places: readonly Place[]): readonly string[] {
  const stem = /^(.*[\p{L}_-])\d+$/u.exec(path)?.[1];
  if (stem === undefined) return [path];
  const alike = places.filter((place) => place.path.startsWith(stem) && !/[/[]/.test(place.path.slice(stem.length)));
  const numbered = alike.filter((place) => /^\d*$/.test(place.path.slice(stem.length)));
  return alike.every((place) => place.items === 0 || numbered.includes(place))
    ? [`${stem}*`]
    : numbered
        .map((place) => place.path)
        .toSorted((a, b) => Number(a.slice(stem.length)) - Number(b.slice(stem.length)));
}

function texts(field: string, guesses: readonly Guess[], places: readonly Place[]): unknown {
  const [best] = guesses;
  if (best === undefined) return undefined;
  const rule = field === 'descriptions' ? descriptionRule : ({ path }: Place): unknown => path;
  const kin = languageKin(best.place, places, ({ samples }) => samples.length === 0 || shapeScore(field, samples) > 0);
  if (kin !== undefined) return byLanguage(kin, rule);
  const attribute = languageAttribute(best.place, places);
  if (attribute !== undefined) return attribute;
  const numbered = numberedLanguages(best.place, places);
  if (numbered !== undefined) return Object.fromEntries(numbered.map(({ language, place }) => [language, rule(place)]));
  if (field === 'descriptions') return rule(best.place);
  return listOf(guesses.slice(0, 2).map(({ place }) => place.path));
}

/** If the language is unclear, each listing's words decide. */
function byLanguage({ named, bare, bareLanguage }: TextKin, rule: (place: Place) => unknown): unknown {
  const rules = new Map(named.map((place) => [languageOfName(place) ?? '', rule(place)]));
  if (bare === undefined) return Object.fromEntries(rules);
  if (bareLanguage === undefined) return [rule(bare), Object.fromEntries(rules)];
  const same = rules.get(bareLanguage);
  return Object.fromEntries(rules.set(bareLanguage, same === undefined ? rule(bare) : [same, rule(bare)]));
}

function descriptionRule({ path, samples }: Place): unknown {
  return samples.some((sample) => /\S~\S/.test(sample)) ? { path, lineBreak: '~' } : path;
}

const languageAttributePattern = /^@(?:lang|language|idioma|locale|sprache|lingua)$/i;

/** `<description lang="en">`, or `<text lang="en"><description>..</description></text>`. */
function languageAttribute(place: Place, places: readonly Place[]): unknown {
  if (place.attribute) return undefined;
  const steps = place.path.split('/');
  for (let length = steps.length; length > 0; length--) {
    const prefix = steps.slice(0, length).join('/');
    const found = places.find(
      ({ path }) => path.startsWith(`${prefix}/@`) && languageAttributePattern.test(path.slice(prefix.length + 1)),
    );
    if (found === undefined) continue;
    const language = found.path.slice(prefix.length + 1);
    return length === steps.length
      ? { path: place.path, language }
      : { each: prefix, path: steps.slice(length).join('/'), language };
  }
  return undefined;
}
