import { Account, type AccountDoc } from '../../models/account.ts';
import { day } from '../../platform/clock.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { hasReaction, MailError } from '../mail-error.ts';
import type { Mailbox } from '../mail-provider.ts';

/**
 * Runs once a day. Renames the account if the grant proves that a new primary address is the same mailbox.
 *
 * @throws {MailError} `wrong-mailbox` after reconnecting another mailbox
 */
export async function refreshIdentity(
  account: AccountDoc,
  mailbox: Mailbox,
  context: Pick<RunContext, 'clock' | 'count' | 'log'>,
): Promise<void> {
  const now = context.clock.now();
  if (account.aliasesCheckedAt && now.getTime() - account.aliasesCheckedAt.getTime() < day) {
    if (account.watchExpiration && account.watchExpiration <= now) await keepWatch(account, mailbox, context);
    return;
  }
  const identity = await mailbox.identity();
  const email = identity.email.toLowerCase();
  const known = account.email.toLowerCase();
  const isSameMailbox =
    identity.delivered?.includes(known) || (identity.isGranted && account.aliasesCheckedAt !== undefined);
  if (email !== known && isSameMailbox) await rename(account, email, context);
  else if (email !== known) {
    throw new MailError(
      `The stored sign-in belongs to ${identity.email}, but the account is ${account.email}: connect ` +
        `${account.email} again`,
      {
        code: 'wrong-mailbox',
        reaction: 'reauth',
      },
    );
  }
  const addresses = [email, ...identity.aliases.map((alias) => alias.toLowerCase()), ...(account.formerEmails ?? [])];
  account.aliases = [...new Set(addresses)].filter((alias) => alias !== account.email);
  account.aliasesCheckedAt = now;
  await Account.updateOne({ _id: account._id }, { $set: { aliases: account.aliases, aliasesCheckedAt: now } });
  await keepWatch(account, mailbox, context);
}

/** The old address remains the agency's. */
async function rename(account: AccountDoc, email: string, context: Pick<RunContext, 'log'>): Promise<void> {
  const { _id, provider, locationId } = account;
  if (await Account.exists({ provider, locationId, email })) {
    context.log.warn(
      { account: account.email },
      `the mailbox is now ${email}, which is also connected: disconnect one of the two`,
    );
    return;
  }
  const { email: former } = account;
  await Account.updateOne({ _id }, { $set: { email }, $addToSet: { formerEmails: former } });
  context.log.info({ account: account.email }, `the mailbox is now ${email}`);
  account.email = email;
  account.formerEmails = [...(account.formerEmails ?? []), former];
}

/** Push only speeds up syncs. */
async function keepWatch(
  account: AccountDoc,
  mailbox: Mailbox,
  context: Pick<RunContext, 'count' | 'log'>,
): Promise<void> {
  const watchExpiration = await renewWatch(account, mailbox, context);
  if (watchExpiration) await Account.updateOne({ _id: account._id }, { $set: { watchExpiration } });
}

async function renewWatch(
  account: AccountDoc,
  mailbox: Mailbox,
  context: Pick<RunContext, 'count' | 'log'>,
): Promise<Date | undefined> {
  try {
    return await mailbox.renewWatch?.();
  } catch (thrown) {
    if (!hasReaction(thrown, 'operator', 'admin', 'park', 'retry')) throw thrown;
    context.log.warn(
      { account: account.email, code: thrown.code },
      `push notifications could not be renewed: ${thrown.message}`,
    );
    context.count('watchFailed');
    return undefined;
  }
}
