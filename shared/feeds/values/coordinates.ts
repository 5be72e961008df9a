import { mayLieIn } from './country-of-point.ts';
import { roundTo } from './numbers.ts';

export interface Point {
  /** Degrees north, at most 7 decimals. */
  readonly latitude: number;
  /** Degrees east, at most 7 decimals. */
  readonly longitude: number;
}

export type PointReading =
  | { readonly point: Point; readonly swapped: boolean }
  /** `placeholder`: 0/0; `out-of-place`: not on earth, or not in the country. */
  | { readonly point: null; readonly reason: 'absent' | 'placeholder' | 'unreadable' | 'out-of-place' };

const maxPointLength = 200;

/**
 * Swaps axes if only the swapped point is on earth, or only it is in the country.
 * @param country ISO 3166-1 alpha-2
 * @param home without a country, that of most listings: swaps points that lie there only when swapped, rejects none
 */
export function parsePoint(
  latitude: string | null | undefined,
  longitude: string | null | undefined,
  country?: string | null,
  home?: string,
): PointReading {
  const [latText, lonText] = [oneLine(latitude ?? ''), oneLine(longitude ?? '')];
  if (latText === '' || lonText === '') return { point: null, reason: 'absent' };
  const [a, b] = [parseDegrees(latText), parseDegrees(lonText)];
  if (a === null || b === null) return { point: null, reason: 'unreadable' };
  if (isPlaceholder(a.degrees, b.degrees)) return { point: null, reason: 'placeholder' };
  const named = a.axis === 'longitude' || b.axis === 'latitude';
  const straight = named
    ? { latitude: b.degrees, longitude: a.degrees }
    : { latitude: a.degrees, longitude: b.degrees };
  const turned = { latitude: straight.longitude, longitude: straight.latitude };
  if (fits(straight, country) && (country || !isAtHomeTurned(straight, turned, home)))
    return { point: rounded(straight, 7), swapped: named };
  if (fits(turned, country)) return { point: rounded(turned, 7), swapped: !named };
  return { point: null, reason: 'out-of-place' };
}

function isAtHomeTurned(straight: Point, turned: Point, home: string | undefined): boolean {
  return home !== undefined && mayLieIn(home, straight.latitude, straight.longitude) === false && fits(turned, home);
}

/** `55.07,82.96`, `40,4168; -3,7038`, `(34.7071, 33.0826)`, `34.7071/33.0826`, `POINT(-3.7 40.4)` (longitude first). */
export function parsePointText(text: string, country?: string | null, home?: string): PointReading {
  const trimmed = oneLine(text);
  if (trimmed === '') return { point: null, reason: 'absent' };
  if (trimmed.length > maxPointLength) return { point: null, reason: 'unreadable' };
  const wkt = /^(?:SRID=\d+;)?\s*POINT\s*\(\s*([-+\d.e]+)\s+([-+\d.e]+)\s*\)$/i.exec(trimmed);
  if (wkt) return parsePoint(wkt[2], wkt[1], country, home);
  const bare = trimmed.replace(/^[([]\s*(.*?)\s*[)\]]$/s, '$1');
  const parts = /[;|/]/.test(bare)
    ? bare.split(/[;|/]/)
    : /^[^,\s]+\s*,\s*[^,\s]+$/.test(bare)
      ? bare.split(',')
      : bare.split(/,\s+|\s+(?=[-\d.])/);
  return parts.length === 2 ? parsePoint(parts[0], parts[1], country, home) : { point: null, reason: 'unreadable' };
}

export function blurred(point: Point): Point {
  return rounded(point, 2);
}

const hemisphere = '([NSEWO])?';
const wholeDegrees = String.raw`((?:\d{1,3}(?:[.,]\d+)?|[.,]\d+)(?:e[-+]?\d{1,2})?)\s*(?:°|º|d)?`;
const sixtieths = String.raw`(\d{1,2}(?:[.,]\d+)?)`;
const anyMinutes = String.raw`(?:${sixtieths}\s*(?:'|’|′|m)\s*)?`;
const anySeconds = String.raw`(?:${sixtieths}\s*(?:"|”|″|''|s)\s*)?`;
const degreesPattern = new RegExp(
  String.raw`^${hemisphere}\s*([-+−]?)\s*${wholeDegrees}\s*${anyMinutes}${anySeconds}${hemisphere}$`,
  'iu',
);

function oneLine(text: string): string {
  const written = text.trim();
  return written.length > maxPointLength ? written : written.replace(/\s+/g, ' ');
}

function parseDegrees(text: string): { degrees: number; axis?: 'latitude' | 'longitude' } | null {
  if (text.length > maxPointLength) return null;
  const match = degreesPattern.exec(text);
  if (!match) return null;
  const [, before, sign, whole, minutes = '0', seconds = '0', after] = match;
  const value = toNumber(whole ?? '') + toNumber(minutes) / 60 + toNumber(seconds) / 3600;
  const letter = (before ?? after ?? '').toUpperCase();
  const isNegative = (sign !== '' && sign !== '+') || ['S', 'W', 'O'].includes(letter);
  const degrees = isNegative && value !== 0 ? -value : value;
  if (letter === '') return { degrees };
  return { degrees, axis: 'NS'.includes(letter) ? 'latitude' : 'longitude' };
}

function toNumber(text: string): number {
  return Number(text.replace(',', '.'));
}

/** From samples and unfilled forms: 0/0, 1/1, -1/-1, 99.999999/999.999999. */
function isPlaceholder(a: number, b: number): boolean {
  if (a === 0 && b === 0) return true;
  return (Math.abs(a) === 1 && Math.abs(b) === 1) || (/^9+(\.9+)?$/.test(String(a)) && /^9+(\.9+)?$/.test(String(b)));
}

function fits({ latitude, longitude }: Point, country: string | null | undefined): boolean {
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return false;
  return !country || mayLieIn(country, latitude, longitude) !== false;
}

function rounded(point: Point, decimals: number): Point {
  return { latitude: roundTo(point.latitude, decimals), longitude: roundTo(point.longitude, decimals) };
}
