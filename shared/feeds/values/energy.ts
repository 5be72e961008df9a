/** `A` to `H`, with `+` and Italy's numbered classes; Australia's stars. */

/** `b` is `B`, `4.0 Stars` is `4 stars`; `X`, `NC`, `TA`, `esente` and bare numbers are null. */
export function parseEnergyRating(text: string): string | null {
  const compact = text
    .trim()
    .toUpperCase()
    .replace(/^(?:CLASE|CLASS|KLASSE|CLASSE|RATING)\s*/u, '')
    .replaceAll(/\s/gu, '');
  const stars = Number(/^(10|\d(?:\.\d)?)(?:-?STARS?|★)$/.exec(compact)?.[1] ?? 0);
  if (stars > 0) return stars === 1 ? '1 star' : `${stars} stars`;
  return /^(?:A(?:\+{1,4}|[1-4])?|[B-H](?:\+)?|B[1-3]|C[1-3]|D[12]|E[12])$/.test(compact) ? compact : null;
}
