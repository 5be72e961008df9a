/** Sources: Microsoft's pages on Graph error responses, throttling and delta queries; reports of other clients. */

import { minute } from '../../platform/clock.ts';
import { parseRetryAfter } from '../../platform/retry.ts';
import { maskSecrets } from '../../platform/redact.ts';
import { MailError, oauthErrorCode, type Reaction } from '../mail-error.ts';

export interface GraphFailure {
  /** 0: no answer */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfter?: string | null;
  readonly timedOut?: boolean;
  readonly cutShort?: boolean;
}

/**
 * - `again`: transient
 * - `refresh`: stale token
 * - `slower`: repeat alone
 * - `lighter`: ask for less
 * - `gone`: not there
 * - `give-up`: see `reaction`
 */
type GraphMove = 'again' | 'refresh' | 'slower' | 'lighter' | 'gone' | 'give-up';

export interface GraphVerdict {
  readonly move: GraphMove;
  readonly reaction: Reaction;
  readonly code: string;
  readonly notBefore?: Date;
}

const lostSyncState = new RegExp(
  '^(syncState(NotFound|Invalid)|resync(Required|ChangesApplyDifferences|ChangesUploadDifferences)|' +
    'ErrorInvalidSyncStateData)$',
  'i',
);
const noMailbox = new RegExp(
  '^(MailboxNotEnabledForRESTAPI|ResourceNotFound|MailboxInactive|MailboxNotSupportedForRESTAPI|' +
    'ErrorNonExistentMailbox)$',
  'i',
);
const notThere = /^(Error)?(Item|MailFolder|Folder)NotFound$/i;
const foreignId = /^ErrorInvalid(IdMalformed|MailboxItemId)$/i;
const tooHeavy = /^(ErrorMessageSizeExceeded|ErrorResponseTooLarge|ResponseSizeExceeded|RequestEntityTooLarge)$/i;
const mailboxAway = /^(ErrorMailboxMoveInProgress|ErrorMailboxStoreUnavailable|ErrorMailboxFailover)$/i;
const maxRetryAfter = 24 * 60 * minute;

interface Rule {
  readonly when: (failure: GraphFailure, waits: boolean) => boolean;
  readonly move: GraphMove;
  readonly reaction: Reaction;
  readonly code: string;
}

const isStatus =
  (...known: readonly number[]) =>
  ({ status }: GraphFailure) =>
    known.includes(status);

/** The first match decides. */
const rules: readonly Rule[] = [
  { when: ({ timedOut }) => timedOut === true, move: 'lighter', reaction: 'retry', code: 'timeout' },
  { when: ({ cutShort }) => cutShort === true, move: 'again', reaction: 'retry', code: 'cut-short' },
  { when: isStatus(0), move: 'again', reaction: 'retry', code: 'network' },
  { when: hasLostState, move: 'give-up', reaction: 'cursor-expired', code: 'sync-state-lost' },
  { when: ({ code }) => tooHeavy.test(code), move: 'lighter', reaction: 'park', code: 'too-large' },
  { when: isStatus(413), move: 'lighter', reaction: 'retry', code: 'size-refused' },
  { when: isAway, move: 'give-up', reaction: 'busy', code: 'mailbox-busy' },
  { when: isConcurrency, move: 'slower', reaction: 'throttled', code: 'rate-limited' },
  { when: isStatus(429), move: 'again', reaction: 'throttled', code: 'rate-limited' },
  { when: isStatus(401), move: 'refresh', reaction: 'reauth', code: 'unauthorized' },
  { when: isStatus(403), move: 'slower', reaction: 'admin', code: 'access-denied' },
  {
    when: ({ status, code }) => (status === 400 || status === 404) && foreignId.test(code),
    move: 'give-up',
    reaction: 'park',
    code: 'id-malformed',
  },
  {
    when: ({ status, code }) => status === 404 && noMailbox.test(code),
    move: 'give-up',
    reaction: 'admin',
    code: 'no-mailbox',
  },
  // Gateways say 404 too: only Graph's code proves absence.
  {
    when: ({ status, code }) => status === 404 && notThere.test(code),
    move: 'gone',
    reaction: 'park',
    code: 'not-found',
  },
  { when: isStatus(404), move: 'again', reaction: 'retry', code: 'unclear-404' },
  { when: isStatus(409, 412), move: 'again', reaction: 'retry', code: 'conflict' },
  {
    when: ({ status, code }) => status === 400 && code === '',
    move: 'again',
    reaction: 'park',
    code: 'empty-answer',
  },
  {
    when: ({ status }, waits) => status === 504 && waits,
    move: 'again',
    reaction: 'throttled',
    code: 'gateway-timeout',
  },
  { when: isStatus(504), move: 'again', reaction: 'retry', code: 'gateway-timeout' },
  { when: ({ status }, waits) => status >= 500 && waits, move: 'again', reaction: 'throttled', code: 'provider-error' },
  { when: ({ status }) => status >= 500, move: 'again', reaction: 'retry', code: 'provider-error' },
  { when: ({ status }) => status >= 400, move: 'give-up', reaction: 'park', code: 'bad-request' },
  { when: () => true, move: 'again', reaction: 'retry', code: 'bad-answer' },
];

export function judgeGraphFailure(failure: GraphFailure, now: Date): GraphVerdict {
  const wait = parseRetryAfter(failure.retryAfter, now);
  const { move, reaction, code } = rules.find(({ when }) => when(failure, wait !== undefined)) as Rule;
  const pause = wait ?? (reaction === 'busy' ? 15 * minute : undefined);
  const notBefore = pause === undefined ? {} : { notBefore: new Date(now.getTime() + Math.min(pause, maxRetryAfter)) };
  return { move, reaction, code, ...notBefore };
}

