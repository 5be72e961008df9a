/**
 * Proposes a mapping for a feed that no format knows, out of the names and the looks of its values, for an operator to
 * check; with enough recognised, AUTO reads the feed by it.
 */
import type { FeedMapping } from '../formats/feed-format.ts';
import { languageKin, languageOfName, numberedLanguages } from './language-names.ts';
import type { TextKin } from './language-names.ts';
import { doubtsOf } from './doubts.ts';
import { isRentName, nameKey } from './field-names.ts';
import { findItems } from './find-items.ts';
import { goalOf, shapeScore } from './field-shapes.ts';
import type { Guess } from './guess-fields.ts';
import { guessFields } from './guess-fields.ts';
import { areSiblings, takeInventory } from './inventory.ts';
import type { Place } from './inventory.ts';
import { areaUnitFactor } from '../values/areas.ts';
import { parseBoolean } from '../values/booleans.ts';
import { parseGoal } from '../values/goals.ts';
import { isPropertyType, parsePropertyType } from '../values/property-types.ts';
import type { XmlElement } from '../xml/xml-element.ts';

export interface MappingProposal {
  readonly mapping: FeedMapping;
  /** 0 to 1: how much of a listing was recognised, and how surely. */
  readonly confidence: number;
  /** How many items the sample had. */
  readonly items: number;
  /** Fields of a listing that should be there and were not recognised. */
  readonly missing: readonly string[];
  /** Sentences about what speaks against reading the feed by it unseen. */
  readonly doubts: readonly string[];
}

/** What a listing should have, and what each is worth. */
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
/** The worth that makes a proposal certain. */
const full = 12;

/**
 * The proposal; `undefined` when nothing in the document looks like listings.
 *
 * @param any whether to go on with whatever repeats most, for a person to look at
 */
export function proposeMapping(root: XmlElement, any = false): MappingProposal | undefined {
  const found = findItems(root, any);
  if (found === undefined) return undefined;
  const inventory = takeInventory(found.items);
  const guesses = guessFields(inventory);
  const places = [...inventory.places.values()];
  const fields: Record<string, unknown> = {};
  for (const [field, chosen] of guesses) {
    const rule = ruleOf(field, chosen, places);
    if (rule !== undefined) fields[field] = rule;
  }
  const goalPlace = guesses.get('goal')?.[0]?.place;
  const kinds = goalPlace === undefined || guesses.has('type') ? undefined : kindsInGoals(goalPlace);
  if (kinds !== undefined) fields['type'] = kinds;
  const status = guesses.has('status') ? undefined : soldRule(places);
  if (status !== undefined) fields['status'] = status;
  const worth = [...guesses].reduce(
    (sum, [field, [best]]) => sum + (worthOfFields[field] ?? 0) * Math.min(1, (best?.score ?? 0) + 0.2),
    0,
  );
  const doubts = doubtsOf(guesses, inventory);
  const essential = guesses.has('price') || guesses.has('descriptions');
  const confidence =
    Math.round(
      doubts.reduce((sure, { factor }) => sure * factor, Math.min(0.9, worth / full) * (essential ? 1 : 0.5)) * 100,
    ) / 100;
  return {
    mapping: { itemPath: found.path, fields },
    confidence,
    items: found.items.length,
    missing: expected.filter((field) => !guesses.has(field)),
    doubts: doubts.map(({ message }) => message),
  };
}

