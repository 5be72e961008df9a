/**
 * Text as it is compared: letter case, accents, punctuation and spacing do not count.
 *
 * `find-candidates.ts` lets the database compare raw text under `placeCollation`, which must never find less than this.
 * Hence the care: a mark is dropped only where the collation ignores it too (accents on Latin and Greek letters, but not
 * the iota subscript or the small superscript letters, which it reads as letters), and only plain punctuation is.
 */

const accents = /(?<=[\p{Script=Latin}\p{Script=Greek}][\u0300-\u0344\u0346-\u0362]*)[\u0300-\u0344\u0346-\u0362]/gu;
const gaps = /[\s.,;:'’‘"“”()\-‐–—/_&]+/gu;

/** The compared form: `' Áyia-Nápa '` is `ayia napa`; empty when there is nothing to compare. */
export function normalise(text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(accents, '').replaceAll('ς', 'σ').replace(gaps, ' ').trim();
}
