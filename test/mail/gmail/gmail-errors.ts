import test from 'ava';
import type { Reaction } from '../../../shared/mail/mail-error.ts';
import {
  classifyGmailError,
  classifyTokenError,
  type GmailMethod,
  type GoogleFailure,
} from '../../../shared/mail/gmail/gmail-errors.ts';
import { apiError } from '../../doubles/gmail.ts';

const now = new Date('2026-11-23T09:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Row {
  readonly title: string;
  readonly failure: GoogleFailure;
  readonly method?: GmailMethod;
  readonly hasPageToken?: boolean;
  readonly code: string;
  readonly reaction: Reaction;
  readonly notBefore?: Date;
}

const api = (status: number, reason: string, message = 'said by Google', retryAfter?: string): GoogleFailure => ({
  status,
  body: apiError(status, reason, message),
  ...(retryAfter === undefined ? {} : { retryAfter }),
});

const calls: readonly Row[] = [
  { title: 'a 401 asks for a fresh token', failure: api(401, 'authError'), code: 'stale-token', reaction: 'retry' },
  {
    title: 'a missing scope means to connect again',
    failure: api(403, 'insufficientPermissions'),
    code: 'missing-scope',
    reaction: 'reauth',
  },
  {
    title: 'a missing scope is also told by its detail',
    failure: {
      status: 403,
      body: {
        error: { code: 403, status: 'PERMISSION_DENIED', details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }] },
      },
    },
    code: 'missing-scope',
    reaction: 'reauth',
  },
  {
    title: 'a rate limit without a time waits a minute',
    failure: api(403, 'rateLimitExceeded'),
    code: 'rate-limited',
    reaction: 'throttled',
    notBefore: later(minute),
  },
  {
    title: 'a rate limit waits as many seconds as the header says',
    failure: api(403, 'userRateLimitExceeded', '', '120'),
    code: 'rate-limited',
    reaction: 'throttled',
    notBefore: later(2 * minute),
  },
  {
    title: 'a rate limit waits until the date in the header',
    failure: api(429, 'rateLimitExceeded', '', 'Mon, 23 Nov 2026 09:10:00 GMT'),
    code: 'rate-limited',
    reaction: 'throttled',
    notBefore: later(10 * minute),
  },
  {
    title: 'a rate limit waits until the time in the text',
    failure: api(429, 'rateLimitExceeded', 'User-rate limit exceeded.  Retry after 2026-11-23T09:30:00.000Z'),
    code: 'rate-limited',
    reaction: 'throttled',
    notBefore: later(30 * minute),
  },
  {
    title: 'of several times the latest counts',
    failure: api(429, 'rateLimitExceeded', 'Retry after 2026-11-23T09:30:00.000Z', '60'),
    code: 'rate-limited',
    reaction: 'throttled',
    notBefore: later(30 * minute),
  },
  {
    title: 'no wait is longer than a day',
    failure: api(429, 'rateLimitExceeded', '', '9999999'),
    code: 'rate-limited',
    reaction: 'throttled',
    notBefore: later(day),
  },
  {
    title: 'a 429 without a reason is a rate limit',
    failure: { status: 429, body: '<html>', retryAfter: '7' },
    code: 'rate-limited',
    reaction: 'throttled',
    notBefore: later(7000),
  },
  {
    title: 'too many at once has a name of its own',
    failure: api(429, 'rateLimitExceeded', 'Too many concurrent requests for user'),
    code: 'too-many-concurrent',
    reaction: 'throttled',
  },
  {
    title: 'a used up daily quota pauses the project',
    failure: api(403, 'dailyLimitExceeded'),
    code: 'project-quota',
    reaction: 'pause-project',
    notBefore: later(hour),
  },
  {
    title: 'an exceeded quota pauses the project',
    failure: api(403, 'quotaExceeded'),
    code: 'project-quota',
    reaction: 'pause-project',
    notBefore: later(hour),
  },
  {
    title: 'a forbidding administrator is asked again tomorrow',
    failure: api(403, 'domainPolicy'),
    code: 'domain-policy',
    reaction: 'admin',
    notBefore: later(day),
  },
  {
    title: 'an API that is off in our project is our fault',
    failure: api(403, 'accessNotConfigured'),
    code: 'api-disabled',
    reaction: 'operator',
  },
  {
    title: 'an unknown refusal is looked at daily',
    failure: api(403, 'forbidden'),
    code: 'forbidden',
    reaction: 'admin',
    notBefore: later(day),
  },
  {
    title: 'a user without a mailbox is looked at daily',
    failure: api(400, 'failedPrecondition', 'Mail service not enabled'),
    code: 'no-mailbox',
    reaction: 'admin',
    notBefore: later(day),
  },
  {
    title: 'a plain failed precondition is repeated',
    failure: api(400, 'failedPrecondition', 'Precondition check failed.'),
    code: 'failed-precondition',
    reaction: 'retry',
  },
  {
    title: 'a refused page token of a listing starts it again',
    failure: api(400, 'invalidArgument', 'Invalid pageToken'),
    method: 'messages.list',
    hasPageToken: true,
    code: 'stale-page',
    reaction: 'stale-page',
  },
  {
    title: 'a refused page token of the history starts the walk again',
    failure: api(400, 'badRequest'),
    method: 'history.list',
    hasPageToken: true,
    code: 'stale-page',
    reaction: 'stale-page',
  },
  {
    title: 'a malformed start history id is an expired one',
    failure: api(400, 'invalidArgument'),
    method: 'history.list',
    code: 'cursor-expired',
    reaction: 'cursor-expired',
  },
  {
    title: 'a bad request for one message parks it',
    failure: api(400, 'invalidArgument'),
    code: 'bad-request',
    reaction: 'park',
  },
  {
    title: 'a bad request for a listing is our fault',
    failure: api(400, 'invalidArgument'),
    method: 'messages.list',
    code: 'bad-request',
    reaction: 'operator',
  },
  {
    title: 'a forgotten history is an expired cursor',
    failure: api(404, 'notFound'),
    method: 'history.list',
    code: 'cursor-expired',
    reaction: 'cursor-expired',
  },
  { title: 'a message that is not found is gone', failure: api(404, 'notFound'), code: 'gone', reaction: 'park' },
  { title: 'a 410 is a 404', failure: api(410, 'gone'), code: 'gone', reaction: 'park' },
  {
    title: 'a 404 that is no answer of the API deletes nothing',
    failure: { status: 404, body: '<html>Error 404 (Not Found)!!1</html>' },
    code: 'unexpected-status',
    reaction: 'retry',
  },
  {
    title: 'a 404 of a proxy deletes nothing',
    failure: { status: 404, body: { error: 'Not Found' } },
    code: 'unexpected-status',
    reaction: 'retry',
  },
  {
    title: 'a 404 that is no answer of the API ends no history',
    failure: { status: 404 },
    method: 'history.list',
    code: 'unexpected-status',
    reaction: 'retry',
  },
  { title: 'a conflict is read again', failure: api(409, 'conflict'), code: 'conflict', reaction: 'retry' },
  {
    title: 'a failed condition is read again',
    failure: api(412, 'conditionNotMet'),
    code: 'conflict',
    reaction: 'retry',
  },
  { title: 'a message too large is parked', failure: api(413, 'uploadTooLarge'), code: 'too-large', reaction: 'park' },
  { title: 'a 500 is repeated', failure: api(500, 'backendError'), code: 'unavailable', reaction: 'retry' },
  {
    title: 'a 503 with a time waits for it',
    failure: { status: 503, retryAfter: '600' },
    code: 'unavailable',
    reaction: 'busy',
    notBefore: later(10 * minute),
  },
  {
    title: 'an HTML error page of the edge is repeated',
    failure: { status: 502, body: '<html>Bad Gateway</html>' },
    code: 'unavailable',
    reaction: 'retry',
  },
  {
    title: 'a reset connection is repeated',
    failure: { networkCode: 'ECONNRESET' },
    code: 'network',
    reaction: 'retry',
  },
  {
    title: 'a status no one expected is repeated',
    failure: { status: 418 },
    code: 'unexpected-status',
    reaction: 'retry',
  },
];

