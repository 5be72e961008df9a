import { transliterate } from 'transliteration';
import { normalise } from '../normalise.ts';
import { remember } from '../remember.ts';
import { commonPrefix, compared, withCommonPrefix } from './compared-name.ts';
import { commonPlaces, PlaceTable } from './place-table.ts';
import { joiningWords, kindSuffixes, partPrefixes, partSuffixes, regionWords } from './place-words.ts';

/** Longer texts are misplaced descriptions. */
const maxLetters = 100;
const maxNames = 20;

/** `Nicosia / Strovolos`, `Limassol - Germasogeia`, `Limassol, Paphos`. */
const separators = /[,;/|()+\n]|\s[-–—]\s/;

/** Search texts that the index cannot answer: lists, standalone accents, non-Latin letters, words like `district`. */
export const beyondIndex = {
  $regex: String.raw`[,;/|()+\n´\x60]|\s[-–—]\s|[^\x00-\x{24f}]|[aou]e|\s(?:${kindSuffixes.join('|')})\s*$`,
  $options: 'i',
} as const;

type ListingPlace = 'district' | 'city' | 'province' | 'postalCode';

export class PlaceReader {
  readonly #table: PlaceTable;

  constructor(table: PlaceTable) {
    this.#table = table;
  }

  /** Empty if nothing is left to compare. */
  readonly placeKey: (name: string) => string = remember((name) => this.#keyOf(normalise(name)));

  /**
   * One field may name several places: `Nicosia / Strovolos`, `Universal (Kato Paphos)`. A part is also in its whole:
   * `Kato Paphos` in Paphos.
   */
  readonly placeKeys: (field: string) => readonly string[] = remember((field) => {
    const keys = this.#namesIn(field)
      .flatMap((name) => [name, ...this.#joined(normalise(name))])
      .flatMap(spellingsOf)
      .flatMap((name) => [normalise(name), ...this.#wholesOf(normalise(name))].map((whole) => this.#keyOf(whole)));
    return [...new Set(keys)].filter((key) => key !== '');
  });

  /** District and city are also joined in either order (`Berlin-Kreuzberg`). */
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

  /** Any of these places will do. */
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

  /** People also search by postcode, or British district or sector (`SW11`, `SW11 4`). */
  #postcodeKeys(postalCode: string): string[] {
    const [, outward, sector] = /^\s*([a-z]{1,2}\d[a-z\d]?)\s*(\d)[a-z]{2}\s*$/i.exec(postalCode) ?? [];
    const parts = outward ? [outward, `${outward} ${sector}`, postalCode] : [postalCode];
    return postalCode.length > maxLetters ? [] : parts.map(this.placeKey).filter((key) => key !== '');
  }

  /** Compared spellings for the index. */
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

  #namesIn(field: string): string[] {
    // A known whole is no list: `Frankfurt (Oder)`.
    const parts = this.#isKnown(normalise(field)) ? [] : field.split(separators);
    const names = parts.length > maxNames ? [] : [field, ...parts].filter(({ length }) => length <= maxLetters);
    return names.filter((name) => normalise(name) !== '');
  }

  /** For `kato paphos`, `limassol marina`, `frankfurt am main`. */
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
   * A known place and the words around it (`berlin kreuzberg`, `1030 wien`, `parramatta nsw`), unless another place is
   * meant (`villanueva de cordoba`).
   */
  #joined(name: string): string[] {
    const key = this.#table.keyOf(withCommonPrefix(name));
    // `Baden-Baden` is one name. The gazetteer also has `Berlin-Kreuzberg`, as Kreuzberg.
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

function withoutSuffix(name: string, suffixes: readonly string[]): string {
  const suffix = suffixes.find((words) => name.endsWith(` ${words}`));
  return suffix === undefined ? name : name.slice(0, -suffix.length - 1);
}

const common = new PlaceReader(commonPlaces);
const maxReaders = 50;
const readers = new Map<string, PlaceReader>();

/** @param own the location's `placeNames`: lines of names for one place; other values are ignored */
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
