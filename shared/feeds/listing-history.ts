import type { ListingDay } from '../models/property-feed.ts';

const maxDays = 30;

/** UTC */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

export function hasDay(history: readonly ListingDay[] | undefined, day: string): boolean {
  return (history ?? []).some((one) => one.day === day);
}

export function withDay(history: readonly ListingDay[] | undefined, today: ListingDay): ListingDay[] {
  const others = (history ?? []).filter(({ day }) => day !== today.day);
  return [...others, today].sort((a, b) => (a.day < b.day ? -1 : 1)).slice(-maxDays);
}
