/**
 * The database compares raw text under `placeCollation` and must never find less. So marks are dropped only where the
 * collation ignores them (on Latin and Greek letters, except the iota subscript and small superscripts), and only plain
 * punctuation. `beyondIndex` covers standalone accents, which are symbols to the collation.
 */

const gap = String.raw`[\s.,;:'’‘"“”()\-‐–—/_&]`;
const mark = String.raw`[\u0300-\u0344\u0346-\u0362]`;
/** No apostrophe precedes these, except an English final `s`. */
const consonant = String.raw`(?:[bcdfgjklmnpqrtvwxzβγδζθκλμνξπσςτφχψ]|s(?!$|${gap}))`;
const accentable = String.raw`(?!${consonant})\p{L}`;

const gaps = new RegExp(`${gap}+`, 'gu');
const accents = new RegExp(String.raw`(?<=[\p{Script=Latin}\p{Script=Greek}]${mark}*)${mark}`, 'gu');
const standingAccent = new RegExp(`[´\`\u0384\u1fbd\u1fbf\u1ffe]${mark}*(?=${accentable})`, 'gu');

/** `' Áyia-Nápa '` becomes `ayia napa`. */
export function normalise(text: string): string {
  const letters = fromGeorgianCapitals(text.normalize('NFD')).replace(/./gsu, plainLetter);
  // An apostrophe (`L´Eliana`) or a capital's accent (`΄Εμπα`).
  return letters.replace(standingAccent, ' ').replace(accents, '').replaceAll('ς', 'σ').replace(gaps, ' ').trim();
}

/** The database's older tables separate these letters. */
const unknownToDatabase = /[\u1c89\u1c90-\u1cbf\u1d4c\u20a8\u2c2f\u2d6f\u{10000}-\u{10ffff}]/u;

/** Lower case and plain (`ﬁ`, `２`). What would become a space with a mark stays: the collation has no such space. */
function plainLetter(character: string): string {
  if (unknownToDatabase.test(character)) return character;
  const plain = character.normalize('NFKD');
  return (/^ \p{M}/u.test(plain) ? character : plain).toLowerCase();
}

/** Georgian never mixes capitals with other letters. */
function fromGeorgianCapitals(text: string): string {
  return /[\u10d0-\u10ff]/u.test(text) ? text : text.replace(/[\u1c90-\u1cbf]/gu, (capital) => capital.toLowerCase());
}
