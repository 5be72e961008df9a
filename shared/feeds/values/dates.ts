/**
 * In the feed's zone unless named: ISO 8601, `2023-04-04 11:45:01`, REAXML's `2009-01-01-12:30:00`, `21/11/2024 15:57`,
 * `31.01.2020`, `21-Jan-2009`, `21 de enero de 2009`, RFC 822, `20240131`, Unix seconds or milliseconds. A date alone
 * never proves a listing unchanged.
 */

/** Order in `05/06/2024`; a number over 12 decides regardless. */
export type DateOrder = 'dmy' | 'mdy';

const months: ReadonlyMap<string, number> = new Map(
  [
    'jan ene janv gen янв',
    'feb fev févr февр фев',
    'mar mär mrz mars мар',
    'apr abr avr апр',
    'may mai mag maj mei май мая',
    'jun juin giu июн',
    'jul juil lug июл',
    'aug ago août авг',
    'sep set sept сен',
    'oct okt ott out окт',
    'nov нояб ноя',
    'dec dez dic déc дек',
  ].flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const)),
);
/** Minutes. Not EST, CST, IST: several continents use them. */
const zones: Readonly<Record<string, number>> = {
  wet: 0,
  west: 60,
  bst: 60,
  cet: 60,
  mez: 60,
  cest: 120,
  mesz: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  awst: 480,
  acst: 570,
  acdt: 630,
  aest: 600,
  aedt: 660,
  nzst: 720,
  nzdt: 780,
};
const clockTime = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(am|pm)?(?:\s*uhr)?`;
const zone = String.raw`(z|utc|gmt|[+-]\d{2}(?::?\d{2})?|${Object.keys(zones).join('|')})`;
const timePattern = String.raw`(?:[T\s,-]+${clockTime}\s*${zone}?)?`;
const yearFirstPattern = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})${timePattern}$`, 'i');
const yearLastPattern = new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})${timePattern}$`, 'i');
const dayNumber = String.raw`(?:\p{L}+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?`;
const monthName = String.raw`(?:(?:de|of)\s+)?(\p{L}{3,})\.?`;
const yearNumber = String.raw`(?:del?\s+)?(\d{4}|\d{2})`;
const namedPattern = new RegExp(String.raw`^${dayNumber}[-\s.]+${monthName}[-\s,]+${yearNumber}${timePattern}$`, 'iu');
const namedFirstPattern = new RegExp(String.raw`^(\p{L}{3,})\.?\s+(\d{1,2}),?\s+(\d{4})${timePattern}$`, 'iu');
const compactPattern =
  /^(\d{4})(\d{2})(\d{2})(?:[T\s-]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*(z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?)?$/i;
const maxDateLength = 100;
const monthOnly = /^(\d{4})-(\d{2})$|^(\d{2})[-/.](\d{4})$/;

export interface DateOptions {
  /** Outside the United States `dmy`. */
  readonly order?: DateOrder | undefined;
  /** IANA name; default UTC. */
  readonly timeZone?: string | undefined;
}

/** @returns null for empty text, `0000-00-00` and impossible days */
export function parseDate(text: string, { order = 'dmy', timeZone = 'UTC' }: DateOptions = {}): Date | null {
  const written = text.trim();
  const read = written.length > maxDateLength ? null : readMoment(written, order);
  if (read === null) return null;
  return read.zoned ? new Date(read.time) : new Date(read.time - offsetAt(read.time, timeZone));
}

interface Moment {
  readonly time: number;
  readonly zoned: boolean;
}

function readMoment(trimmed: string, order: DateOrder): Moment | null {
  if (/^\d{9,10}$/.test(trimmed)) return { time: Number(trimmed) * 1000, zoned: true };
  if (/^1\d{12}$/.test(trimmed)) return { time: Number(trimmed), zoned: true };
  const compact = compactPattern.exec(trimmed);
  if (compact) return moment([compact[1], compact[2], compact[3]], [...compact.slice(4, 7), undefined, compact[7]]);
  const iso = yearFirstPattern.exec(trimmed);
  if (iso) return moment([iso[1], iso[2], iso[3]], iso.slice(4));
  const last = yearLastPattern.exec(trimmed);
  if (last) return yearLast(last, order);
  const named = namedPattern.exec(trimmed);
  if (named) return moment([fullYear(named[3]), monthOf(named[2]), named[1]], named.slice(4));
  const first = namedFirstPattern.exec(trimmed);
  if (first) return moment([first[3], monthOf(first[1]), first[2]], first.slice(4));
  const month = monthOnly.exec(trimmed);
  return month ? moment([month[1] ?? month[4], month[2] ?? month[3], '1'], []) : null;
}

function yearLast(match: RegExpExecArray, order: DateOrder): Moment | null {
  const [, a = '', b = '', year = ''] = match;
  const dayFirst = Number(a) > 12 || (order === 'dmy' && Number(b) <= 12) || (order === 'mdy' && Number(a) > 12);
  const full = fullYear(year);
  return moment(dayFirst ? [full, b, a] : [full, a, b], match.slice(4));
}

function fullYear(year = ''): string {
  return year.length === 2 ? String(Number(year) + (Number(year) < 70 ? 2000 : 1900)) : year;
}

function monthOf(name: string | undefined): string {
  const key = (name ?? '').toLowerCase();
  for (let length = Math.min(5, key.length); length >= 3; length--) {
    const month = months.get(key.slice(0, length));
    if (month !== undefined) return String(month);
  }
  return '0';
}

/** Null if impossible. 24:00 is the next midnight. */
function moment(
  [year, month, day]: (string | undefined)[],
  [hour, minute, second, half, zone]: (string | undefined)[],
): Moment | null {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const midnight = new Date(Date.UTC(y, m - 1, d));
  if (y < 1800 || m < 1 || d < 1 || midnight.getUTCMonth() !== m - 1) return null;
  const seconds = secondsOfDay([hour, minute, second], half);
  if (seconds === null) return null;
  return { time: midnight.getTime() + seconds * 1000 - zoneOffset(zone), zoned: zone !== undefined };
}

function secondsOfDay(clock: readonly (string | undefined)[], half: string | undefined): number | null {
  const [hour = 0, minutes = 0, seconds = 0] = clock.map((part) => Number(part ?? 0));
  const isHalf = half !== undefined && hour <= 12;
  const hours = isHalf ? (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : hour;
  if (hours > 24 || minutes > 59 || seconds > 60 || (hours === 24 && minutes + seconds > 0)) return null;
  return (hours * 60 + minutes) * 60 + seconds;
}

function zoneOffset(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '');
  if (!match) return (zones[(zone ?? '').toLowerCase()] ?? 0) * 60_000;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** ms ahead of UTC; the earlier offset in skipped or repeated hours. */
function offsetAt(local: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const first = shownIn(local, timeZone) - local;
  return shownIn(local - first, timeZone) - (local - first);
}

function shownIn(time: number, timeZone: string): number {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-u-hc-h23', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, formatter);
  }
  const parts = Object.fromEntries(formatter.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(
    parts['year'] ?? 0,
    (parts['month'] ?? 1) - 1,
    parts['day'],
    parts['hour'],
    parts['minute'],
    parts['second'],
  );
}
