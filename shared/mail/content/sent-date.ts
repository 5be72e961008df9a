import { minute } from '../../platform/clock.ts';

/** `Date.parse` also reads "not a date". */
const month = String.raw`(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`;
const usualOrders = [
  String.raw`\d{4}-\d{2}-\d{2}`,
  String.raw`\b\d{1,2}[ -]?${month}[ ,-]*\d{2,4}`,
  String.raw`\b${month} +\d{1,2}\b.*\d{4}`,
];
const looksLikeDate = new RegExp(usualOrders.join('|'), 'i');

const maxDateLength = 256;

const minSentAt = Date.UTC(1990, 0, 1);
/** Tolerance for senders' clocks. */
const maxAhead = 10 * minute;

export function parseDateHeader(value: string | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const bare = value
    .slice(0, maxDateLength)
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (!looksLikeDate.test(bare) || !isOnCalendar(bare) || !isOnEarth(bare)) return undefined;
  const zoned = /([+-]\d{2}:?\d{2}|(?<![A-Za-z])(?![AP]M$)[A-Z]{1,5})$/.test(bare) ? bare : `${bare} +0000`;
  const time = [zoned, `${bare.replace(/\s*[A-Z]{1,5}$/, '')} +0000`]
    .map((text) => Date.parse(text))
    .find((parsed) => !Number.isNaN(parsed));
  return time === undefined ? undefined : new Date(time);
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `Date.parse` makes 30 February 2 March. */
function isOnCalendar(date: string): boolean {
  const iso = /(\d{4})-(\d{2})-(\d{2})/.exec(date);
  const dayFirst = new RegExp(String.raw`\b(\d{1,2})[ -]?${month}[ ,-]*(\d{2,4})`, 'i').exec(date);
  const monthFirst = new RegExp(String.raw`\b${month} +(\d{1,2})\b.*?(\d{4})`, 'i').exec(date);
  const [year, monthNumber, day] = iso
    ? [iso[1], Number(iso[2]), iso[3]]
    : dayFirst
      ? [dayFirst[3], monthOf(dayFirst[2]), dayFirst[1]]
      : [monthFirst?.[3], monthOf(monthFirst?.[1]), monthFirst?.[2]];
  return Number(day) >= 1 && Number(day) <= new Date(Date.UTC(Number(year), monthNumber, 0)).getUTCDate();
}

function monthOf(name = ''): number {
  return monthNames.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

/** Clocks are at most 12 hours behind UTC and 14 ahead. */
function isOnEarth(date: string): boolean {
  const [, sign, zone] = /:\d+(?:\.\d+)? ?([+-])([\d:]+)$/.exec(date) ?? [];
  if (zone === undefined) return true;
  const [, hours, minutes] = /^(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return Number(minutes) < 60 && Number(hours) * 60 + Number(minutes) <= (sign === '+' ? 14 : 12) * 60;
}

/** As declared, unless missing, before 1990 or after receipt; then the receipt. Messages are ordered by receipt. */
export function sentDate(declared: Date | undefined, receivedAt: Date): Date {
  if (!declared || Number.isNaN(declared.getTime()) || declared.getTime() < minSentAt) return receivedAt;
  return declared.getTime() > receivedAt.getTime() + maxAhead ? receivedAt : declared;
}
