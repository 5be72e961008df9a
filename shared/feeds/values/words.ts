import { memoize } from '../../platform/memoize.ts';
import { maxValueLength } from './bounded.ts';

/** Of a cut text's key: matches no word. */
const goesOn = ' …';

/** ` Sous-Offre ` equals `sous offre`. Keeps letters and digits of all scripts. */
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

/** A word key without its spaces: `Precio_Venta`, `precio-venta`, `precioVenta` give `precioventa`. */
export const nameKey = memoize((name) => wordKey(name).replace(/[ +]/g, ''), { maxAnswers: 10_000, maxLength: 60 });

/** From `{ meaning: 'word, word' }`, by `wordKey`; German umlauts also spelled out: `loeschen`. */
export function wordTable<Meaning extends string>(
  meanings: Readonly<Record<Meaning, string>>,
): ReadonlyMap<string, Meaning> {
  const table = new Map<string, Meaning>();
  for (const [meaning, words] of Object.entries(meanings) as [Meaning, string][]) {
    table.set(wordKey(meaning), meaning);
    for (const word of words.split(',').flatMap(spellings)) if (word.trim() !== '') table.set(wordKey(word), meaning);
  }
  return table;
}

function spellings(word: string): readonly string[] {
  // The key drops the dots.
  return /[äöüß]/.test(word) ? [word, word.replace(/[äöü]/g, '$&e').replaceAll('ß', 'ss')] : [word];
}
