/**
 * Which names mean the same place, both ways: the key of a name, and all spellings that have this key. The second is
 * what the database is asked for, so the two must agree: whatever has a key is among (or collates like) its spellings.
 */

import { transliterate } from 'transliteration';
import { inGeorgianCapitals, isAccentable, normalise, standingAccents } from './normalise.ts';
import { kindSuffixes, partPrefixes, partSuffixes, placePrefixes, placeSpellings, regionWords } from './place-names.ts';
import { remember } from './remember.ts';

const prefixOf = new Map(
  placePrefixes.flatMap((line) => line.map((word) => [normalise(word), normalise(line[0] as string)] as const)),
);
const spelledLikePrefix = new Map<string, string[]>();
for (const [word, first] of prefixOf) spelledLikePrefix.set(first, [...(spelledLikePrefix.get(first) ?? []), word]);

const keyOf = new Map<string, string>();
const namesOf = new Map<string, Set<string>>();
for (const line of placeSpellings) {
  const key = withCommonPrefix(normalise(line[0] as string));
  const names = new Set(line.map((name) => withCommonPrefix(normalise(name))));
  namesOf.set(key, names);
  for (const name of names) {
    const other = keyOf.get(name);
    if (other !== undefined) throw new TypeError(`The place name "${name}" belongs to both ${other} and ${key}`);
    keyOf.set(name, key);
  }
}

/** What a written name is compared by; empty when it says nothing. */
export const placeKey: (name: string) => string = remember((name) => keyOfNormalised(normalise(name)));

function keyOfNormalised(normalised: string): string {
  const compared = withCommonPrefix(normalised);
  const known = keyOf.get(compared);
  if (known !== undefined) return known;
  return compared.replaceAll('ß', 'ss');
}

/**
 * More than any name of a place has, and than any field names: what goes beyond is a description in the wrong field.
 */
const maxLetters = 100;
const maxNames = 20;

/** What stands between names in one field: `Nicosia / Strovolos`, `Limassol - Germasogeia`, `Limassol, Paphos`. */
const separators = /[,;/|()+\n]|\s[-–—]\s/;

/**
 * Condition in the database: texts of a search that its index cannot answer for a listing's names, lists in one text,
 * other letters than Latin ones, and words like `district`.
 */
export const beyondIndex = {
  $regex: String.raw`[,;/|()+\n´\x60]|\s[-–—]\s|[^\x00-\x{24f}]|[aou]e|\s(?:${kindSuffixes.join('|')})\s*$`,
  $options: 'i',
} as const;

function isKnown(normalised: string): boolean {
  return keyOf.has(withCommonPrefix(normalised));
}

