/** Whether nothing happens with a lead: a rule. */

import { day } from '../platform/clock.ts';

export interface LeadVerdict {
  /** Whether the lead is to be announced now. */
  readonly due: boolean;
  /** The end of the idle time that is meant: what tells one announcement from the next. */
  readonly dueAt: Date;
  /** When to look at the lead again. */
  readonly nextCheckAt: Date;
}

const closingWords = ['won', 'lost', 'closed', 'unqualified', 'disqualified', 'dead', 'archived', 'junk'];

/** Whether a lead's status says that nobody is to be reminded of it: `lost`, `Closed - won`, `closedLost`. */
export function isClosed(leadStatus: string | undefined): boolean {
  return (leadStatus ?? '')
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .some((word) => closingWords.includes(word));
}

/**
 * Decides about one lead.
 *
 * @param checkAt until when it is quiet, because it was announced; one that lies further ahead than an idle time was
 *   written under another clock or setting, and does not count
 * @param idleMs how long without activity makes a lead inactive
 */
export function judgeLead(
  lastActivityAt: Date,
  checkAt: Date | undefined,
  now: Date,
  idleMs: number,
  closed = false,
): LeadVerdict {
  const horizon = now.getTime() + idleMs;
  const announcedUntil = checkAt && checkAt.getTime() <= horizon ? checkAt.getTime() : 0;
  const idleUntil = lastActivityAt.getTime() + idleMs;
  const dueAt = Math.max(idleUntil, announcedUntil);
  // It may be opened again.
  if (closed) return { due: false, dueAt: new Date(dueAt), nextCheckAt: new Date(now.getTime() + day) };
  const due = idleUntil < now.getTime() && announcedUntil <= now.getTime();
  // Never now: the lead would come by in the same run again.
  const nextCheckAt = due ? horizon : Math.min(Math.max(dueAt, now.getTime() + 1), horizon);
  return { due, dueAt: new Date(dueAt), nextCheckAt: new Date(nextCheckAt) };
}
