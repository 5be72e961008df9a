/**
 * What Gmail's and Google's token errors mean and what is done about them: one pure function each, after Google's
 * documentation (Gmail API "Resolve errors", OAuth 2.0 error codes) and what is seen in practice.
 */

import { day, hour, second } from '../../platform/clock.ts';
import { parseRetryAfter } from '../../platform/retry.ts';
import { MailError, type Reaction } from '../mail-error.ts';

export type GmailMethod =
  'messages.get' | 'messages.list' | 'history.list' | 'getProfile' | 'settings.sendAs.list' | 'watch';

/** A failed call, free of any HTTP library. */
export interface GoogleFailure {
  /** Absent when no answer came: time-out, reset connection, DNS. */
  readonly status?: number;
  readonly body?: unknown;
  readonly retryAfter?: string | null;
  /** Of the network error: ECONNRESET. */
  readonly networkCode?: string;
  /** What must not be told of the answer. */
  readonly secrets?: readonly string[];
}

export interface FailedCall {
  readonly method: GmailMethod;
  readonly hasPageToken: boolean;
  readonly now: Date;
}

/** Nobody is locked out for longer by one answer. */
const maxWait = day;
/** Without any word from Google, a throttled account waits this long. */
const throttleWait = 60 * second;

const throttleReasons = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'RESOURCE_EXHAUSTED',
  'RATE_LIMIT_EXCEEDED',
]);
const projectReasons = new Set(['dailyLimitExceeded', 'quotaExceeded', 'dailyLimitExceededUnreg']);
const scopeReasons = new Set(['insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT']);
const goneReasons = new Set(['notFound', 'NOT_FOUND', 'gone', 'deleted']);
const badRequestReasons = new Set(['badRequest', 'invalidArgument', 'INVALID_ARGUMENT', 'invalid', 'invalidParameter']);

/** Names the failure of a Gmail call and the reaction to it. */
export function classifyGmailError(failure: GoogleFailure, call: FailedCall): MailError {
  const { status } = failure;
  const { reasons, message } = readApiError(failure.body);
  const has = (known: ReadonlySet<string>) => reasons.some((reason) => known.has(reason));
  const where = `Gmail ${call.method}`;
  const make = (code: string, reaction: Reaction, text: string, notBefore?: Date) =>
    new MailError(`${where}: ${text}`, {
      code,
      reaction,
      secrets: failure.secrets ?? [],
      ...(notBefore ? { notBefore } : {}),
    });
  const waitUntil = notBeforeOf(failure, message, call.now);

  if (status === undefined)
    return make('network', 'retry', `no answer (${failure.networkCode ?? 'connection failed'})`);
  if (status === 401) return make('stale-token', 'retry', 'the access token was refused');
  if (status === 429 || (status === 403 && has(throttleReasons))) {
    if (/too many concurrent requests/i.test(message))
      return make('too-many-concurrent', 'throttled', 'too many requests at once for this mailbox', waitUntil);
    if (has(projectReasons))
      return make(
        'project-quota',
        'pause-project',
        'the quota of our Google project is used up',
        new Date(call.now.getTime() + hour),
      );
    const notBefore = waitUntil ?? new Date(call.now.getTime() + throttleWait);
    return make(
      'rate-limited',
      'throttled',
      `called too often; may be called again at ${notBefore.toISOString()}`,
      notBefore,
    );
  }
  if (status === 403) {
    if (has(projectReasons))
      return make(
        'project-quota',
        'pause-project',
        'the quota of our Google project is used up',
        new Date(call.now.getTime() + hour),
      );
    if (has(scopeReasons))
      return make('missing-scope', 'reauth', 'the permission to read mail is missing: connect again and tick it');
    if (reasons.includes('accessNotConfigured') || reasons.includes('SERVICE_DISABLED')) {
      return make('api-disabled', 'operator', 'the Gmail API is not enabled in our Google project');
    }
    const tomorrow = new Date(call.now.getTime() + day);
    if (reasons.includes('domainPolicy'))
      return make('domain-policy', 'admin', "the organisation's administrator forbids the Gmail API", tomorrow);
    return make('forbidden', 'admin', `refused (${reasons.join(', ') || 'no reason given'})`, tomorrow);
  }
  if (status === 400) {
    if (/mail service not enabled/i.test(message)) {
      return make(
        'no-mailbox',
        'admin',
        'the user has no Gmail mailbox (no licence, or suspended)',
        new Date(call.now.getTime() + day),
      );
    }
    if (has(badRequestReasons) || reasons.length === 0) {
      if (call.hasPageToken) return make('stale-page', 'stale-page', 'the page token is no longer good');
      if (call.method === 'history.list')
        return make('cursor-expired', 'cursor-expired', 'the start history id was refused');
    }
    if (reasons.includes('failedPrecondition') || reasons.includes('FAILED_PRECONDITION'))
      return make('failed-precondition', 'retry', 'a precondition failed');
    return make(
      'bad-request',
      call.method === 'messages.get' ? 'park' : 'operator',
      `the request was refused (${reasons.join(', ') || 'no reason given'})`,
    );
  }
  // A page of the edge or of a proxy knows nothing of what is gone.
  if ((status === 404 || status === 410) && has(goneReasons)) {
    return call.method === 'history.list'
      ? make('cursor-expired', 'cursor-expired', 'the history since the last sync is no longer kept')
      : make('gone', 'park', 'not found');
  }
  if (status === 409 || status === 412) return make('conflict', 'retry', 'a conflicting change; read again');
  if (status === 413) return make('too-large', 'park', 'the message is too large to be handed out');
  if (status >= 500)
    return waitUntil
      ? make('unavailable', 'busy', `Gmail is not available (${status})`, waitUntil)
      : make('unavailable', 'retry', `Gmail is not available (${status})`);
  return make('unexpected-status', 'retry', `an answer nobody expected (${status})`);
}

