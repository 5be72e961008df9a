/** Google's days begin at midnight Pacific Time (Google Cloud, "Work with quotas"). */
export function quotaDay(now: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles' }).format(now);
}
