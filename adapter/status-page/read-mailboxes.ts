import { daysLeft } from '../../shared/mail/accounts/session-days.ts';
import { Account, mailProviders, type AccountDoc, type AccountStatus } from '../../shared/models/account.ts';
import { idKey, storedDate, storedId } from '../../shared/models/stored-value.ts';
import { parkedSince, SyncItem } from '../../shared/models/sync-item.ts';
import type { Mailbox } from './status.ts';
import { shownText, type NameOf, type StoredRecord } from './stored-record.ts';

const statuses: readonly AccountStatus[] = ['active', 'needs-reauth', 'error'];

/** Without secrets. */
export async function readMailboxes(nameOf: NameOf, now: Date): Promise<Mailbox[]> {
  const accounts = await Account.find({}, { credentials: 0, cursors: 0 })
    .sort({ provider: 1, email: 1 })
    .lean<StoredRecord<AccountDoc>[]>();
  const parked = await SyncItem.aggregate<{ _id: { accountId: unknown; reason?: unknown }; count: number }>([
    { $match: parkedSince(now) },
    { $group: { _id: { accountId: '$accountId', reason: '$reason' }, count: { $sum: 1 } } },
    { $sort: { count: -1 } },
  ]);
  const parkedBy = Map.groupBy(parked, ({ _id }) => idKey(_id.accountId));
  return accounts.map((account) => ({
    ...readMailbox(account, nameOf, now),
    parked: (parkedBy.get(idKey(account._id)) ?? []).map(({ _id, count }) => ({
      reason: shownText(_id.reason) ?? 'without a reason',
      count,
    })),
  }));
}

/** Without values of the wrong kind. Pure. */
export function readMailbox(account: StoredRecord<AccountDoc>, nameOf: NameOf, now: Date): Omit<Mailbox, 'parked'> {
  const notBefore = storedDate(account.notBefore);
  return {
    id: storedId(account._id)?.toHexString() ?? String(account._id),
    provider: mailProviders.find((name) => name === account.provider) ?? 'unknown provider',
    address: shownText(account.email) ?? 'unknown address',
    location: nameOf(account.locationId),
    locationId: storedId(account.locationId)?.toHexString() ?? '<id>',
    enabled: account.enabled !== false,
    pausedAt: storedDate(account.pausedAt),
    status: statuses.find((word) => word === account.status),
    lastError: shownText(account.lastError),
    lastSyncedAt: storedDate(account.lastSyncedAt),
    waitsUntil: notBefore && notBefore > now ? notBefore : undefined,
    daysLeft: daysLeft({ credentialsExpireAt: storedDate(account.credentialsExpireAt) }, now),
  };
}
