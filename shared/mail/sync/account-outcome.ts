import { Account, isConnected, type AccountDoc, type AccountStatus } from '../../models/account.ts';
import type { UnitValues } from '../../models/claim.ts';
import { day, hour, minute } from '../../platform/clock.ts';
import { coerceError } from '../../platform/errors.ts';
import { maskSecrets } from '../../platform/redact.ts';
import { backoffMs } from '../../platform/retry.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { MailError, type Reaction } from '../mail-error.ts';

const defaultWaits: Partial<Record<Reaction, number>> = { throttled: minute, busy: 15 * minute, admin: day };

/** From the second failure on: a hanging mailbox costs a time-out each time. */
const failureBackoff = { baseMs: 25 * minute, capMs: 2 * hour };

export const readWell: UnitValues<AccountDoc> = {
  set: { status: 'active' },
  unset: ['lastError', 'lastErrorCode', 'failures', 'notBefore'],
};

/** Times that reading moved in memory: written with the claim's release, for one operation less. */
export function readTimes({ lastSyncedAt, lastAuditAt }: AccountDoc): Partial<AccountDoc> {
  return { ...(lastSyncedAt ? { lastSyncedAt } : {}), ...(lastAuditAt ? { lastAuditAt } : {}) };
}

/** Filter: no one has moved the cursors or disconnected the mailbox since this run read it. */
export function asItWasRead({ cursorsVersion }: AccountDoc): object {
  return { enabled: true, cursorsVersion: cursorsVersion ?? null };
}

export function failureValues(account: AccountDoc, thrown: unknown, now: Date): UnitValues<AccountDoc> {
  const error = coerceError(thrown);
  const reaction = reactionTo(thrown);
  const isWhole = !(error instanceof MailError && error.isPartial);
  const failures = reaction === 'retry' && isWhole ? (account.failures ?? 0) + 1 : 0;
  const notBefore = error instanceof MailError ? error.notBefore : undefined;
  const until = notBefore ?? waitUntil(reaction, failures, now);
  return {
    set: {
      status: statusAfter(reaction, account),
      lastError: maskSecrets(error.message).slice(0, 500),
      lastErrorCode: error.code,
      ...(failures > 0 ? { failures } : {}),
      ...(until ? { notBefore: until } : {}),
    },
  };
}

export function reactionTo(thrown: unknown): Reaction {
  const error = coerceError(thrown);
  if (error instanceof MailError) return error.reaction;
  return error.code === 'credentials-key' ? 'operator' : 'retry';
}

/** Filter: no one has reconnected the account since it failed. */
export function asItFailed(account: AccountDoc, thrown: unknown): object {
  return reactionTo(thrown) === 'reauth' ? { credentialsVersion: account.credentialsVersion ?? null } : {};
}

export async function isGone(account: AccountDoc, thrown: unknown, context: RunContext): Promise<boolean> {
  if (await isConnected(account._id)) return false;
  context.log.info({ account: account.email, err: thrown }, 'the mailbox was disconnected during the run');
  return true;
}

export async function pauseAccounts(filter: object, error: MailError): Promise<void> {
  await Account.updateMany(filter, { $set: { notBefore: error.notBefore, lastErrorCode: error.code } });
}

function waitUntil(reaction: Reaction, failures: number, now: Date): Date | undefined {
  const wait = defaultWaits[reaction] ?? (failures > 1 ? backoffMs(failures - 1, failureBackoff, 1) : 0);
  return wait > 0 ? new Date(now.getTime() + wait) : undefined;
}

function statusAfter(reaction: Reaction, { status }: AccountDoc): AccountStatus {
  if (reaction === 'reauth') return 'needs-reauth';
  return ['throttled', 'busy', 'pause-project', 'operator'].includes(reaction) ? status : 'error';
}
