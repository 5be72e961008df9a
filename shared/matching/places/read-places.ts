import { transliterate } from 'transliteration';
import { normalise } from '../normalise.ts';
import { commonPrefix, compared, withCommonPrefix } from './compared-name.ts';
import { commonPlaces, PlaceTable } from './place-table.ts';
import {
  joiningWords,
  kindPrefixes,
  kindSuffixes,
  partDirections,
  partPrefixes,
  partSuffixes,
  regionWords,
} from './place-words.ts';
import { placeRegions } from './place-regions.ts';
import { memoize } from '../../platform/memoize.ts';

/** Longer texts are misplaced descriptions. */
const maxLetters = 100;
const maxNames = 20;

/** `Garmisch-Partenkirchen`: two towns that grew into one. */
const doubleName = /^(\p{L}{5,})-(\p{L}{5,})$/u;

/** `Nicosia / Strovolos`, `Limassol - Germasogeia`, `Limassol, Paphos`, `Brighton and Hove`. */
const separators = /[,;/|()+\n]|\s(?:[-–—]|and)\s/i;

/** `Limassol or Paphos`, but not `Castilla y León`, a known name. */
const conjunctions = ['and', 'or', 'und', 'oder', 'y', 'o', 'e', 'ou', 'et', 'και', 'и', 'или'];
const conjunction = new RegExp(`\\s(?:${conjunctions.join('|')}|&)\\s`, 'iu');

/** The index cannot answer lists, standalone accents, non-Latin letters, words like `district`. */
export const beyondIndex = {
  $regex: [
    String.raw`[,;/|()+\n´\x60]|\s[-–—]\s|[^\x00-\x{24f}]|[aou]e`,
    String.raw`\s(?:${kindSuffixes.join('|')})\s*$`,
    String.raw`^\s*(?:${kindPrefixes.join('|')})\s`,
    String.raw`\s(?:${conjunctions.join('|')}|&)\s`,
  ].join('|'),
  $options: 'i',
} as const;

/** A British postcode sector. Its mark tells `E1 4` from the district `E14` where spaces do not count. */
const sector = /^[a-z]{1,2}\d[a-z\d]? \d$/;
const sectorMark = '§';
const sectorKey = (name: string) => name.replace(' ', sectorMark);

type ListingPlace = 'district' | 'city' | 'province' | 'postalCode';

export class PlaceReader {
  readonly #table: PlaceTable;

  constructor(table: PlaceTable) {
    this.#table = table;
  }