function hasLostState({ status, code }: GraphFailure): boolean {
  return status === 410 || (status >= 400 && status < 500 && lostSyncState.test(code));
}

function isAway({ status, code }: GraphFailure): boolean {
  return status === 423 || mailboxAway.test(code);
}

function isConcurrency({ status, code, message }: GraphFailure): boolean {
  return status === 429 && /MailboxConcurrency/i.test(`${code} ${message}`);
}

export function graphMailError(
  verdict: GraphVerdict,
  failure: GraphFailure,
  what: string,
  secrets: readonly string[] = [],
): MailError {
  const answer = failure.timedOut
    ? 'no answer in time'
    : failure.status === 0
      ? failure.message
      : `${failure.status} ${failure.code}: ${failure.message}`.trim();
  return new MailError(`Graph, ${what}: ${maskSecrets(answer, secrets)}`.slice(0, 500), {
    code: verdict.code,
    reaction: verdict.reaction,
    ...(verdict.notBefore ? { notBefore: verdict.notBefore } : {}),
    secrets,
  });
}

const heavyCodes = new Set(['too-large', 'size-refused', 'timeout', 'gateway-timeout', 'cut-short']);

/** Only `too-large` is certainly about content. */
export function isHeavy(failure: { readonly code: string; readonly reaction?: Reaction }): boolean {
  return heavyCodes.has(failure.code) && failure.reaction !== 'throttled';
}

export function mayBeContent(failure: { readonly code: string; readonly reaction?: Reaction }): boolean {
  return isHeavy(failure) || (failure.code === 'provider-error' && failure.reaction !== 'throttled');
}

export interface TokenFailure {
  readonly status: number;
  readonly error: string;
  /** Begins with the AADSTS code. */
  readonly description: string;
  readonly retryAfter?: string | null;
}

const transientCodes = new Set(['90033', '50196', '90024', '90023']);
const ourApplicationCodes = new Set(['7000215', '7000222', '700016', '7000218', '70001', '700027', '90002', '900023']);
const consentCodes = new Set(['65001', '65004', '65005', '90094', '90095']);
const interactionCodes = new Set([
  '50076',
  '50079',
  '50074',
  '53000',
  '53001',
  '53002',
  '53003',
  '50158',
  '530032',
  '530003',
]);

interface TokenRule {
  readonly when: (aadsts: string, error: string) => boolean;
  readonly code: string;
  readonly reaction: Reaction;
  readonly text: (email: string, name: string) => string;
}

const reconnect = 'connect it again (node adapter --connect outlook)';

const tokenRules: readonly TokenRule[] = [
  {
    when: (aadsts, error) => ourApplicationCodes.has(aadsts) || /^(invalid_client|unauthorized_client)$/.test(error),
    code: 'oauth-client',
    reaction: 'operator',
    text: (_, name) =>
      `Microsoft does not accept this application (${name}): check MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET ` +
      'and MICROSOFT_TENANT',
  },
  {
    when: (aadsts, error) => consentCodes.has(aadsts) || error === 'consent_required',
    code: 'consent-required',
    reaction: 'reauth',
    text: (email, name) => `${email}: consent is missing (${name}); ${reconnect}, or an administrator must consent`,
  },
  {
    when: (aadsts, error) => interactionCodes.has(aadsts) || error === 'interaction_required',
    code: 'interaction-required',
    reaction: 'reauth',
    text: (email, name) =>
      `${email}: Microsoft requires a second factor or another step of the user (${name}); ${reconnect}`,
  },
  {
    when: (_, error) => error === 'invalid_grant',
    code: 'invalid-grant',
    reaction: 'reauth',
    text: (email, name) => `${email}: access was revoked or has expired (${name}); ${reconnect}`,
  },
  {
    when: () => true,
    code: 'sign-in-refused',
    reaction: 'operator',
    text: (_, name) =>
      `Microsoft's sign-in refused (${name}): check MICROSOFT_CLIENT_ID, MICROSOFT_TENANT and MICROSOFT_LOGIN_URL`,
  },
];

/** By AADSTS code, else OAuth error. */
export function judgeTokenFailure(failure: TokenFailure, email: string, now: Date): MailError {
  const aadsts = /AADSTS(\d+)/.exec(failure.description)?.[1] ?? '';
  const name = aadsts === '' ? oauthErrorCode(failure.error) || `status ${failure.status}` : `AADSTS${aadsts}`;
  const wait = parseRetryAfter(failure.retryAfter, now);
  if (isTransient(failure, aadsts))
    return new MailError(`Microsoft's sign-in does not answer at the moment (${name})`, {
      code: 'sign-in-unavailable',
      reaction: failure.status === 429 || wait !== undefined ? 'throttled' : 'retry',
      ...(wait === undefined ? {} : { notBefore: new Date(now.getTime() + Math.min(wait, maxRetryAfter)) }),
    });
  const { code, reaction, text } = tokenRules.find(({ when }) => when(aadsts, failure.error)) as TokenRule;
  return new MailError(text(email, name), { code, reaction });
}

function isTransient({ status, error }: TokenFailure, aadsts: string): boolean {
  if (transientCodes.has(aadsts) || /^(temporarily_unavailable|server_error)$/.test(error)) return true;
  return status === 0 || status === 429 || status >= 500;
}
