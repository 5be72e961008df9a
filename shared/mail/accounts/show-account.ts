import type { AccountDoc } from '../../models/account.ts';
import { storedDate, storedId, storedText } from '../../models/stored-value.ts';

export type StoredAccount = { readonly [name in keyof AccountDoc]?: unknown };

export interface ShownAccount {
  readonly accountId: string;
  readonly provider: string;
  readonly email: string;
  readonly locationId: string | undefined;
  readonly status: 'disconnected' | 'paused' | 'needs-reauth' | 'waits' | 'error' | 'active';
  readonly waitsUntil: Date | undefined;
  readonly lastError: string | undefined;
  readonly lastSyncedAt: Date | undefined;
  readonly credentialsExpireAt: Date | undefined;
}

export function showAccount(account: StoredAccount, now: Date): ShownAccount {
  const notBefore = storedDate(account.notBefore);
  const waitsUntil = notBefore && notBefore > now ? notBefore : undefined;
  return {
    accountId: storedId(account._id)?.toHexString() ?? String(account._id),
    provider: storedText(account.provider) ?? 'unknown provider',
    email: storedText(account.email) ?? 'unknown address',
    locationId: storedId(account.locationId)?.toHexString(),
    status: statusOf(account, waitsUntil),
    waitsUntil,
    lastError: storedText(account.lastError),
    lastSyncedAt: storedDate(account.lastSyncedAt),
    credentialsExpireAt: storedDate(account.credentialsExpireAt),
  };
}

function statusOf(account: StoredAccount, waitsUntil: Date | undefined): ShownAccount['status'] {
  if (account.enabled === false) return 'disconnected';
  if (storedDate(account.pausedAt)) return 'paused';
  if (account.status === 'needs-reauth') return 'needs-reauth';
  if (waitsUntil) return 'waits';
  return account.status === 'error' ? 'error' : 'active';
}
