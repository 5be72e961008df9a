import type { Types } from 'mongoose';
import { Account, type AccountDoc, type MailProviderName } from '../../models/account.ts';
import type { Config } from '../../platform/config.ts';
import { sealCredentials } from '../../platform/crypto.ts';

export interface ConnectedMailbox {
  readonly provider: MailProviderName;
  /** As the provider spells it. */
  readonly email: string;
  readonly locationId: Types.ObjectId;
  readonly credentials: unknown;
  /** Default: set by the first run. */
  readonly connectedAt?: Date;
  readonly credentialsExpireAt?: Date;
}

export async function saveConnectedAccount(mailbox: ConnectedMailbox, config: Config): Promise<AccountDoc> {
  const key = { provider: mailbox.provider, email: mailbox.email.toLowerCase(), locationId: mailbox.locationId };
  const { _id } = (await Account.findOneAndUpdate(
    key,
    { $setOnInsert: { credentialsVersion: 0, cursorsVersion: 0, parkedCount: 0, aliases: [], cursors: {} } },
    { upsert: true, returnDocument: 'after', projection: { _id: 1 } },
  ).lean()) as { _id: Types.ObjectId };
  const { connectedAt, credentialsExpireAt } = mailbox;
  // New credentials must not move the start of the import.
  if (connectedAt) await Account.updateOne({ _id, connectedAt: null }, { $set: { connectedAt } });
  const saved = await Account.findOneAndUpdate(
    { _id },
    {
      $set: {
        credentials: sealCredentials(mailbox.credentials, String(_id), config),
        enabled: true,
        status: 'active',
        ...(credentialsExpireAt ? { credentialsExpireAt } : {}),
      },
      $inc: { credentialsVersion: 1 },
      $unset: {
        pausedAt: 1,
        lastError: 1,
        lastErrorCode: 1,
        failures: 1,
        notBefore: 1,
        lastAttemptAt: 1,
        aliasesCheckedAt: 1,
        'cursors.contacts.notBefore': 1,
        ...(credentialsExpireAt ? {} : { credentialsExpireAt: 1 }),
      },
    },
    { returnDocument: 'after' },
  ).lean<AccountDoc>();
  return saved as AccountDoc;
}