/** Names the failure of a token refresh and the reaction to it. */
export function classifyTokenError(failure: GoogleFailure, now: Date): MailError {
  const { status } = failure;
  const body = (typeof failure.body === 'object' && failure.body !== null ? failure.body : {}) as Record<
    string,
    unknown
  >;
  const error = typeof body['error'] === 'string' ? body['error'] : '';
  const subtype = typeof body['error_subtype'] === 'string' ? body['error_subtype'] : '';
  const make = (code: string, reaction: Reaction, text: string, notBefore?: Date) =>
    new MailError(`Google sign-in: ${text}`, {
      code,
      reaction,
      secrets: failure.secrets ?? [],
      ...(notBefore ? { notBefore } : {}),
    });

  if (
    status === undefined ||
    status >= 500 ||
    status === 429 ||
    error === 'server_error' ||
    error === 'temporarily_unavailable'
  ) {
    const notBefore = notBeforeOf(failure, '', now);
    return make(
      'token-unavailable',
      'busy',
      `the token service did not answer (${status ?? failure.networkCode ?? 'connection failed'})`,
      notBefore,
    );
  }
  if (error === 'invalid_grant') {
    return subtype === 'invalid_rapt'
      ? make(
          'admin-session',
          'reauth',
          "the organisation's session control ended the access: connect again, or ask the administrator to trust " +
            'the app',
        )
      : make('invalid-grant', 'reauth', 'the access was revoked or has expired: connect again');
  }
  if (error === 'admin_policy_enforced' || error === 'access_denied') {
    return make(
      'admin-policy',
      'reauth',
      "the organisation's administrator does not allow this app: ask the administrator, then connect again",
    );
  }
  if (error === 'invalid_client' || error === 'unauthorized_client') {
    return make(
      'oauth-client',
      'operator',
      `our OAuth client is set up wrongly (${error}): check GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET`,
    );
  }
  return make('token-refused', 'operator', `the refresh was refused (${error || `status ${status}`})`);
}

/** When Google says that it may be called again: the Retry-After header (both forms), or a time in the text. */
function notBeforeOf(failure: GoogleFailure, message: string, now: Date): Date | undefined {
  const header = parseRetryAfter(failure.retryAfter, now);
  const written = /retry after (\d{4}-\d\d-\d\dT[\d:.]+Z)/i.exec(message)?.[1];
  const times = [
    header === undefined ? undefined : now.getTime() + header,
    written === undefined ? undefined : Date.parse(written),
  ];
  const known = times.filter((time) => time !== undefined && !Number.isNaN(time)) as number[];
  return known.length === 0 ? undefined : new Date(Math.min(now.getTime() + maxWait, Math.max(...known)));
}

interface ApiError {
  readonly reasons: readonly string[];
  readonly message: string;
}

/** Google's error envelope: `{error: {message, status, errors: [{reason}], details: [{reason}]}}`. */
function readApiError(body: unknown): ApiError {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {};
  const lists = [error['errors'], error['details']].filter(Array.isArray).flat().filter(isRecord);
  const reasons = [...lists.map((entry) => entry['reason']), error['status']].filter(
    (reason) => typeof reason === 'string',
  );
  return { reasons, message: typeof error['message'] === 'string' ? error['message'] : '' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
