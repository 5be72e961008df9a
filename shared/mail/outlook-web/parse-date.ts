/** Day order and month names come from Unicode CLDR, through Intl. */

import { day as dayMs } from '../../platform/clock.ts';
import { type CalendarDay, wallTime } from './wall-time.ts';

export interface DateContext {
  /** BCP 47, the page's `lang`. */
  readonly language: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly now: Date;
}

interface LanguageDates {
  readonly order: readonly ('year' | 'month' | 'day')[];
  readonly months: ReadonlyMap<string, number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlyMap<string, number>;
  /** "Yesterday": 1. */
  readonly daysAgo: ReadonlyMap<string, number>;
  /** Thai pages may write 2569 for 2026. */
  readonly yearsAhead: number;
  readonly am: ReadonlySet<string>;
  readonly pm: ReadonlySet<string>;
}

const buddhistYears = 543;
const known = new Map<string, LanguageDates>();

/** "Fri 11/20/2026 10:32 AM", "20 Νοεμβρίου 2026", "Yesterday 10:32", "Fri 10:32", "10:32"; not "Meet at 10:32". */
export function parseOutlookDate(text: string, context: DateContext): Date | undefined {
  const dates = languageDates(context.language);
  const words = normalise(text);
  const time = readTime(words, dates);
  const calendar =
    readCalendarDay(time.rest, dates, context) ??
    (time.found && !/\d/.test(time.rest) ? readRelativeDay(time.rest, dates, context) : undefined);
  if (!calendar) return undefined;
  return wallTime({ ...calendar, hour: time.hour, minute: time.minute }, context.timeZone);
}

function readTime(words: string, dates: LanguageDates): { found: boolean; hour: number; minute: number; rest: string } {
  const match = /(?<![\d/.-])(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?(?![\d/.-])\s*([^\s\d]*)/.exec(words);
  let hour = Number(match?.[1] ?? 0);
  const minute = Number(match?.[2] ?? 0);
  if (!match || hour > 23 || minute > 59) return { found: false, hour: 0, minute: 0, rest: words };
  // "3:32 PM", "下午 3:32"
  const before = /([^\s\d]*)\s*$/.exec(words.slice(0, match.index))?.[1] ?? '';
  const markers = [match[3] ?? '', before].map((marker) => marker.replace(/[^\p{L}]/gu, ''));
  if (markers.some((marker) => dates.pm.has(marker)) && hour < 12) hour += 12;
  if (markers.some((marker) => dates.am.has(marker)) && hour === 12) hour = 0;
  return { found: true, hour, minute, rest: words.replace(match[0], ' ') };
}

function readCalendarDay(words: string, dates: LanguageDates, context: DateContext): CalendarDay | undefined {
  const iso = /(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/.exec(words);
  if (iso) return checked({ year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]) });
  const numeric = /(?<!\d)(\d{1,4})\s?[/.-]\s?(\d{1,2})(?:\s?[/.-]\s?(\d{2,4}))?(?!\d)/.exec(words);
  if (numeric) {
    const parts = numeric
      .slice(1)
      .filter((part) => part !== undefined)
      .map(Number);
    const order = parts.length === 3 ? dates.order : dates.order.filter((part) => part !== 'year');
    const read = Object.fromEntries(order.map((part, index) => [part, parts[index]])) as Partial<CalendarDay>;
    return withYear(read, dates, context);
  }
  for (const word of lettersOf(words)) {
    const month = dates.months.get(word);
    if (month === undefined) continue;
    const numbers = (words.match(/(?<!\d)\d{1,4}(?!\d)/g) ?? []).map(Number);
    const year = numbers.find((number) => number > 31);
    const dayOfMonth = numbers.find((number) => number >= 1 && number <= 31);
    if (dayOfMonth !== undefined)
      return withYear({ month, day: dayOfMonth, ...(year === undefined ? {} : { year }) }, dates, context);
  }
  return undefined;
}

/** "Yesterday", the latest such weekday; a time alone: today. */
function readRelativeDay(rest: string, dates: LanguageDates, context: DateContext): CalendarDay | undefined {
  const today = calendarDay(context.now, context.timeZone);
  const said = lettersOf(rest).filter((word) => !dates.am.has(word) && !dates.pm.has(word));
  if (said.length === 0) return today;
  const back = dates.daysAgo.get(said.join(' ')) ?? said.map((word) => dates.daysAgo.get(word)).find(isKnown);
  if (back !== undefined) return daysBefore(today, back);
  const weekday = said.map((word) => dates.weekdays.get(word)).find(isKnown);
  if (weekday === undefined) return undefined;
  return daysBefore(today, (utcDay(today).getUTCDay() - weekday + 7) % 7);
}

function lettersOf(words: string): string[] {
  return words.split(/[^\p{L}\p{M}]+/u).filter((word) => word !== '');
}

function isKnown(value: number | undefined): value is number {
  return value !== undefined;
}

function utcDay({ year, month, day }: CalendarDay): Date {
  return new Date(Date.UTC(year, month - 1, day));
}

function daysBefore(date: CalendarDay, days: number): CalendarDay {
  return calendarDay(new Date(utcDay(date).getTime() - days * dayMs), 'UTC');
}