for (const { title, failure, method = 'messages.get', hasPageToken = false, code, reaction, notBefore } of calls) {
  test(title, (t) => {
    const error = classifyGmailError(failure, { method, hasPageToken, now });
    t.like(error, { code, reaction });
    t.deepEqual(error.notBefore, notBefore);
  });
}

const token = (status: number, error: string, more: Record<string, string> = {}): GoogleFailure => ({
  status,
  body: { error, ...more },
});

const refreshes: readonly Row[] = [
  {
    title: 'a revoked token means to connect again',
    failure: token(400, 'invalid_grant'),
    code: 'invalid-grant',
    reaction: 'reauth',
  },
  {
    title: 'an ended admin session means to connect again',
    failure: token(400, 'invalid_grant', { error_subtype: 'invalid_rapt' }),
    code: 'admin-session',
    reaction: 'reauth',
  },
  {
    title: 'an enforced policy means to ask the administrator',
    failure: token(400, 'admin_policy_enforced'),
    code: 'admin-policy',
    reaction: 'reauth',
  },
  {
    title: 'a denied access means to ask the administrator',
    failure: token(403, 'access_denied'),
    code: 'admin-policy',
    reaction: 'reauth',
  },
  {
    title: 'a wrong client is our fault',
    failure: token(401, 'invalid_client'),
    code: 'oauth-client',
    reaction: 'operator',
  },
  {
    title: 'an unauthorised client is our fault',
    failure: token(400, 'unauthorized_client'),
    code: 'oauth-client',
    reaction: 'operator',
  },
  {
    title: 'an unknown refusal of a refresh marks no user',
    failure: token(400, 'unsupported_grant_type'),
    code: 'token-refused',
    reaction: 'operator',
  },
  {
    title: 'a 500 of the token service is no sign-out',
    failure: { status: 500 },
    code: 'token-unavailable',
    reaction: 'busy',
  },
  {
    title: 'a 503 of the token service waits as it says',
    failure: { status: 503, retryAfter: '30' },
    code: 'token-unavailable',
    reaction: 'busy',
    notBefore: later(30_000),
  },
  {
    title: 'a throttled token service is no sign-out',
    failure: { status: 429, body: { error: 'rate_limit_exceeded' } },
    code: 'token-unavailable',
    reaction: 'busy',
  },
  {
    title: 'a token service that cannot be reached is no sign-out',
    failure: { networkCode: 'ENOTFOUND' },
    code: 'token-unavailable',
    reaction: 'busy',
  },
];

test('only error codes of the token service are quoted', (t) => {
  const { message } = classifyTokenError({ status: 400, body: { error: 'Token 1-0gABC*def' } }, now);
  t.regex(message, /refused \(status 400\)/);
});

for (const { title, failure, code, reaction, notBefore } of refreshes) {
  test(title, (t) => {
    const error = classifyTokenError(failure, now);
    t.like(error, { code, reaction });
    t.deepEqual(error.notBefore, notBefore);
  });
}