function ruleOf(field: string, guesses: readonly Guess[], places: readonly Place[]): unknown {
  const [best] = guesses;
  if (best === undefined) return undefined;
  const { place } = best;
  switch (field) {
    case 'descriptions':
    case 'title':
      return texts(field, guesses, places);
    case 'goal':
      return goalRule(place);
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
      return listOf(guesses.map((guess) => guess.place.path));
    case 'modifiedAt':
      return place.samples.some((sample) => /^\d{1,2}\/(?:1[3-9]|2\d|3[01])\//.test(sample))
        ? { path: place.path, order: 'mdy' }
        : place.path;
    case 'action':
      return {
        path: place.path,
        map: {
          delete: 'remove',
          deleted: 'remove',
          remove: 'remove',
          true: /delet/i.test(place.path) ? 'remove' : 'upsert',
          '*': 'upsert',
        },
      };
    case 'addressHidden':
      return /hid/i.test(place.path)
        ? place.path
        : {
            path: place.path,
            map: { true: 'false', yes: 'false', '1': 'false', false: 'true', no: 'true', '0': 'true' },
          };
    default:
      return listOf(guesses.map((guess) => guess.place.path));
  }
}

/** Of amounts side by side the rent comes last: the price of the sale is the one that counts. */
function saleFirst(places: readonly Place[]): readonly string[] {
  const beside = places.filter((place) => places[0] !== undefined && areSiblings(place, places[0]));
  const rents = beside.filter(({ names }) => isRentName(names.at(-1) ?? ''));
  return [
    ...beside.filter((place) => !rents.includes(place)),
    ...rents,
    ...places.filter((place) => !beside.includes(place)),
  ].map(({ path }) => path);
}

function listOf(rules: readonly unknown[]): unknown {
  return rules.length === 1 ? rules[0] : rules;
}

/** A table where a word only contains the meaning: `landSale`. */
function goalRule(place: Place): unknown {
  const hidden = place.samples.filter((sample) => parseGoal(sample) === null && goalOf(sample) !== null);
  return hidden.length === 0
    ? place.path
    : { path: place.path, map: Object.fromEntries(hidden.map((sample) => [sample, goalOf(sample)])) };
}

/** Kinds of property said together with the goal: `landSale`, `flatRent`. */
function kindsInGoals(place: Place): unknown {
  const kinds = place.samples
    .map((sample) => [sample, sample.replace(/\s*(?:for\s*)?(?:sale|rent|lease)\s*/i, '')] as const)
    .filter(([sample, rest]) => rest !== sample && isPropertyType(rest));
  return kinds.length === 0
    ? undefined
    : { path: place.path, map: Object.fromEntries(kinds.map(([sample, rest]) => [sample, parsePropertyType(rest)])) };
}

const goneWords: readonly (readonly [names: RegExp, status: string])[] = [
  [/^(?:is)?(?:sold|vendid[oa]|verkauft|vendu|vendut[oa]|verkocht|sprzedan[ey]|prodano)$/, 'SOLD'],
  [/^(?:is)?(?:rented|letagreed|alquilad[oa]|alugad[oa]|vermietet|loue|affittat[oa]|verhuurd|wynajet[ey])$/, 'RENTED'],
];

/** A flag that says that the listing is gone; passed over, it would stay on offer. */
function soldRule(places: readonly Place[]): unknown {
  for (const [names, status] of goneWords) {
    const place = places.find(
      (candidate) =>
        !candidate.repeats &&
        candidate.samples.length > 0 &&
        names.test(nameKey(candidate.names.at(-1) ?? '')) &&
        candidate.samples.every((sample) => parseBoolean(sample) !== null),
    );
    if (place !== undefined)
      return {
        path: place.path,
        map: Object.fromEntries([
          ...place.samples.map((sample) => [sample, parseBoolean(sample) === true ? status : 'ACTIVE']),
          ['*', 'ACTIVE'],
        ]),
      };
  }
  return undefined;
}

/** The street and the house number beside it. */
function addressRule(place: Place, places: readonly Place[]): unknown {
  const parent = place.path.includes('/') ? place.path.slice(0, place.path.lastIndexOf('/') + 1) : '';
  const number = places.find(
    ({ path, items }) =>
      items > 0 &&
      path.startsWith(parent) &&
      /^@?(?:street_?number|house_?number|streetno|house_?no|hausnummer|numero|civico|number)$/i.test(
        path.slice(parent.length),
      ),
  );
  return number === undefined ? place.path : { path: [place.path, number.path], join: ' ' };
}

/** The unit: in the value, an attribute, a sibling, or the field's own name. */
function areaRule(place: Place, places: readonly Place[]): unknown {
  const parent = place.path.includes('/') ? place.path.slice(0, place.path.lastIndexOf('/') + 1) : '';
  const name = place.names.at(-1) ?? '';
  const unitPlace = places.find(
    ({ path, samples }) =>
      (path === `${place.path}/@unit` ||
        path === `${place.path}/@units` ||
        (path.startsWith(parent) &&
          /^(?:unit|units|area_?unit(?:_?type)?|size_?unit)$/i.test(path.slice(parent.length)))) &&
      samples.length > 0 &&
      samples.every((sample) => areaUnitFactor(sample) !== null),
  );
  if (unitPlace !== undefined) return { path: place.path, unitPath: unitPlace.path };
  return /sq_?f(?:ee)?t|squarefeet/i.test(name)
    ? { path: place.path, unit: 'sqft' }
    : /acre/i.test(name)
      ? { path: place.path, unit: 'acre' }
      : place.path;
}

/** The best list of addresses; its captions and its mark of the main image where they stand beside it. */
function imagesRule(guesses: readonly Guess[], places: readonly Place[]): unknown {
  const paths = [...new Set(guesses.flatMap(({ place }) => numberedPaths(place.path, places)))];
  const [first = ''] = paths;
  if (paths.length > 1 || first.includes('*')) return listOf(paths);
  const attribute = first.includes('@');
  const each = attribute ? first.slice(0, Math.max(0, first.lastIndexOf('@') - 1)) : first;
  const kind = places.find(
    ({ path, samples }) =>
      /^@(?:medium|type|kind)$/i.test(path.slice(each.length + 1)) &&
      path.startsWith(`${each}/@`) &&
      samples.length > 1 &&
      samples.includes('image'),
  );
  const condition = kind === undefined ? '' : `[${kind.path.slice(each.length + 1)}=image]`;
  const beside = (pattern: RegExp): string | undefined => {
    const match = places.find(({ path }) => path.startsWith(`${each}/@`) && pattern.test(path.slice(each.length + 2)));
    return match === undefined ? undefined : `@${match.path.slice(each.length + 2)}`;
  };
  const [caption, main, position] = [
    beside(/^(?:caption|title|alt)$/i),
    beside(/^(?:principal|primary|main|is_?main|cover|featured|default)$/i),
    beside(/^(?:position|sort_?order|order|sort|index|orden|ordem|ordine|ordre|reihenfolge|volgorde|kolejnosc)$/i),
  ];
  if (each === '' || (caption ?? main ?? position) === undefined) return first;
  const rest = Object.fromEntries(Object.entries({ caption, main, position }).filter(([, path]) => path !== undefined));
  return { each: `${each}${condition}`, ...(attribute ? { path: first.slice(each.length + 1) } : {}), ...rest };
}

/**
 * `foto*` for `foto1`, `foto2`; the paths themselves where the asterisk stood for other things, too: `foto1_caption`.
 */
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

/** One text; or one per language when places differ by a language in their names, or an attribute names it. */
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

/** A text that names no language stands under its own; where that is not sure, each listing's own words tell it. */
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
