/** `A` to `H`, with `+` and Italy's numbered classes. */

/** `b` is `B`; `X`, `NC`, `TA`, `esente`, stars are null. */
export function parseEnergyRating(text: string): string | null {
  const compact = text
    .trim()
    .toUpperCase()
    .replace(/^(?:CLASE|CLASS|KLASSE|CLASSE|RATING)\s*/u, '')
    .replaceAll(/\s/gu, '');
  return /^(?:A(?:\+{1,4}|[1-4])?|[B-H](?:\+)?|B[1-3]|C[1-3]|D[12]|E[12])$/.test(compact) ? compact : null;
}
