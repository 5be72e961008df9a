/**
 * Words that mean the same, and words that include others, over a table of data: `villa` is a `house`, a `townhouse` is
 * a kind of it.
 */

import { normalise } from './normalise.ts';
import { remember } from './remember.ts';

/** One meaning: its words in any language, and the meanings that it includes. */
export interface Meaning {
  readonly words: readonly string[];
  readonly kinds?: readonly string[];
}

export interface Thesaurus {
  /** Whether the table has this meaning; a text that it does not know means itself. */
  has(meaning: string): boolean;
  /** The meaning of a text, if the table knows it. */
  known(text: string): string | undefined;
  /** The meaning and everything it includes. */
  narrower(meaning: string): ReadonlySet<string>;
}

/** Ends of plurals in the languages of the table: balconies aside, balcones, Balkone, Terrassen. */
const plurals = ['s', 'es', 'e', 'n', 'en'];

/** Makes a thesaurus of a table; wrong tables (a word with two meanings, an unknown kind) throw at once. */
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
    narrower: remember((meaning) => {
      const found = new Set([meaning]);
      for (const each of found) for (const kind of table[each]?.kinds ?? []) found.add(kind);
      return found;
    }),
  };
}

/** The ends and beginnings of some words, the longest first: where a word stands that is adorned by the others. */
export function phrasesOf(words: readonly string[]): string[] {
  return words.flatMap((_, index) => [words.slice(index).join(' '), words.slice(0, words.length - index).join(' ')]);
}
