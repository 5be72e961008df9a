/** Whether nothing happens with a lead: a rule. */

export interface LeadVerdict {
  /** Whether the lead is to be announced now. */
  readonly due: boolean;
  /** The end of the idle time that is meant: what tells one announcement from the next. */
  readonly dueAt: Date;
  /** When to look at the lead again. */
  readonly nextCheckAt: Date;
}

/**
 * Decides about one lead.
 *
 * @param checkAt when it was to be looked at; one that lies further ahead than an idle time was written under another
 *   clock or setting, and does not count
 * @param idleMs how long without activity makes a lead inactive
 */
export function judgeLead(lastActivityAt: Date, checkAt: Date | undefined, now: Date, idleMs: number): LeadVerdict {
  const horizon = now.getTime() + idleMs;
  const announcedUntil = checkAt && checkAt.getTime() <= horizon ? checkAt.getTime() : 0;
  const idleUntil = lastActivityAt.getTime() + idleMs;
  const dueAt = Math.max(idleUntil, announcedUntil);
  const due = idleUntil < now.getTime() && announcedUntil <= now.getTime();
  // Never now: the lead would come by in the same run again.
  const nextCheckAt = due ? horizon : Math.min(Math.max(dueAt, now.getTime() + 1), horizon);
  return { due, dueAt: new Date(dueAt), nextCheckAt: new Date(nextCheckAt) };
}
