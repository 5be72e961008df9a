/** After Google's documentation (Gmail API "Resolve errors", OAuth 2.0 error codes) and practice. */

import { day, hour, second } from '../../platform/clock.ts';
import { parseRetryAfter } from '../../platform/retry.ts';
import { MailError, oauthErrorCode, type Reaction } from '../mail-error.ts';

export type GmailMethod =
  'messages.get' | 'messages.list' | 'history.list' | 'getProfile' | 'settings.sendAs.list' | 'watch';

export interface GoogleFailure {
  /** Absent without an answer. */
  readonly status?: number;
  readonly body?: unknown;
  readonly retryAfter?: string | null;
  readonly networkCode?: string;
  readonly secrets?: readonly string[];
}

export interface FailedCall {
  readonly method: GmailMethod;
  readonly hasPageToken: boolean;
  readonly now: Date;
}

const maxWait = day;
/** When Google names no time. */
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
const disabledReasons = new Set(['accessNotConfigured', 'SERVICE_DISABLED']);
const preconditionReasons = new Set(['failedPrecondition', 'FAILED_PRECONDITION']);
const badRequestReasons = new Set(['badRequest', 'invalidArgument', 'INVALID_ARGUMENT', 'invalid', 'invalidParameter']);

interface Told {
  /** 0: no answer. */
  readonly status: number;
  readonly reasons: readonly string[];
  readonly message: string;
  readonly networkCode: string;
  readonly call: FailedCall;
  readonly waitUntil: Date | undefined;
}

interface Rule {
  readonly when: (told: Told) => boolean;
  readonly code: string;
  readonly reaction: Reaction;
  readonly text: string | ((told: Told) => string);
  readonly until?: (told: Told) => Date | undefined;
}

const has = ({ reasons }: Told, known: ReadonlySet<string>) => reasons.some((reason) => known.has(reason));
const isThrottled = (told: Told) => told.status === 429 || (told.status === 403 && has(told, throttleReasons));
const isLimited = (told: Told) => told.status === 429 || told.status === 403;
const later = (ms: number) => (told: Told) => new Date(told.call.now.getTime() + ms);
const throttledUntil = (told: Told) => told.waitUntil ?? later(throttleWait)(told);
const isBadRequest = (told: Told) => told.status === 400 && (has(told, badRequestReasons) || told.reasons.length === 0);
/** Error pages of proxies prove no absence. */
const isGone = (told: Told) => (told.status === 404 || told.status === 410) && has(told, goneReasons);
const named = ({ reasons }: Told) => reasons.join(', ') || 'no reason given';

/** The first match decides. */
const callRules: readonly Rule[] = [
  {
    when: ({ status }) => status === 0,
    code: 'network',
    reaction: 'retry',
    text: (told) => `no answer (${told.networkCode})`,
  },
  {
    when: ({ status }) => status === 401,
    code: 'stale-token',
    reaction: 'retry',
    text: 'the access token was refused',
  },
  {
    when: (told) => isThrottled(told) && /too many concurrent requests/i.test(told.message),
    code: 'too-many-concurrent',
    reaction: 'throttled',
    text: 'too many simultaneous requests for this mailbox',
    until: ({ waitUntil }) => waitUntil,
  },
  {
    when: (told) => isLimited(told) && has(told, projectReasons),
    code: 'project-quota',
    reaction: 'pause-project',
    text: 'the quota of the Google project is used up',
    until: later(hour),
  },
  {
    when: isThrottled,
    code: 'rate-limited',
    reaction: 'throttled',
    text: (told) => `too many requests; the next one is allowed at ${throttledUntil(told).toISOString()}`,
    until: throttledUntil,
  },
  {
    when: (told) => told.status === 403 && has(told, scopeReasons),
    code: 'missing-scope',
    reaction: 'reauth',
    text: 'the permission to read mail is missing: connect again and tick it',
  },
  {
    when: (told) => told.status === 403 && has(told, disabledReasons),
    code: 'api-disabled',
    reaction: 'operator',
    text: 'the Gmail API is not enabled in the Google project: enable it there',
  },
  {
    when: ({ status, reasons }) => status === 403 && reasons.includes('domainPolicy'),
    code: 'domain-policy',
    reaction: 'admin',
    text: "the organisation's administrator forbids the Gmail API",
    until: later(day),
  },
  {
    when: ({ status }) => status === 403,
    code: 'forbidden',
    reaction: 'admin',
    text: (told) => `refused (${named(told)})`,
    until: later(day),
  },
  {
    when: ({ status, message }) => status === 400 && /mail service not enabled/i.test(message),
    code: 'no-mailbox',
    reaction: 'admin',
    text: 'the user has no Gmail mailbox (no licence, or suspended)',
    until: later(day),
  },
  {
    when: (told) => isBadRequest(told) && told.call.hasPageToken,
    code: 'stale-page',
    reaction: 'stale-page',
    text: 'the page token is no longer valid',
  },
  {
    when: (told) => isBadRequest(told) && told.call.method === 'history.list',
    code: 'cursor-expired',
    reaction: 'cursor-expired',
    text: 'the start history id was refused',
  },
  {
    when: (told) => told.status === 400 && has(told, preconditionReasons),
    code: 'failed-precondition',
    reaction: 'retry',
    text: 'a precondition failed',
  },
  {
    when: ({ status, call }) => status === 400 && call.method === 'messages.get',
    code: 'bad-request',
    reaction: 'park',
    text: (told) => `the request was refused (${named(told)})`,
  },
  {
    when: ({ status }) => status === 400,
    code: 'bad-request',
    reaction: 'operator',
    text: (told) => `the request was refused (${named(told)})`,
  },
  {
    when: (told) => isGone(told) && told.call.method === 'history.list',
    code: 'cursor-expired',
    reaction: 'cursor-expired',
    text: 'the history since the last sync is no longer kept',
  },
  { when: isGone, code: 'gone', reaction: 'park', text: 'not found' },
  {
    when: ({ status }) => status === 409 || status === 412,
    code: 'conflict',
    reaction: 'retry',
    text: 'a conflicting change; it will be read again',
  },
  {
    when: ({ status }) => status === 413,
    code: 'too-large',
    reaction: 'park',
    text: 'the message is too large to be delivered',
  },
  {
    when: ({ status, waitUntil }) => status >= 500 && waitUntil !== undefined,
    code: 'unavailable',
    reaction: 'busy',
    text: ({ status }) => `Gmail is not available (${status})`,
    until: ({ waitUntil }) => waitUntil,
  },
  {
    when: ({ status }) => status >= 500,
    code: 'unavailable',
    reaction: 'retry',
    text: ({ status }) => `Gmail is not available (${status})`,
  },
  {
    when: () => true,
    code: 'unexpected-status',
    reaction: 'retry',
    text: ({ status }) => `an unexpected answer (${status})`,
  },
];

