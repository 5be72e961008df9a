/**
 * What a text says about where: the places that a listing is in, and those that somebody looks for. A place is its key
 * in a table of names (`place-table.ts`).
 */

import { transliterate } from 'transliteration';
import { normalise } from '../normalise.ts';
import { remember } from '../remember.ts';
import { commonPrefix, compared, withCommonPrefix } from './compared-name.ts';
import { commonPlaces, PlaceTable } from './place-table.ts';
import { joiningWords, kindSuffixes, partPrefixes, partSuffixes, regionWords } from './place-words.ts';

/**
 * More than any name of a place has, and than any field names: what goes beyond is a description in the wrong field.
 */
const maxLetters = 100;
const maxNames = 20;

/** What stands between names in one field: `Nicosia / Strovolos`, `Limassol - Germasogeia`, `Limassol, Paphos`. */
const separators = /[,;/|()+\n]|\s[-–—]\s/;

/**
 * Condition in the database: texts of a search that its index cannot answer for a listing's names, lists in one text,
 * accents that stand alone, other letters than Latin ones, and words like `district`.
 */
export const beyondIndex = {
  $regex: String.raw`[,;/|()+\n´\x60]|\s[-–—]\s|[^\x00-\x{24f}]|[aou]e|\s(?:${kindSuffixes.join('|')})\s*$`,
  $options: 'i',
} as const;

type ListingPlace = 'district' | 'city' | 'province' | 'postalCode';

/** Reads places by the names of one table. */
export class PlaceReader {
  readonly #table: PlaceTable;

  constructor(table: PlaceTable) {
    this.#table = table;
  }

