/** Compare-and-set on `credentialsVersion`: when two runs refresh a token, the second uses the first one's. */

import { Account, type AccountDoc } from '../../models/account.ts';
import { second } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { openCredentials, sealCredentials } from '../../platform/crypto.ts';
import { MailError } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';

/** Time for another process to save (ms). */
const savingTime = second / 2;
const savingLooks = 3;

/** `wrong-mailbox` does not mean bad credentials. */
const isSignedOut = { $and: [{ $eq: ['$status', 'needs-reauth'] }, { $ne: ['$lastErrorCode', 'wrong-mailbox'] }] };

/**
 * @throws {MailError} `reauth`: nothing is stored
 * @throws {CredentialsError} unknown key or damaged value
 */
export function readCredentials<T>(account: AccountDoc, config: Config): T {
  if (!account.credentials) {
    throw new MailError(
      `${account.email} was never connected. To connect it: node adapter --connect ${account.provider}`,
      { code: 'not-connected', reaction: 'reauth' },
    );
  }
  return openCredentials<T>(account.credentials, String(account._id), config);
}

/**
 * Fresh credentials clear another run's `needs-reauth`.
 * @returns false if another run saved first: `account` then has its credentials
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

export async function savedMeanwhile(
  account: AccountDoc,
  { clock, signal }: Pick<MailboxContext, 'clock' | 'signal'>,
): Promise<boolean> {
  for (let look = 0; look < savingLooks; look += 1) {
    if (look > 0) await clock.wait(savingTime, signal);
    const version = await savedVersion(account);
    if (version === undefined) return false;
    if (version !== account.credentialsVersion) return true;
  }
  return false;
}

async function savedVersion(account: Pick<AccountDoc, '_id'>): Promise<number | undefined> {
  const stored = await Account.findById(account._id, { credentials: 1, credentialsVersion: 1 }).lean<AccountDoc>();
  return stored?.credentials ? stored.credentialsVersion : undefined;
}
