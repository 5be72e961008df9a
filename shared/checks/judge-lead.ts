import { day } from '../platform/clock.ts';

export interface LeadVerdict {
  readonly due: boolean;
  /** Identifies the announcement. */
  readonly dueAt: Date;
  readonly nextCheckAt: Date;
}

const closingWords = ['won', 'lost', 'closed', 'unqualified', 'disqualified', 'dead', 'archived', 'junk'];

/** `lost`, `Closed - won`, `closedLost`. */
export function isClosed(leadStatus: string | undefined): boolean {
  return (leadStatus ?? '')
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .some((word) => closingWords.includes(word));
}

/**
 * @param checkAt quiet until then, because it was announced; ignored too far ahead (another clock or setting)
 * @param idleMs without activity
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
  // It may be reopened.
  if (closed) return { due: false, dueAt: new Date(dueAt), nextCheckAt: new Date(now.getTime() + day) };
  const due = idleUntil < now.getTime() && announcedUntil <= now.getTime();
  // Not now: the lead would return in the same run.
  const nextCheckAt = due ? horizon : Math.min(Math.max(dueAt, now.getTime() + 1), horizon);
  return { due, dueAt: new Date(dueAt), nextCheckAt: new Date(nextCheckAt) };
}
