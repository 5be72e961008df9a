/**
 * Text as it is compared: letter case, accents, punctuation and spacing do not count.
 *
 * `find-candidates.ts` lets the database compare raw text under `placeCollation`, which must never find less than this.
 * Hence the care: a mark is dropped only where the collation ignores it too (accents on Latin and Greek letters, but
 * not the iota subscript or the small superscript letters, which it reads as letters), and only plain punctuation is.
 * An accent that stands alone the collation takes for a symbol: texts with one are looked through (`beyondIndex`).
 */

const gap = String.raw`[\s.,;:'’‘"“”()\-‐–—/_&]`;
const mark = String.raw`[\u0300-\u0344\u0346-\u0362]`;
/** The consonants that no apostrophe stands before; of the English `s` only what is more than that letter. */
const consonant = String.raw`(?:[bcdfgjklmnpqrtvwxzβγδζθκλμνξπσςτφχψ]|s(?!$|${gap}))`;
const accentable = String.raw`(?!${consonant})\p{L}`;

const gaps = new RegExp(`${gap}+`, 'gu');
const accents = new RegExp(String.raw`(?<=[\p{Script=Latin}\p{Script=Greek}]${mark}*)${mark}`, 'gu');
const standingAccent = new RegExp(`[´\`\u0384\u1fbd\u1fbf\u1ffe]${mark}*(?=${accentable})`, 'gu');

/** The compared form: `' Áyia-Nápa '` is `ayia napa`; empty when there is nothing to compare. */
export function normalise(text: string): string {
  const letters = fromGeorgianCapitals(text.normalize('NFD')).replace(/./gsu, plainLetter);
  // An apostrophe (`L´Eliana`, `King´s Cross`), or one that belongs to a capital (`΄Εμπα`).
  return letters.replace(standingAccent, ' ').replace(accents, '').replaceAll('ς', 'σ').replace(gaps, ' ').trim();
}

/**
 * Characters whose lower case or plain form is newer than the database's tables: to it they are letters of their own.
 */
const unknownToDatabase = /[\u1c89\u1c90-\u1cbf\u1d4c\u20a8\u2c2f\u2d6f\u{10000}-\u{10ffff}]/u;

/**
 * A character in lower case and without its form (`ﬁ`, `２`). One that would become a space with a mark stays: the
 * collation has no space there.
 */
function plainLetter(character: string): string {
  if (unknownToDatabase.test(character)) return character;
  const plain = character.normalize('NFKD');
  return (/^ \p{M}/u.test(plain) ? character : plain).toLowerCase();
}

/** Georgian is written in capitals or without: a text that mixes them is no word of the language and stays as it is. */
function fromGeorgianCapitals(text: string): string {
  return /[\u10d0-\u10ff]/u.test(text) ? text : text.replace(/[\u1c90-\u1cbf]/gu, (capital) => capital.toLowerCase());
}
