/**
 * The daily light audit: what the provider shows of the last days against what is stored, waiting or known to be of no
 * interest. It costs a few listings and finds whatever the changes should have told and did not.
 */

import { randomUUID } from 'node:crypto';
import { Account, type AccountDoc } from '../models/account.ts';
import { findLiveIds } from '../models/message.ts';
import { day, hour } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import type { Mailbox } from './mail-provider.ts';
import { queueItems } from './sync-items.ts';
import { unknownIds } from './walk-listing.ts';

const auditDays = 7;
/** Audits run after this hour (UTC), when offices sleep. */
const auditHour = 3;

/** Whether the first run after today's 03:00 UTC has come. */
export function isAuditDue(last: Date | undefined, now: Date): boolean {
  const today = new Date(now).setUTCHours(auditHour, 0, 0, 0);
  const latestStart = now.getTime() >= today ? today : today - day;
  return last === undefined || last.getTime() < latestStart;
}

/** Queues every difference between mailbox and database; both directions, nothing is deleted on absence alone. */
export async function auditMailbox(
  account: AccountDoc,
  mailbox: Mailbox,
  streams: readonly string[],
  context: RunContext,
): Promise<void> {
  const now = context.clock.now();
  const since = new Date(now.getTime() - auditDays * day);
  let repaired = 0;
  for (const stream of streams) {
    const shown = new Set<string>();
    let complete = true;
    let pageToken: string | undefined;
    do {
      context.signal.throwIfAborted();
      const page = await mailbox.list({ stream, since }, pageToken);
      const ids = page.entries.map((entry) => entry.id);
      for (const id of ids) shown.add(id);
      repaired += await queueItems(await unknownIds(account, ids), {
        account,
        origin: 'audit',
        revision: randomUUID(),
        now,
      });
      complete &&= !page.partial;
      pageToken = page.nextPageToken;
    } while (pageToken);
    if (!complete) continue;
    // Sent and received times differ: the first hours of the window are not concluded from.
    for await (const ids of findLiveIds(account._id, {
      since: new Date(since.getTime() + 12 * hour),
      folder: stream,
    })) {
      const missing = ids.filter((id) => !shown.has(id));
      repaired += await queueItems(missing, { account, origin: 'audit', revision: randomUUID(), now });
    }
  }
  context.count('auditRepaired', repaired);
  await askForUnlisted(account, { since, now });
  account.lastAuditAt = now;
  await Account.updateOne({ _id: account._id }, { $set: { lastAuditAt: now } });
}

/**
 * What lies in a folder that is not read (filed before it was seen): no listing shows it, and no change tells of its
 * end.
 */
async function askForUnlisted(
  account: AccountDoc,
  { since, now }: { readonly since: Date; readonly now: Date },
): Promise<void> {
  for await (const ids of findLiveIds(account._id, { since, folder: null })) {
    await queueItems(ids, { account, origin: 'audit', revision: randomUUID(), now });
  }
}
