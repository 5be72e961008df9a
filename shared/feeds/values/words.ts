/** Words of feeds made comparable: case, accents, punctuation and runs of white space do not matter. */

/** A feed says the same few words in every item. */
const known = new Map<string, string>();
const mostKnown = 10_000;
const longestKnown = 60;

/** `  Sous-Offre ` and `sous offre` become the same key. Keeps letters and digits of every script. */
export function wordKey(text: string): string {
  if (text.length > longestKnown) return makeKey(text);
  let key = known.get(text);
  if (key === undefined) {
    key = makeKey(text);
    if (known.size < mostKnown) known.set(text, key);
  }
  return key;
}

function makeKey(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+]+/gu, ' ')
    .trim();
}

/** Builds a look-up from `{ meaning: 'word, word' }`, keyed by `wordKey`. A word may stand under one meaning only. */
export function wordTable<Meaning extends string>(meanings: Readonly<Record<Meaning, string>>): ReadonlyMap<string, Meaning> {
  const table = new Map<string, Meaning>();
  for (const [meaning, words] of Object.entries(meanings) as [Meaning, string][]) {
    table.set(wordKey(meaning), meaning);
    for (const word of words.split(',')) if (word.trim() !== '') table.set(wordKey(word), meaning);
  }
  return table;
}
