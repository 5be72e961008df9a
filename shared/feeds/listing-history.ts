/** How many listings a feed had in each status, day by day: what its page draws. Pure. */

import type { ListingDay } from '../models/property-feed.ts';

const maxDays = 30;

/** The day of a time, as the history names it (UTC). */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** Whether a day is in the history already. */
export function hasDay(history: readonly ListingDay[] | undefined, day: string): boolean {
  return (history ?? []).some((one) => one.day === day);
}

/** The history with a day's counts in it, in place of what it had of that day: 30 days at most, the oldest first. */
export function withDay(history: readonly ListingDay[] | undefined, today: ListingDay): ListingDay[] {
  const others = (history ?? []).filter(({ day }) => day !== today.day);
  return [...others, today].sort((a, b) => (a.day < b.day ? -1 : 1)).slice(-maxDays);
}