/** Without a year: the latest date at most a day ahead. */
function withYear(read: Partial<CalendarDay>, dates: LanguageDates, context: DateContext): CalendarDay | undefined {
  if (read.month === undefined || read.day === undefined) return undefined;
  if (read.year !== undefined)
    return checked({ year: gregorianYear(read.year, dates), month: read.month, day: read.day });
  const { year } = calendarDay(context.now, context.timeZone);
  const thisYear = { year, month: read.month, day: read.day };
  return checked(
    Date.UTC(year, read.month - 1, read.day) > context.now.getTime() + dayMs
      ? { ...thisYear, year: year - 1 }
      : thisYear,
  );
}

function gregorianYear(year: number, { yearsAhead }: LanguageDates): number {
  const whole = year < 100 ? Math.floor((2000 + yearsAhead) / 100) * 100 + year : year;
  return whole > 2400 ? whole - buddhistYears : whole;
}

function checked(date: CalendarDay): CalendarDay | undefined {
  const utc = new Date(Date.UTC(date.year, date.month - 1, date.day));
  return utc.getUTCMonth() === date.month - 1 && utc.getUTCDate() === date.day && date.year > 1990 ? date : undefined;
}

function languageDates(language: string): LanguageDates {
  const cached = known.get(language);
  if (cached) return cached;
  const supported = Intl.DateTimeFormat.supportedLocalesOf(language)[0] ?? 'en-US';
  const { calendar } = new Intl.DateTimeFormat(supported).resolvedOptions();
  const safe = new Intl.Locale(supported, { calendar: 'gregory' }).toString();
  const sample = new Date(Date.UTC(2026, 10, 22, 12));
  const order = new Intl.DateTimeFormat(safe, { year: 'numeric', month: 'numeric', day: 'numeric', timeZone: 'UTC' })
    .formatToParts(sample)
    .map((part) => part.type)
    .filter((type) => type === 'year' || type === 'month' || type === 'day');
  const months = new Map<string, number>();
  const weekdays = new Map<string, number>();
  for (const width of ['long', 'short'] as const) {
    for (let month = 0; month < 12; month += 1) {
      const at = new Date(Date.UTC(2026, month, 15));
      // Some languages inflect a month after a day ("Νοεμβρίου", alone "Νοέμβριος").
      for (const options of [{ month: width }, { month: width, day: 'numeric' }] as const)
        remember(months, partOf(safe, options, at, 'month'), month + 1);
    }
    for (let weekday = 0; weekday < 7; weekday += 1)
      remember(
        weekdays,
        partOf(safe, { weekday: width }, new Date(Date.UTC(2026, 10, 22 + weekday)), 'weekday'),
        weekday,
      );
  }
  const daysAgo = new Map<string, number>();
  const relative = new Intl.RelativeTimeFormat(supported, { numeric: 'auto' });
  for (const days of [0, 1]) daysAgo.set(lettersOf(normalise(relative.format(-days, 'day'))).join(' '), days);
  const marker = (hour: number) =>
    partOf(safe, { hour: 'numeric', hour12: true }, new Date(Date.UTC(2026, 0, 1, hour)), 'dayPeriod').replace(
      /[^\p{L}]/gu,
      '',
    );
  const result = {
    order,
    months,
    weekdays,
    daysAgo,
    yearsAhead: calendar === 'buddhist' ? buddhistYears : 0,
    am: new Set(['am', '오전', marker(9)].filter(Boolean)),
    pm: new Set(['pm', '오후', marker(15)].filter(Boolean)),
  };
  known.set(language, result);
  return result;
}

function partOf(
  language: string,
  options: Intl.DateTimeFormatOptions,
  at: Date,
  type: Intl.DateTimeFormatPartTypes,
): string {
  const part = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' })
    .formatToParts(at)
    .find((candidate) => candidate.type === type);
  return normalise(part?.value ?? '');
}

function remember(names: Map<string, number>, name: string, value: number): void {
  const bare = name.replace(/[^\p{L}\p{M}]/gu, '');
  if (bare !== '') names.set(bare, value);
}

/** Arabic, Persian, Hindi, Thai. */
const otherDigits = '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९๐๑๒๓๔๕๖๗๘๙';

function normalise(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}|[\u061c\u200e\u200f\u202a-\u202e]/gu, '')
    .replace(/[٠-٩۰-۹०-९๐-๙]/g, (digit) => String(otherDigits.indexOf(digit) % 10))
    .replace(/[\u00a0\u202f\u2009]/g, ' ')
    .normalize('NFC')
    .replace(/(\d)\s*[年月년월]\s*(?=\d)/g, '$1/')
    .replace(/(\d)\s*[日일]/g, '$1 ')
    .replace(/(\p{L})\.(?=\p{L})/gu, '$1')
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .trim();
}

function calendarDay(at: Date, timeZone: string): CalendarDay {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  }).formatToParts(at);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return { year: value('year'), month: value('month'), day: value('day') };
}

const serviceDate = new RegExp(
  String.raw`^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?` +
    String.raw`(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$`,
);

/** ISO 8601; without offset, local time. Old years stand for none (.NET's `DateTime.MinValue`, 1601 of FILETIME). */
export function parseServiceDate(written: string | undefined, timeZone: string): Date | undefined {
  const match = serviceDate.exec(written ?? '');
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!checked({ year, month, day })) return undefined;
  return match[7] === undefined ? wallTime({ year, month, day, hour, minute, second }, timeZone) : new Date(match[0]);
}
