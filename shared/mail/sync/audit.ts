import { randomUUID } from 'node:crypto';
import { Account, type AccountDoc } from '../../models/account.ts';
import { findLiveIds, findUnlistedIds } from '../../models/message.ts';
import { day, hour } from '../../platform/clock.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { importBegin, type ListQuery, type Mailbox } from '../mail-provider.ts';
import { queueItems } from './sync-items.ts';
import { readStream } from './stream-state.ts';
import { unknownIds } from './walk-listing.ts';

const auditDays = 7;
const askedADay = 50;
/** UTC */
const auditHour = 3;

/** Whether this is the day's first run after 03:00 UTC. */
export function isAuditDue(last: Date | undefined, now: Date): boolean {
  const today = new Date(now).setUTCHours(auditHour, 0, 0, 0);
  const latestStart = now.getTime() >= today ? today : today - day;
  return last === undefined || last.getTime() < latestStart;
}

/**
 * Queues differences between the provider's ids and ours: for the whole mailbox back to the import, for single streams
 * of the last days, unless more came than was seen.
 */
export async function auditMailbox(
  account: AccountDoc,
  mailbox: Mailbox,
  streams: readonly string[],
  context: RunContext,
): Promise<void> {
  const now = context.clock.now();
  const begin = importBegin(account, context);
  const lately = new Date(now.getTime() - auditDays * day);
  const usual = mailbox.listsAll ? begin : lately;
  const sinceOf = (stream: string | undefined) => {
    const cursor = stream === undefined ? undefined : readStream(account, stream)?.cursor;
    return cursor && mailbox.cameUnseen?.(cursor, account.lastAuditAt) ? begin : usual;
  };
  const queue = (ids: readonly string[]) => queueItems(ids, { account, origin: 'audit', revision: randomUUID(), now });
  let repaired = 0;
  for (const stream of mailbox.listsAll ? [undefined] : streams) {
    const since = sinceOf(stream);
    const { shown, isComplete, missing } = await listAll(
      account,
      mailbox,
      { since, ...(stream ? { stream } : {}) },
      context,
      queue,
    );
    repaired += missing;
    if (!isComplete) continue;
    // Providers round times: the first hours prove nothing.
    const from = new Date(since.getTime() + 12 * hour);
    for await (const ids of findLiveIds(account._id, { since: from, ...(stream ? { folder: stream } : {}) }))
      repaired += await queue(ids.filter((id) => !shown.has(id)));
  }
  context.count('auditRepaired', repaired);
  await queue(await findUnlistedIds(account._id, { before: usual, streams, limit: askedADay }));
  account.lastAuditAt = now;
  await Account.updateOne({ _id: account._id }, { $set: { lastAuditAt: now } });
}

interface Listed {
  readonly shown: ReadonlySet<string>;
  readonly isComplete: boolean;
  readonly missing: number;
}

async function listAll(
  account: AccountDoc,
  mailbox: Mailbox,
  query: ListQuery,
  context: RunContext,
  queue: (ids: readonly string[]) => Promise<number>,
): Promise<Listed> {
  const shown = new Set<string>();
  let isComplete = true;
  let missing = 0;
  let pageToken: string | undefined;
  do {
    context.signal.throwIfAborted();
    const page = await mailbox.list(query, pageToken);
    const ids = page.entries.map((entry) => entry.id);
    for (const id of ids) shown.add(id);
    const here = page.entries.filter(({ isElsewhere }) => !isElsewhere).map(({ id }) => id);
    missing += await queue(await unknownIds(account, here));
    isComplete &&= !page.partial;
    pageToken = page.nextPageToken;
  } while (pageToken);
  return { shown, isComplete, missing };
}
