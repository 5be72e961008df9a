import test from 'ava';
import { MailError, type Reaction } from '../../../shared/mail/mail-error.ts';
import { asItFailed, failureValues, reactionTo } from '../../../shared/mail/sync/account-outcome.ts';
import type { AccountDoc } from '../../../shared/models/account.ts';
import { EstioError } from '../../../shared/platform/errors.ts';

const now = new Date('2026-11-30T10:00:00Z');
const account = { email: 'office@agency.example', status: 'active', credentialsVersion: 3 } as AccountDoc;
const failed = (reaction: Reaction, notBefore?: Date) =>
  new MailError('The provider said no', { code: 'test', reaction, ...(notBefore ? { notBefore } : {}) });

for (const [reaction, status, waitsMinutes, failures] of [
  ['reauth', 'needs-reauth', undefined, undefined],
  ['throttled', 'active', 1, undefined],
  ['busy', 'active', 15, undefined],
  ['admin', 'error', 24 * 60, undefined],
  ['operator', 'active', undefined, undefined],
  ['retry', 'error', undefined, 1],
] as const)
  test(`after a failure that asks for ${reaction} the account says ${status}`, (t) => {
    const { set } = failureValues(account, failed(reaction), now);
    const waits = set?.notBefore && (set.notBefore.getTime() - now.getTime()) / 60_000;
    t.deepEqual([set?.status, waits, set?.failures], [status, waitsMinutes, failures]);
    t.like(set, { lastErrorCode: 'test', lastError: 'The provider said no' });
  });

test('a mailbox that keeps failing is skipped for longer each time, two hours at most', (t) => {
  const waits = [0, 1, 2, 3, 9].map((failures) => {
    const { set } = failureValues({ ...account, failures }, failed('retry'), now);
    return set?.notBefore ? Math.round((set.notBefore.getTime() - now.getTime()) / 60_000) : 0;
  });
  t.deepEqual(waits, [0, 25, 50, 100, 120]);
});

test("the provider's own time goes before ours, and secrets do not reach the account", (t) => {
  const until = new Date('2026-11-30T12:34:00Z');
  t.is(failureValues(account, failed('throttled', until), now).set?.notBefore, until);
  const leaky = new Error('refused: Bearer ya29.abcdefghijklmnopqrstuvwxyz0123456789');
  t.false(failureValues(account, leaky, now).set?.lastError?.includes('ya29.abcdefghijklmnop'));
});

test("a missing key is the operator's, and a refusal counts only for the credentials that were refused", (t) => {
  t.is(reactionTo(new EstioError('no key', { code: 'credentials-key' })), 'operator');
  t.is(reactionTo(new Error('socket hang up')), 'retry');
  t.deepEqual(asItFailed(account, failed('reauth')), { credentialsVersion: 3 });
  t.deepEqual(asItFailed(account, failed('busy')), {});
});