export function classifyGmailError(failure: GoogleFailure, call: FailedCall): MailError {
  const { reasons, message } = readApiError(failure.body);
  const told: Told = {
    status: failure.status ?? 0,
    reasons,
    message,
    networkCode: failure.networkCode ?? 'connection failed',
    call,
    waitUntil: notBeforeOf(failure, message, call.now),
  };
  const rule = callRules.find(({ when }) => when(told)) as Rule;
  const notBefore = rule.until?.(told);
  return new MailError(`Gmail ${call.method}: ${typeof rule.text === 'string' ? rule.text : rule.text(told)}`, {
    code: rule.code,
    reaction: rule.reaction,
    secrets: failure.secrets ?? [],
    ...(notBefore ? { notBefore } : {}),
  });
}

interface TokenRule {
  readonly when: (error: string, subtype: string) => boolean;
  readonly code: string;
  readonly reaction: Reaction;
  readonly text: (error: string, status: number | undefined) => string;
}

const tokenRules: readonly TokenRule[] = [
  {
    when: (error, subtype) => error === 'invalid_grant' && subtype === 'invalid_rapt',
    code: 'admin-session',
    reaction: 'reauth',
    text: () =>
      "the organisation's session control ended access: connect again, or ask the administrator to " + 'trust the app',
  },
  {
    when: (error) => error === 'invalid_grant',
    code: 'invalid-grant',
    reaction: 'reauth',
    text: () => 'access was revoked or has expired: connect again',
  },
  {
    when: (error) => error === 'admin_policy_enforced' || error === 'access_denied',
    code: 'admin-policy',
    reaction: 'reauth',
    text: () => "the organisation's administrator does not allow this app: ask the administrator, then connect again",
  },
  {
    when: (error) => error === 'invalid_client' || error === 'unauthorized_client',
    code: 'oauth-client',
    reaction: 'operator',
    text: (error) => `the OAuth client is not accepted (${error}): check GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET`,
  },
  {
    when: () => true,
    code: 'token-refused',
    reaction: 'operator',
    text: (error, status) => `the refresh was refused (${error || `status ${status}`})`,
  },
];

export function classifyTokenError(failure: GoogleFailure, now: Date): MailError {
  const { status } = failure;
  const body = isRecord(failure.body) ? failure.body : {};
  const [error, subtype] = [oauthErrorCode(body['error']), oauthErrorCode(body['error_subtype'])];
  const make = (code: string, reaction: Reaction, text: string, notBefore?: Date) =>
    new MailError(`Google sign-in: ${text}`, {
      code,
      reaction,
      secrets: failure.secrets ?? [],
      ...(notBefore ? { notBefore } : {}),
    });
  if (isUnavailable(status) || error === 'server_error' || error === 'temporarily_unavailable') {
    const text = `the token service did not answer (${status ?? failure.networkCode ?? 'connection failed'})`;
    return make('token-unavailable', 'busy', text, notBeforeOf(failure, '', now));
  }
  const rule = tokenRules.find(({ when }) => when(error, subtype)) as TokenRule;
  return make(rule.code, rule.reaction, rule.text(error, status));
}

function isUnavailable(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 429;
}

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
