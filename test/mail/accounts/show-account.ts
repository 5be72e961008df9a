import test from 'ava';
import { showAccount } from '../../../shared/mail/accounts/show-account.ts';

const now = new Date('2026-03-01T10:00:00Z');
const later = new Date('2026-03-01T11:00:00Z');

test('the reason why a mailbox is not read comes first', (t) => {
  for (const [account, status] of [
    [{ status: 'active' }, 'active'],
    [{}, 'active'],
    [{ status: 'error' }, 'error'],
    [{ status: 'active', notBefore: later }, 'waits'],
    [{ status: 'active', notBefore: now }, 'active'],
    [{ status: 'needs-reauth', notBefore: later }, 'needs-reauth'],
    [{ status: 'needs-reauth', pausedAt: now }, 'paused'],
    [{ status: 'active', pausedAt: null }, 'active'],
    [{ status: 'active', pausedAt: 'yes' }, 'active'],
    [{ enabled: false, pausedAt: now, status: 'needs-reauth' }, 'disconnected'],
    [{ enabled: 'perhaps', status: 5 }, 'active'],
  ] as const)
    t.is(showAccount(account, now).status, status, JSON.stringify(account));
});

test('credentials are not shown, and odd values are left out', (t) => {
  const shown = showAccount({ _id: 3, email: null, provider: 1, credentials: 'v1.sealed', lastSyncedAt: 0 }, now);
  t.like(shown, { accountId: '3', email: 'unknown address', provider: 'unknown provider' });
  t.notRegex(JSON.stringify(shown), /sealed/);
});
