import type { Types } from 'mongoose';
import { Account, type AccountDoc } from '../../shared/models/account.ts';
import { storedDate, storedNumber } from '../../shared/models/stored-value.ts';
import { parkedSince, SyncItem, type SyncItemDoc } from '../../shared/models/sync-item.ts';
import { readLocationNames, shownText, type StoredRecord } from './stored-record.ts';
import { readMailbox } from './read-mailboxes.ts';
import type { Mailbox } from './status.ts';

interface ParkedMessage {
  readonly id: string;
  readonly reason: string;
  readonly attempts: number | undefined;
  readonly nextAttemptAt: Date | undefined;
  readonly listedAt: Date | undefined;
}

export interface MailboxView {
  readonly mailbox: Mailbox;
  readonly connectedAt: Date | undefined;
  readonly queued: number;
  readonly parked: readonly ParkedMessage[];
}

const maxParked = 20;

export async function readMailboxPage(id: Types.ObjectId, now: Date): Promise<MailboxView | undefined> {
  const found = await Account.findById(id, { credentials: 0, cursors: 0 }).lean<StoredRecord<AccountDoc>>();
  if (!found) return undefined;
  const [nameOf, queued, reasons, parked] = await Promise.all([
    readLocationNames(),
    SyncItem.countDocuments({ accountId: id, state: 'queued' }),
    SyncItem.aggregate<{ _id: unknown; count: number }>([
      { $match: { accountId: id, ...parkedSince(now) } },
      { $group: { _id: '$reason', count: { $sum: 1 } } },
      { $sort: { count: -1 } },
    ]),
    SyncItem.find({ accountId: id, ...parkedSince(now) })
      .limit(maxParked)
      .lean<StoredRecord<SyncItemDoc>[]>(),
  ]);
  return {
    mailbox: {
      ...readMailbox(found, nameOf, now),
      parked: reasons.map(({ _id, count }) => ({ reason: shownText(_id) ?? 'without a reason', count })),
    },
    connectedAt: storedDate(found.connectedAt),
    queued,
    parked: parked.map(readParked),
  };
}

function readParked({ providerMessageId, reason, attempts, nextAttemptAt, createdAt }: StoredRecord<SyncItemDoc>) {
  return {
    id: shownText(providerMessageId) ?? 'unknown',
    reason: shownText(reason) ?? 'without a reason',
    attempts: storedNumber(attempts),
    nextAttemptAt: storedDate(nextAttemptAt),
    listedAt: storedDate(createdAt),
  };
}
