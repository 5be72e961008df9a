/** Once a day: whose mailbox it is, which addresses are its own, and the renewal of push notifications. */

import { Account, type AccountDoc } from '../models/account.ts';
import { day } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { MailError } from './errors.ts';
import type { Mailbox } from './mail-provider.ts';

/**
 * Refreshes an account's aliases and watch when the last time is a day ago.
 *
 * @throws {MailError} `wrong-mailbox` when the account was reconnected with another mailbox: they are never mixed
 */
export async function refreshIdentity(account: AccountDoc, mailbox: Mailbox, context: Pick<RunContext, 'clock'>): Promise<void> {
  const now = context.clock.now();
  if (account.aliasesCheckedAt && now.getTime() - account.aliasesCheckedAt.getTime() < day) return;
  const identity = await mailbox.identity();
  if (identity.email.toLowerCase() !== account.email.toLowerCase()) {
    throw new MailError(`The stored sign-in belongs to ${identity.email}, but the account is ${account.email}: connect ${account.email} again`, {
      code: 'wrong-mailbox',
      reaction: 'reauth',
    });
  }
  account.aliases = [...new Set(identity.aliases.map((alias) => alias.toLowerCase()))].filter((alias) => alias !== account.email);
  account.aliasesCheckedAt = now;
  const watchExpiration = await mailbox.renewWatch?.();
  await Account.updateOne(
    { _id: account._id },
    { $set: { aliases: account.aliases, aliasesCheckedAt: now, ...(watchExpiration ? { watchExpiration } : {}) } },
  );
}
