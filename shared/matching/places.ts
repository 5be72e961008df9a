/**
 * Which names mean the same place, both ways: the key of a name, and all spellings that have this key. The second is
 * what the database is asked for, so the two must agree: whatever has a key is among (or collates like) its spellings.
 */

import { normalise, standingAccents } from './normalise.ts';
import { placePrefixes, placeSpellings } from './place-names.ts';
import { remember } from './remember.ts';

const prefixOf = new Map(placePrefixes.flatMap((line) => line.map((word) => [normalise(word), normalise(line[0] as string)] as const)));
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

/** More than any name of a place has, and than any field names: what goes beyond is a description in the wrong field. */
const mostLetters = 100;
const mostNames = 20;

/**
 * The keys of a listing's place field, which may hold several names: `Nicosia / Strovolos`, `Universal (Kato Paphos)`.
 * A field that holds something else says nothing.
 */
export function placeKeys(field: string): string[] {
  const parts = field.split(/[,;/|()]/);
  const names = parts.length > mostNames ? [] : [field, ...parts].filter(({ length }) => length <= mostLetters);
  return [...new Set(names.map(placeKey))].filter((key) => key !== '');
}

/** Every spelling of the place with this key, in compared form, and with accents that stand alone. */
export function placeSpellingsOf(key: string): string[] {
  return [...(namesOf.get(key) ?? [key])].flatMap(prefixVariants).flatMap(withStandingAccents);
}

function withCommonPrefix(compared: string): string {
  const [first, ...rest] = compared.split(' ');
  const common = rest.length > 0 ? prefixOf.get(first as string) : undefined;
  return common === undefined ? compared : [common, ...rest].join(' ');
}

/** More words than any name has; each one doubles the spellings. */
const mostAccentedWords = 5;

/** The name, and how it is written with accents before any of its words: `d´aro`, `΄αγιος ΄αθανασιος`. */
function withStandingAccents(name: string): string[] {
  const words = name.split(' ');
  const choices = 2 ** Math.min(words.length, mostAccentedWords);
  const accented = (accent: string, choice: number) => words.map((word, index) => ((choice >> index) & 1 ? accent + word : word)).join(' ');
  return [name, ...standingAccents.flatMap((accent) => Array.from({ length: choices - 1 }, (_, index) => accented(accent, index + 1)))];
}

function prefixVariants(name: string): string[] {
  const [first, ...rest] = name.split(' ');
  const words = rest.length > 0 ? spelledLikePrefix.get(first as string) : undefined;
  return words === undefined ? [name] : words.map((word) => [word, ...rest].join(' '));
}
