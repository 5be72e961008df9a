/** Saving a mailbox that a user has just signed in to: a new account, or the same one with fresh credentials. */

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
  /** Now; without, the first run that looks at the mailbox says when it was connected. */
  readonly connectedAt?: Date;
  /** When the credentials end by themselves (session cookies). */
  readonly credentialsExpireAt?: Date;
}

/** Makes or renews the account, sealed, active, and due at once; cursors of an account that is known are kept. */
export async function saveConnectedAccount(mailbox: ConnectedMailbox, config: Config): Promise<AccountDoc> {
  const key = { provider: mailbox.provider, email: mailbox.email.toLowerCase(), locationId: mailbox.locationId };
  const { _id } = (await Account.findOneAndUpdate(
    key,
    { $setOnInsert: { credentialsVersion: 0, cursorsVersion: 0, parkedCount: 0, aliases: [], cursors: {} } },
    { upsert: true, returnDocument: 'after', projection: { _id: 1 } },
  ).lean()) as { _id: Types.ObjectId };
  const { connectedAt, credentialsExpireAt } = mailbox;
  // Connected already, with other credentials: its import goes back from where it began.
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
