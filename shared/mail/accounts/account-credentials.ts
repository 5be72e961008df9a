/**
 * The sealed credentials of an account. Every save is a compare-and-set on `credentialsVersion`: of two runs that
 * refresh a token at the same time, one saves and the other goes on with what was saved.
 */

import { Account, type AccountDoc } from '../../models/account.ts';
import { second } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { openCredentials, sealCredentials } from '../../platform/crypto.ts';
import { MailError } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';

/** How long another process may take between the answer of the token service and the end of its save, ms. */
const savingTime = second / 2;
const savingLooks = 3;

/** Not one whose credentials are good, and another mailbox's. */
const isSignedOut = { $and: [{ $eq: ['$status', 'needs-reauth'] }, { $ne: ['$lastErrorCode', 'wrong-mailbox'] }] };

/**
 * Opens what is stored.
 *
 * @throws {MailError} reaction `reauth` when nothing is stored
 * @throws {CredentialsError} unknown key or damaged value
 */
export function readCredentials<T>(account: AccountDoc, config: Config): T {
  if (!account.credentials) {
    throw new MailError(
      `${account.email} was never connected: connect it (node adapter --connect ${account.provider})`,
      { code: 'not-connected', reaction: 'reauth' },
    );
  }
  return openCredentials<T>(account.credentials, String(account._id), config);
}

/**
 * Seals and saves, and brings `account` up to date. Credentials that were just obtained prove the connection: an
 * account that another run has taken for signed out meanwhile no longer is, even if this one gets no further.
 *
 * @param expireAt when these credentials end by themselves, where that is known
 * @returns false when another run saved first: `account` then has what that one saved
 */
export async function saveCredentials(
  account: AccountDoc,
  credentials: unknown,
  config: Config,
  expireAt?: Date,
): Promise<boolean> {
  const sealed = sealCredentials(credentials, String(account._id), config);
  const credentialsVersion = account.credentialsVersion ?? 0;
  const saved = await Account.updateOne(
    {
      _id: account._id,
      ...(credentialsVersion === 0 ? { credentialsVersion: { $in: [0, null] } } : { credentialsVersion }),
    },
    [
      {
        $set: {
          credentials: { $literal: sealed },
          credentialsVersion: credentialsVersion + 1,
          credentialsExpireAt: expireAt ?? '$$REMOVE',
          status: { $cond: [isSignedOut, 'active', '$status'] },
          lastError: { $cond: [isSignedOut, '$$REMOVE', '$lastError'] },
          lastErrorCode: { $cond: [isSignedOut, '$$REMOVE', '$lastErrorCode'] },
        },
      },
    ],
    { updatePipeline: true, timestamps: false },
  );
  if (saved.modifiedCount === 0) {
    await reloadCredentials(account);
    return false;
  }
  account.credentials = sealed;
  account.credentialsVersion = credentialsVersion + 1;
  noteEnd(account, expireAt);
  return true;
}

/**
 * Takes over what another run may have saved meanwhile.
 *
 * @returns whether there was something newer
 */
export async function reloadCredentials(account: AccountDoc): Promise<boolean> {
  const stored = await Account.findById(account._id, {
    credentials: 1,
    credentialsVersion: 1,
    credentialsExpireAt: 1,
  }).lean<AccountDoc>();
  if (!stored?.credentials || stored.credentialsVersion === account.credentialsVersion) return false;
  account.credentials = stored.credentials;
  account.credentialsVersion = stored.credentialsVersion;
  noteEnd(account, stored.credentialsExpireAt);
  return true;
}

function noteEnd(account: AccountDoc, expireAt: Date | undefined): void {
  if (expireAt) account.credentialsExpireAt = expireAt;
  else delete account.credentialsExpireAt;
}

/**
 * Whether another process has saved credentials since these were read: a token service refuses a refresh token that it
 * has just rotated for somebody else, and that one may still be saving. They are taken over with `reloadCredentials`.
 */
export async function savedMeanwhile(
  account: AccountDoc,
  { clock, signal }: Pick<MailboxContext, 'clock' | 'signal'>,
): Promise<boolean> {
  for (let look = 0; look < savingLooks; look += 1) {
    if (look > 0) await clock.wait(savingTime, signal);
    const version = await savedVersion(account);
    // Disconnected: nobody saves anything any more.
    if (version === undefined) return false;
    if (version !== account.credentialsVersion) return true;
  }
  return false;
}

/** Which save of an account's credentials is the latest; `undefined` when there are none (any more). */
async function savedVersion(account: Pick<AccountDoc, '_id'>): Promise<number | undefined> {
  const stored = await Account.findById(account._id, { credentials: 1, credentialsVersion: 1 }).lean<AccountDoc>();
  return stored?.credentials ? stored.credentialsVersion : undefined;
}
