/** Compare-and-set on `cursorsVersion`: of two runs, the second is overtaken. */

import { Account, type AccountDoc } from '../../models/account.ts';
import { heldFilter, type Claim } from '../../models/claim.ts';
import { EstioError } from '../../platform/errors.ts';
import type { RunContext } from '../../runs/run-context.ts';
import type { Cursor } from '../mail-provider.ts';

/**
 * - `import`: earlier mail, at the first sync
 * - `catch-up`: mail since the cursor was lost
 * - `reconcile`: whether stored mail still exists
 * - `snapshot`: all three, where changes show everything
 */
export interface Walk {
  readonly kind: 'import' | 'catch-up' | 'reconcile' | 'snapshot';
  readonly id: string;
  /** ISO 8601 */
  readonly since: string;
  readonly bound?: string;
  /** ISO 8601. Later mail is announced. */
  readonly newSince?: string;
  readonly pageToken?: string;
  /** Absence proves nothing. */
  readonly partial?: boolean;
}

export interface StreamState {
  readonly cursor: Cursor;
  readonly walk?: Walk;
  /** ISO 8601. The stream was excluded. */
  readonly offSince?: string;
}

export class OvertakenError extends EstioError {
  override name = 'OvertakenError';

  constructor(email: string) {
    super(`Another run has moved the cursor of ${email}; reading continues from there`, {
      code: 'overtaken',
      retryable: true,
    });
  }
}

export function readStream(account: AccountDoc, stream: string): StreamState | undefined {
  return account.cursors?.[streamKey(stream)] as StreamState | undefined;
}

/**
 * Call it after everything before the cursor is queued or applied.
 *
 * @throws {OvertakenError} another run was first
 * @throws {ClaimLostError} no longer claimed
 */
export async function saveStream(
  account: AccountDoc,
  stream: string,
  state: StreamState,
  context: Pick<RunContext, 'assertHeld'>,
): Promise<void> {
  const key = streamKey(stream);
  const saved = await Account.updateOne(
    {
      _id: account._id,
      cursorsVersion: account.cursorsVersion ?? null,
      ...(account.claim?.token ? heldFilter(account.claim as Claim) : {}),
    },
    { $set: { [`cursors.${key}`]: state }, $inc: { cursorsVersion: 1 } },
  );
  if (saved.modifiedCount === 0) {
    await context.assertHeld();
    throw new OvertakenError(account.email);
  }
  account.cursorsVersion = (account.cursorsVersion ?? 0) + 1;
  account.cursors = { ...account.cursors, [key]: state };
}

export async function reloadStreams(account: AccountDoc): Promise<boolean> {
  const stored = await Account.findById(account._id, {
    enabled: 1,
    cursors: 1,
    cursorsVersion: 1,
    lastSyncedAt: 1,
  }).lean<AccountDoc>();
  if (!stored?.enabled) return false;
  account.cursors = stored.cursors;
  account.cursorsVersion = stored.cursorsVersion;
  if (stored.lastSyncedAt) account.lastSyncedAt = stored.lastSyncedAt;
  return true;
}

export async function noteStreamsOff(
  account: AccountDoc,
  streams: readonly string[],
  context: Pick<RunContext, 'assertHeld'>,
): Promise<void> {
  const on = new Set(streams.map(streamKey));
  for (const [key, state] of Object.entries(account.cursors ?? {})) {
    // Other entries: contacts.
    if (on.has(key) || !isStreamState(state) || state.offSince !== undefined || !account.lastSyncedAt) continue;
    await saveStream(
      account,
      decodeURIComponent(key),
      { ...state, offSince: account.lastSyncedAt.toISOString() },
      context,
    );
  }
}

export function streamsOf(account: AccountDoc): string[] {
  return Object.entries(account.cursors ?? {}).flatMap(([key, state]) =>
    isStreamState(state) ? [decodeURIComponent(key)] : [],
  );
}

function isStreamState(value: unknown): value is StreamState {
  return typeof value === 'object' && value !== null && 'cursor' in value;
}

function streamKey(stream: string): string {
  return encodeURIComponent(stream).replaceAll('.', '%2E');
}
