import { day, hour, minute, second } from '../platform/clock.ts';

/** In the order of reporting. */
const countWords: Readonly<Record<string, readonly [one: string, several: string]>> = {
  stored: ['e-mail stored', 'e-mails stored'],
  updated: ['e-mail updated', 'e-mails updated'],
  unmatched: ['e-mail of unknown people', 'e-mails of unknown people'],
  ignored: ['ignored', 'ignored'],
  gone: ['deleted in the meantime', 'deleted in the meantime'],
  flagsChanged: ['mark changed', 'marks changed'],
  queued: ['waiting for the next run', 'waiting for the next run'],
  parked: ['parked', 'parked'],
  contactsCreated: ['contact created', 'contacts created'],
  contactsLinked: ['contact linked', 'contacts linked'],
  contactsFilled: ['contact completed', 'contacts completed'],
  contactsAmbiguous: ['contact ambiguous', 'contacts ambiguous'],
  contactsFailed: ['contact unreadable', 'contacts unreadable'],
  backfilled: ['earlier e-mail to be fetched', 'earlier e-mails to be fetched'],
  accounts: ['mailbox', 'mailboxes'],
  feeds: ['feed', 'feeds'],
  items: ['item read', 'items read'],
  new: ['new listing', 'new listings'],
  changed: ['listing changed', 'listings changed'],
  same: ['unchanged', 'unchanged'],
  restored: ['back again', 'back again'],
  withdrawn: ['withdrawn', 'withdrawn'],
  removed: ['withdrawn by the feed', 'withdrawn by the feed'],
  missing: ['missing for the first time', 'missing for the first time'],
  held: ['removal held', 'removals held'],
  refused: ['item unreadable', 'items unreadable'],
  notModified: ['feed not modified', 'feeds not modified'],
  followUps: ['follow-up due', 'follow-ups due'],
  offersExpiring: ['offer about to expire', 'offers about to expire'],
  offersExpired: ['offer expired', 'offers expired'],
  inactiveLeads: ['inactive lead', 'inactive leads'],
  listingsAnnounced: ['new listing announced', 'new listings announced'],
  reductionsAnnounced: ['price reduction announced', 'price reductions announced'],
  messages: ['message', 'messages'],
  conversations: ['conversation', 'conversations'],
  contacts: ['contact', 'contacts'],
  deals: ['deal', 'deals'],
  offers: ['offer', 'offers'],
  properties: ['property', 'properties'],
  viewings: ['viewing', 'viewings'],
  parkedMessages: ['parked message given up', 'parked messages given up'],
  eventsDelivered: ['event delivered', 'events delivered'],
  eventsToRetry: ['event to retry', 'events to retry'],
  eventsDead: ['event given up', 'events given up'],
};

/** Implied by others, or for developers only. */
const unspoken = new Set([
  'listed',
  'parkedNow',
  'apiCalls',
  'quotaUnits',
  'graphRequests',
  'tokenRefreshes',
  'tokensRefreshed',
  'pagesOpened',
  'pagesHalved',
  'servedByAnswers',
  'servedByPage',
  'sessionsRenewed',
  'leadsLookedAt',
  'newListings',
  'pricesReduced',
  'followUpsAnswered',
  'contactsUnknown',
]);
/** Reported only when nothing else is. */
const scope = new Set(['accounts', 'feeds', 'items']);

/** "12 e-mails stored, 3 parked", without zeros. Unknown counts appear by name. */
export function countsInWords(counts: Readonly<Record<string, number>>): string {
  const told = Object.keys(countWords).filter((name) => (counts[name] ?? 0) > 0);
  const unknown = Object.keys(counts).filter(
    (name) => !Object.hasOwn(countWords, name) && !unspoken.has(name) && (counts[name] ?? 0) > 0,
  );
  const results = told.filter((name) => !scope.has(name));
  const parts = [
    ...results.map((name) => phrase(name, counts[name] ?? 0)),
    ...unknown.map((name) => `${format(counts[name] ?? 0)} ${spaced(name)}`),
  ];
  if (parts.length > 0) return parts.join(', ');
  const seen = told.map((name) => phrase(name, counts[name] ?? 0));
  return seen.length > 0 ? `${seen.join(', ')}: nothing new` : 'nothing to do';
}

/** "dry run, feed 66f…" */
export function parametersInWords(parameters: Readonly<Record<string, string | true>> | undefined): string {
  return Object.entries(parameters ?? {})
    .map(([name, value]) => parameterWords[name]?.(value) ?? `${spaced(name)} ${String(value)}`)
    .join(', ');
}

const parameterWords: Readonly<Record<string, (value: string | true) => string>> = {
  dryRun: () => 'dry run',
  confirmRemovals: () => 'removals confirmed',
  accountId: (id) => `mailbox ${String(id)}`,
  feedId: (id) => `feed ${String(id)}`,
  locationId: (id) => `location ${String(id)}`,
  contactId: (id) => `contact ${String(id)}`,
};

function phrase(name: string, count: number): string {
  const [one, several] = countWords[name] as readonly [string, string];
  return `${format(count)} ${count === 1 ? one : several}`;
}

function format(count: number): string {
  return count.toLocaleString('en');
}

function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** "320 ms", "4.2 s", "3 min 5 s", "2 h 10 min", "4 days" */
export function durationInWords(ms: number): string {
  if (ms < second) return `${Math.round(ms)} ms`;
  if (ms < 10 * second) return `${(ms / second).toFixed(1)} s`;
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return inUnits(ms, minute, 'min', second, 's');
  if (ms < 2 * day) return inUnits(ms, hour, 'h', minute, 'min');
  return `${Math.floor(ms / day)} days`;
}

function inUnits(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}

/** "just now", "40 s ago", "12 min ago", "5 days ago" */
export function ageInWords(then: Date, now: Date): string {
  const ms = now.getTime() - then.getTime();
  if (ms < 5 * second) return 'just now';
  return `${coarsely(ms)} ago`;
}

/** "in 8 min", "now" */
export function waitInWords(then: Date, now: Date): string {
  const ms = then.getTime() - now.getTime();
  return ms < second ? 'now' : `in ${coarsely(ms)}`;
}

function coarsely(ms: number): string {
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`;
  return `${Math.floor(ms / day)} days`;
}
