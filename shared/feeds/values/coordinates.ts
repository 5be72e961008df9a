/**
 * Coordinates: decimal point or comma, a bare `-.73` or an exponent, hemisphere letters, degrees-minutes-seconds,
 * swapped axes, placeholders.
 */
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
  /** Why there is no point: nothing given, the 0/0 placeholder, not a number, or outside the earth or the country. */
  | { readonly point: null; readonly reason: 'absent' | 'placeholder' | 'unreadable' | 'out-of-place' };

/** No point is written longer. */
const maxPointLength = 200;

/**
 * Reads a point. Axes are swapped when only the swapped point is on earth, or only it lies in the listing's country.
 * @param country ISO 3166-1 alpha-2, when known.
 * @param home where none is known, the country that most listings are in: it turns a point that lies there only when
 * swapped, and refuses none
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

/**
 * Reads a point written in one value: `55.07,82.96`, `40,4168; -3,7038`, `(34.7071, 33.0826)`, `34.7071/33.0826`,
 * `POINT(-3.7 40.4)` (longitude first).
 */
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

/** The point of a listing that hides its address: rounded to 2 decimals, about a kilometre. */
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

/** Runs of white space become one: the pattern of degrees has an optional one between any two of its parts. */
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

/** Values that samples and unfilled forms carry: 0/0, 1/1, -1/-1, 99.999999/999.999999. */
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
