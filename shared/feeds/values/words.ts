/** Words of feeds made comparable: case, accents, punctuation and runs of white space do not matter. */

import { memoize } from '../../platform/memoize.ts';
import { maxValueLength } from './bounded.ts';

/** Behind the key of a text that goes on: no word has it, so that none is taken for such a text. */
const goesOn = ' …';

/**
 * `  Sous-Offre ` and `sous offre` become the same key. Keeps letters and digits of every script. A feed says the same
 * few words in every item.
 */
export const wordKey = memoize(
  (text) => {
    const word = text.length <= maxValueLength ? text : text.trim();
    return word.length <= maxValueLength ? folded(word) : folded(word.slice(0, maxValueLength)) + goesOn;
  },
  { maxAnswers: 10_000, maxLength: 60 },
);

function folded(word: string): string {
  return word
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+]+/gu, ' ')
    .trim();
}

/** Builds a look-up from `{ meaning: 'word, word' }`, keyed by `wordKey`. A word may stand under one meaning only. */
export function wordTable<Meaning extends string>(
  meanings: Readonly<Record<Meaning, string>>,
): ReadonlyMap<string, Meaning> {
  const table = new Map<string, Meaning>();
  for (const [meaning, words] of Object.entries(meanings) as [Meaning, string][]) {
    table.set(wordKey(meaning), meaning);
    for (const word of words.split(',')) if (word.trim() !== '') table.set(wordKey(word), meaning);
  }
  return table;
}
