import { lazily } from '../../platform/libraries.ts';

const borders = lazily(() => import('@rapideditor/country-coder'));
/** Degrees a point may be off its country: at sea, across a border river, in the next village. */
const margin = 0.3;
const around = [-margin, 0, margin].flatMap((south) => [-margin, 0, margin].map((west) => [south, west] as const));
/** The second country claims ground of the first. */
const disputed: ReadonlySet<string> = new Set(['RU UA', 'UA RU', 'RS XK', 'XK RS', 'EH MA', 'PS IL', 'IL PS', 'GE RU']);

/** `undefined` at sea or without a point. Guadeloupe is FR. */
export function countryOfPoint(
  latitude: number | null | undefined,
  longitude: number | null | undefined,
): string | undefined {
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined;
  return borders().iso1A2Code([longitude, latitude]) ?? undefined;
}

/** Territories included; `undefined` if `country` is not a country. */
export function mayLieIn(country: string, latitude: number, longitude: number): boolean | undefined {
  const { feature, iso1A2Codes } = borders();
  if (country.length !== 2 || !feature(country)) return undefined;
  const isThere = (codes: readonly string[]): boolean =>
    codes.some((code) => code === country || disputed.has(`${code} ${country}`));
  if (isThere(iso1A2Codes([longitude, latitude]))) return true;
  return around.some(([south, west]) => isThere(iso1A2Codes([longitude + west, latitude + south])));
}
