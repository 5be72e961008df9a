/**
 * Which names mean the same place, both ways: the key of a name, and all spellings that have this key. The second is
 * what the database is asked for, so the two must agree: whatever has a key is among (or collates like) its spellings.
 */

import { inGeorgianCapitals, isAccentable, normalise, standingAccents } from './normalise.ts';
import { placePrefixes, placeSpellings } from './place-names.ts';
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
export const placeKey: (name: string) => string = remember((name) => {
  const compared = withCommonPrefix(normalise(name));
  return keyOf.get(compared) ?? compared;
});

/**
 * More than any name of a place has, and than any field names: what goes beyond is a description in the wrong field.
 */
const maxLetters = 100;
const maxNames = 20;

/**
 * The keys of a listing's place field, which may hold several names: `Nicosia / Strovolos`, `Universal (Kato Paphos)`.
 * A field that holds something else says nothing.
 */
export function placeKeys(field: string): string[] {
  const parts = field.split(/[,;/|()]/);
  const names = parts.length > maxNames ? [] : [field, ...parts].filter(({ length }) => length <= maxLetters);
  return [...new Set(names.map(placeKey))].filter((key) => key !== '');
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