  /** Empty: nothing to compare. */
  readonly placeKey: (name: string) => string = memoize((name) => this.#keyOf(normalise(name)));

  /** Several: `Nicosia / Strovolos`. A part also counts as its whole: `Kato Paphos` as Paphos. */
  readonly placeKeys: (field: string) => readonly string[] = memoize((field) => {
    const keys = this.#namesIn(field)
      .flatMap((name) => [name, ...this.#joined(normalise(name))])
      .flatMap(spellingsOf)
      .flatMap((name) => [normalise(name), ...this.#wholesOf(normalise(name))].map((whole) => this.#keyOf(whole)))
      .flatMap((key) => [key, ...this.#regionsOf(key)]);
    return [...new Set(keys)].filter((key) => key !== '');
  });

  /** District, city and province are also joined (`Berlin-Kreuzberg`, `Newtown NSW`). */
  keysOfListing({ district, city, province, postalCode }: Record<ListingPlace, string | undefined>): string[] {
    const both = [district, city].map((name) => (name && name.length <= maxLetters ? normalise(name) : ''));
    const together = both.includes('') ? [] : [both.join(' '), both.toReversed().join(' ')];
    const provinces = province && province.length <= maxLetters ? this.#writtenAs(province) : [];
    const inProvince = both.flatMap((name) => (name === '' ? [] : provinces.map((each) => `${name} ${each}`)));
    return [
      ...new Set([
        ...[district, city, province].flatMap((name) => this.placeKeys(name ?? '')),
        ...[...together, ...inProvince].map((name) => this.#keyOf(name)),
        ...this.#postcodeKeys(postalCode ?? ''),
      ]),
    ];
  }

  readonly searchedKeys: (text: string) => readonly string[] = memoize((text) => {
    // `Limassol - Germasogeia` is the area, not the whole town.
    const narrowed = text.split(/[,;/|+\n]/).map((part) => part.split(/\s[-–—]\s/).at(-1) as string);
    const alternatives = narrowed.flatMap((part) => (this.#isKnown(normalise(part)) ? [] : part.split(conjunction)));
    const names =
      narrowed.length > maxNames
        ? []
        : [text, ...narrowed, ...alternatives, ...narrowed.map((part) => part.replace(/\(.*?\)/g, ''))];
    const keys = names
      .filter((name) => name.length <= maxLetters && normalise(name) !== '')
      .flatMap(spellingsOf)
      .flatMap((name) => [normalise(name), withoutKind(normalise(name))])
      .map((name) => (sector.test(name) ? sectorKey(name) : this.#keyOf(name)));
    return [...new Set(keys)].filter((key) => key !== '');
  });

  /** Also British districts and sectors (`SW11`, `SW11 4`, `EC1` for EC1V). */
  #postcodeKeys(postalCode: string): string[] {
    const [, outward, digit] = /^\s*([a-z]{1,2}\d[a-z\d]?)\s*(\d)[a-z]{2}\s*$/i.exec(postalCode) ?? [];
    // Central London has no plain EC1, but an E1 alongside E1W.
    const [, central] = /^((?:[ew]c\d|s?w1))[a-z]$/i.exec(outward ?? '') ?? [];
    const parts = outward ? [outward, postalCode, ...(central ? [central] : [])] : [postalCode];
    const keys = postalCode.length > maxLetters ? [] : parts.map(this.placeKey).filter((key) => key !== '');
    return outward ? [...keys, sectorKey(`${outward} ${digit}`.toLowerCase())] : keys;
  }

  spellingsOf(keys: readonly string[]): string[] {
    return [...new Set(keys.flatMap((key) => this.#table.spellingsOf(key.replace(sectorMark, ' '))))];
  }

  #keyOf(normalised: string): string {
    const name = withCommonPrefix(normalised);
    return this.#table.keyOf(name) ?? name;
  }

  #writtenAs(province: string): string[] {
    const name = normalise(province);
    return name === '' ? [] : [...new Set([name, ...this.#table.spellingsOf(this.#keyOf(name))])];
  }

  #regionsOf(key: string): readonly string[] {
    return (regionsOf.get(key) ?? []).map((region) => this.#keyOf(region));
  }

  #isKnown(normalised: string): boolean {
    return this.#table.keyOf(withCommonPrefix(normalised)) !== undefined;
  }

  #namesIn(field: string): string[] {
    // `Frankfurt (Oder)` is a known whole, no list.
    const parts = this.#isKnown(normalise(field)) ? [field] : field.split(separators);
    const halves = parts.flatMap((part) => doubleName.exec(part.trim())?.slice(1) ?? []);
    const wholes = [field, ...parts, ...halves.filter((half) => !this.#isKnown(normalise(half)))];
    const names = parts.length > maxNames ? [] : wholes.filter(({ length }) => length <= maxLetters);
    return names.filter((name) => normalise(name) !== '');
  }

  /** For `kato paphos`, `limassol marina`, `frankfurt am main`. */
  #wholesOf(name: string): string[] {
    const [first = '', ...rest] = name.split(' ');
    const wholes = [withoutKind(name), withoutSuffix(withoutKind(name), partSuffixes)];
    if (!this.#isKnown(name)) wholes.push(withoutSuffix(name, partDirections));
    if (rest.length > 0 && partPrefixes.includes(commonPrefix(first))) wholes.push(rest.join(' '));
    const regions = this.#isKnown(name) ? [] : regionWords.map((words) => name.indexOf(` ${words} `));
    const region = regions.filter((at) => at > 0);
    if (region.length > 0) wholes.push(name.slice(0, Math.min(...region)));
    return wholes.filter((whole) => whole !== name && whole !== '');
  }

  /**
   * A known place with words around it (`berlin kreuzberg`, `1030 wien`), unless another place is meant (`villanueva de
   * cordoba`).
   */
  #joined(name: string): string[] {
    const key = this.#table.keyOf(withCommonPrefix(name));
    // `Baden-Baden` is one name; for the gazetteer, `Berlin-Kreuzberg` is Kreuzberg.
    if (key !== undefined && (key === withCommonPrefix(name) || !` ${name} `.includes(` ${key} `))) return [];
    const words = name.split(' ').filter((word) => !/^\d/.test(word));
    const cuts = words.map((_, index) => index).slice(1);
    const parts = [
      ...cuts.toReversed().map((cut) => [words.slice(0, cut), words.slice(cut)] as const),
      ...cuts.map((cut) => [words.slice(cut), words.slice(0, cut)] as const),
    ];
    const known = parts.find(
      ([place, rest], index) =>
        spellingsOf(place.join(' ')).some((spelling) => this.#isKnown(spelling)) &&
        !joiningWords.has((index < cuts.length ? rest[0] : rest.at(-1)) as string),
    );
    return known ? known.map((part) => part.join(' ')) : [words.join(' ')];
  }
}

/** Also in Latin letters, with umlauts both ways. */
function spellingsOf(name: string): string[] {
  const latin = /[^\u0000-\u024f]/u.test(name) ? [name, transliterate(name)] : [name];
  return latin.flatMap((text) => [
    text,
    text.replace(/[äöü]/giu, (letter) => `${letter.normalize('NFD')[0]}e`),
    text.replace(/(?<![aeoq])([aou])e/giu, '$1'),
  ]);
}

function withoutKind(name: string): string {
  const kind = kindPrefixes.find((words) => name.startsWith(`${words} `));
  return withoutSuffix(kind === undefined ? name : name.slice(kind.length + 1), kindSuffixes);
}

function withoutSuffix(name: string, suffixes: readonly string[]): string {
  const suffix = suffixes.find((words) => name.endsWith(` ${words}`));
  return suffix === undefined ? name : name.slice(0, -suffix.length - 1);
}

const regionsOf = new Map<string, string[]>();
for (const [region, places] of placeRegions)
  for (const place of places.map(normalise)) {
    const name = withCommonPrefix(place);
    const key = commonPlaces.keyOf(name) ?? name;
    regionsOf.set(key, [...(regionsOf.get(key) ?? []), normalise(region)]);
  }

const common = new PlaceReader(commonPlaces);
const maxReaders = 50;
const readers = new Map<string, PlaceReader>();

/** @param own the location's `placeNames`; values that are no lines of names are ignored */
export function placeReader(own: unknown): PlaceReader {
  const lines = [own]
    .flat()
    .map((line) => [line].flat().filter((name): name is string => typeof name === 'string'))
    .filter(({ length }) => length > 1)
    .map((line) => line.map(compared));
  if (lines.length === 0) return common;
  const id = JSON.stringify(lines);
  const known = readers.get(id) ?? new PlaceReader(new PlaceTable(lines, commonPlaces));
  if (readers.size >= maxReaders) readers.clear();
  readers.set(id, known);
  return known;
}
