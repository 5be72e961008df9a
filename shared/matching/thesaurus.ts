import { normalise } from './normalise.ts';
import { memoize } from '../platform/memoize.ts';

/** Synonyms, and narrower meanings: a `townhouse` is a kind of `house`. */
export interface Meaning {
  readonly words: readonly string[];
  readonly kinds?: readonly string[];
}

export interface Thesaurus {
  /** Unknown texts mean themselves. */
  has(meaning: string): boolean;
  known(text: string): string | undefined;
  /** Including itself. */
  narrower(meaning: string): ReadonlySet<string>;
}

/** balcones, Balkone, Terrassen; not balconies. */
const plurals = ['s', 'es', 'e', 'n', 'en'];

/** @throws {TypeError} for a word with two meanings or an unknown kind */
export function createThesaurus(table: Readonly<Record<string, Meaning>>): Thesaurus {
  const meaningOf = new Map<string, string>();
  for (const [meaning, { words, kinds = [] }] of Object.entries(table)) {
    for (const word of new Set(words.map(normalise))) {
      const other = meaningOf.get(word);
      if (other !== undefined) throw new TypeError(`The word "${word}" means both ${other} and ${meaning}`);
      meaningOf.set(word, meaning);
    }
    for (const kind of kinds)
      if (!Object.hasOwn(table, kind)) throw new TypeError(`${meaning} includes ${kind}, which is not in the table`);
  }

  function known(text: string): string | undefined {
    const word = normalise(text);
    const stems = [word, ...plurals.filter((end) => word.endsWith(end)).map((end) => word.slice(0, -end.length))];
    return stems.map((stem) => meaningOf.get(stem)).find((meaning) => meaning !== undefined);
  }

  return {
    known,
    has: (meaning) => Object.hasOwn(table, meaning),
    narrower: memoize((meaning) => {
      const found = new Set([meaning]);
      for (const each of found) for (const kind of table[each]?.kinds ?? []) found.add(kind);
      return found;
    }),
  };
}

/** Beginnings and ends, longest first. */
export function phrasesOf(words: readonly string[]): string[] {
  return words.flatMap((_, index) => [words.slice(index).join(' '), words.slice(0, words.length - index).join(' ')]);
}