  /** What a written name is compared by; empty when it says nothing. */
  readonly placeKey: (name: string) => string = remember((name) => this.#keyOf(normalise(name)));

  /**
   * The keys of a listing's place field, which may hold several names: `Nicosia / Strovolos`, `Universal (Kato
   * Paphos)`. A part of a place is also in the whole: `Kato Paphos` in Paphos. A field that holds something else says
   * nothing.
   */
  readonly placeKeys: (field: string) => readonly string[] = remember((field) => {
    const keys = this.#namesIn(field)
      .flatMap((name) => [name, ...this.#joined(normalise(name))])
      .flatMap(spellingsOf)
      .flatMap((name) => [normalise(name), ...this.#wholesOf(normalise(name))].map((whole) => this.#keyOf(whole)));
    return [...new Set(keys)].filter((key) => key !== '');
  });

  /**
   * The keys of everything that a listing says about where it is. A part and its town are also searched in one text,
   * in either order (`Berlin-Kreuzberg`).
   */
  keysOfListing({ district, city, province, postalCode }: Record<ListingPlace, string | undefined>): string[] {
    const both = [district, city].map((name) => (name && name.length <= maxLetters ? normalise(name) : ''));
    const together = both.includes('') ? [] : [both.join(' '), both.toReversed().join(' ')];
    return [
      ...new Set([
        ...[district, city, province].flatMap((name) => this.placeKeys(name ?? '')),
        ...together.map((name) => this.#keyOf(name)),
        ...this.#postcodeKeys(postalCode ?? ''),
      ]),
    ];
  }

  /** The keys of the places that one text of a search names; each of them will do. */
  readonly searchedKeys: (text: string) => readonly string[] = remember((text) => {
    // `Limassol - Germasogeia` is the area, not the whole town.
    const narrowed = text.split(/[,;/|+\n]/).map((part) => part.split(/\s[-–—]\s/).at(-1) as string);
    const names =
      narrowed.length > maxNames ? [] : [text, ...narrowed, ...narrowed.map((part) => part.replace(/\(.*?\)/g, ''))];
    const keys = names
      .filter((name) => name.length <= maxLetters && normalise(name) !== '')
      .flatMap(spellingsOf)
      .flatMap((name) => [normalise(name), withoutSuffix(normalise(name), kindSuffixes)])
      .map((name) => this.#keyOf(name));
    return [...new Set(keys)].filter((key) => key !== '');
  });

  /**
   * What people search by instead of a name: the postcode, and of a British one the district and the sector (`SW11`,
   * `SW11 4`).
   */
  #postcodeKeys(postalCode: string): string[] {
    const [, outward, sector] = /^\s*([a-z]{1,2}\d[a-z\d]?)\s*(\d)[a-z]{2}\s*$/i.exec(postalCode) ?? [];
    const parts = outward ? [outward, `${outward} ${sector}`, postalCode] : [postalCode];
    return postalCode.length > maxLetters ? [] : parts.map(this.placeKey).filter((key) => key !== '');
  }

  /** Every spelling of the places with these keys that the database's index can be asked for, in compared form. */
  spellingsOf(keys: readonly string[]): string[] {
    return [...new Set(keys.flatMap((key) => this.#table.spellingsOf(key)))];
  }

  #keyOf(normalised: string): string {
    const name = withCommonPrefix(normalised);
    return this.#table.keyOf(name) ?? name;
  }

  #isKnown(normalised: string): boolean {
    return this.#table.keyOf(withCommonPrefix(normalised)) !== undefined;
  }

  /** The names in one field. */
  #namesIn(field: string): string[] {
    // A whole that the table knows is no list: `Frankfurt (Oder)`.
    const parts = this.#isKnown(normalise(field)) ? [] : field.split(separators);
    const names = parts.length > maxNames ? [] : [field, ...parts].filter(({ length }) => length <= maxLetters);
    return names.filter((name) => normalise(name) !== '');
  }

  /** The wholes that a place is a part of by its name: `kato paphos`, `limassol marina`, `frankfurt am main`. */
  #wholesOf(name: string): string[] {
    const [first = '', ...rest] = name.split(' ');
    const wholes = [withoutSuffix(withoutSuffix(name, kindSuffixes), partSuffixes)];
    if (rest.length > 0 && partPrefixes.includes(commonPrefix(first))) wholes.push(rest.join(' '));
    const regions = this.#isKnown(name) ? [] : regionWords.map((words) => name.indexOf(` ${words} `));
    const region = regions.filter((at) => at > 0);
    if (region.length > 0) wholes.push(name.slice(0, Math.min(...region)));
    return wholes.filter((whole) => whole !== name && whole !== '');
  }

  /**
   * A known place and what is written with it: `berlin kreuzberg`, `1030 wien`, `parramatta nsw`. Not where a word
   * between them says that it is another place (`villanueva de cordoba`).
   */
  #joined(name: string): string[] {
    const key = this.#table.keyOf(withCommonPrefix(name));
    // `Baden-Baden` is a name. `Berlin-Kreuzberg` is in the gazetteer too, as another name of Kreuzberg.
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

/** A name in letters of its own, in Latin ones, and with the umlauts written both ways. */
function spellingsOf(name: string): string[] {
  const latin = /[^\u0000-\u024f]/u.test(name) ? [name, transliterate(name)] : [name];
  return latin.flatMap((text) => [
    text,
    text.replace(/[äöü]/giu, (letter) => `${letter.normalize('NFD')[0]}e`),
    text.replace(/(?<![aeoq])([aou])e/giu, '$1'),
  ]);
}

function withoutSuffix(name: string, suffixes: readonly string[]): string {
  const suffix = suffixes.find((words) => name.endsWith(` ${words}`));
  return suffix === undefined ? name : name.slice(0, -suffix.length - 1);
}

const common = new PlaceReader(commonPlaces);
/** Locations whose own names were read lately. */
const maxReaders = 50;
const readers = new Map<string, PlaceReader>();

/**
 * The reader for a location.
 *
 * @param own the location's `placeNames`: lines of names that mean one place; whatever else stands there counts nothing
 */
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
