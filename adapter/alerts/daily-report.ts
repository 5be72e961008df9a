import { countsInWords } from '../../shared/runs/run-words.ts';
import type { Message } from './notice-text.ts';

export interface ReportFacts {
  readonly location: string;
  /** Received and stored. */
  readonly messages: number;
  readonly newListings: number;
  readonly changedListings: number;
  readonly withdrawnListings: number;
  readonly events: Readonly<Record<string, number>>;
  readonly held: readonly string[];
  readonly waiting: readonly string[];
}

/**
 * The day whose report is due, by the location's clock.
 * @param timeZone IANA name; an unknown one counts as UTC @param lastDay of the last report; a later one, of a clock
 * that ran ahead, is ignored @returns such as 2026-03-01; `undefined`: sent, or too early
 */
export function dueReport(now: Date, at: string, timeZone: string, lastDay: string | undefined): string | undefined {
  const { day, time } = localTime(now, timeZone);
  return time >= at && lastDay !== day ? day : undefined;
}

function localTime(now: Date, timeZone: string): { readonly day: string; readonly time: string } {
  const options = { dateStyle: 'short', timeStyle: 'short' } as const;
  let written: string;
  try {
    // Swedish dates are ISO's: 2026-03-01 07:00.
    written = new Intl.DateTimeFormat('sv-SE', { ...options, timeZone }).format(now);
  } catch {
    written = new Intl.DateTimeFormat('sv-SE', { ...options, timeZone: 'UTC' }).format(now);
  }
  return { day: written.slice(0, 10), time: written.slice(11, 16) };
}

export function reportMessage(facts: ReportFacts, day: string): Message {
  const { location, messages, newListings, changedListings, withdrawnListings, events, held, waiting } = facts;
  const listings = [`${newListings} new`, `${changedListings} changed`, `${withdrawnListings} withdrawn`].join(', ');
  const lines = [
    `Mail: ${messages} ${messages === 1 ? 'message' : 'messages'} received`,
    `Listings: ${listings}`,
    `Events: ${Object.keys(events).length === 0 ? 'none' : countsInWords(events)}`,
    ...listed('Held, waiting for you', held),
    ...listed('Waits', waiting),
    ...(held.length + waiting.length === 0 ? ['Nothing is held or waiting.'] : []),
  ];
  const subject = `[estio-cron] ${location}: the 24 hours before ${day}`.replace(/[\s\p{Cc}]+/gu, ' ');
  return { subject, text: `The last 24 hours of ${location}\n\n${lines.join('\n')}\n` };
}

function listed(heading: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`${heading}:`, ...items.map((item) => `- ${item}`)];
}