/** The names in one field, in every spelling that tells the same place. */
function namesIn(field: string): string[] {
  // A whole that the table knows is no list: `Frankfurt (Oder)`.
  const parts = isKnown(normalise(field)) ? [] : field.split(separators);
  const names = parts.length > maxNames ? [] : [field, ...parts].filter(({ length }) => length <= maxLetters);
  return names.filter((name) => normalise(name) !== '');
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

/**
 * The keys of a listing's place field, which may hold several names: `Nicosia / Strovolos`, `Universal (Kato Paphos)`.
 * A part of a place is also in the whole: `Kato Paphos` in Paphos. A field that holds something else says nothing.
 */
export const placeKeys: (field: string) => readonly string[] = remember((field) => {
  const keys = namesIn(field)
    .flatMap(spellingsOf)
    .flatMap((name) => {
      const normalised = normalise(name);
      return [normalised, ...wholesOf(normalised)].map(keyOfNormalised);
    });
  return [...new Set(keys)].filter((key) => key !== '');
});

/** The keys of the places that one text of a search names; each of them will do. */
export const searchedKeys: (text: string) => readonly string[] = remember((text) => {
  // `Limassol - Germasogeia` is the area, not the whole town.
  const narrowed = text.split(/[,;/|+\n]/).map((part) => part.split(/\s[-–—]\s/).at(-1) as string);
  const names =
    narrowed.length > maxNames ? [] : [text, ...narrowed, ...narrowed.map((part) => part.replace(/\(.*?\)/g, ''))];
  const keys = names
    .filter((name) => name.length <= maxLetters && normalise(name) !== '')
    .flatMap(spellingsOf)
    .flatMap((name) => [normalise(name), withoutSuffix(normalise(name), kindSuffixes)].map(keyOfNormalised));
  return [...new Set(keys)].filter((key) => key !== '');
});

/** The wholes that a place is a part of by its name: `kato paphos`, `limassol marina`, `frankfurt am main`. */
function wholesOf(name: string): string[] {
  const [first = '', ...rest] = name.split(' ');
  const wholes = [withoutSuffix(withoutSuffix(name, kindSuffixes), partSuffixes)];
  if (rest.length > 0 && partPrefixes.includes(prefixOf.get(first) ?? first)) wholes.push(rest.join(' '));
  const region = isKnown(name) ? [] : regionWords.map((words) => name.indexOf(` ${words} `)).filter((at) => at > 0);
  if (region.length > 0) wholes.push(name.slice(0, Math.min(...region)));
  return wholes.filter((whole) => whole !== name && whole !== '');
}

function withoutSuffix(name: string, suffixes: readonly string[]): string {
  const suffix = suffixes.find((words) => name.endsWith(` ${words}`));
  return suffix === undefined ? name : name.slice(0, -suffix.length - 1);
}

/**
 * What people search by instead of a name: the postcode, and of a British one the district and the sector (`SW11`,
 * `SW11 4`).
 */
export function postcodeKeys(postalCode: string): string[] {
  const [, outward, sector] = /^\s*([a-z]{1,2}\d[a-z\d]?)\s*(\d)[a-z]{2}\s*$/i.exec(postalCode) ?? [];
  const parts = outward ? [outward, `${outward} ${sector}`, postalCode] : [postalCode];
  return postalCode.length > maxLetters ? [] : parts.map(placeKey).filter((key) => key !== '');
}

/** More than this a query should not ask for. */
const maxSpellings = 2000;

/**
 * Every spelling of the places with these keys, in compared form, and with accents that stand alone.
 *
 * @returns `undefined`: they are too many to ask for
 */
export function placeSpellingsOf(keys: readonly string[]): string[] | undefined {
  const spellings: string[] = [];
  for (const name of keys.flatMap((key) =>
    [...(namesOf.get(key) ?? [key])]
      .flatMap(prefixVariants)
      .flatMap((name) => [name, inGeorgianCapitals(name) ?? []].flat()),
  )) {
    const words = name.split(' ');
    const accentable = [...words.keys()].filter((index) => isAccentable(words[index] as string));
    if (spellings.length + standingAccents.length * 2 ** accentable.length > maxSpellings) return undefined;
    spellings.push(name, ...standingAccents.flatMap((accent) => accentedIn(words, accentable, accent)));
  }
  return spellings;
}

/** How a name is written with an accent before any of these words: `d´aro`, `΄αγιος ΄αθανασιος`. */
function accentedIn(words: readonly string[], accentable: readonly number[], accent: string): string[] {
  return Array.from({ length: 2 ** accentable.length - 1 }, (_, index) => {
    const chosen = new Set(accentable.filter((__, place) => ((index + 1) >> place) & 1));
    return words.map((word, place) => (chosen.has(place) ? accent + word : word)).join(' ');
  });
}

function withCommonPrefix(compared: string): string {
  const [first, ...rest] = compared.split(' ');
  const common = rest.length > 0 ? prefixOf.get(first as string) : undefined;
  return common === undefined ? compared : [common, ...rest].join(' ');
}

function prefixVariants(name: string): string[] {
  const [first, ...rest] = name.split(' ');
  const words = rest.length > 0 ? spelledLikePrefix.get(first as string) : undefined;
  return words === undefined ? [name] : words.map((word) => [word, ...rest].join(' '));
}
