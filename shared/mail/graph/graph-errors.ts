/**
 * What Graph's failures mean and what is done about them, as one table of pure rules. Sources: Microsoft's pages on
 * Graph error responses, throttling and delta queries, and what maintainers of other clients report.
 */

import { minute } from '../../platform/clock.ts';
import { parseRetryAfter } from '../../platform/retry.ts';
import { maskSecrets } from '../../platform/redact.ts';
import { MailError, type Reaction } from '../mail-error.ts';

/** A failed request, whatever failed. */
export interface GraphFailure {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** `error.code` of the body; empty when there was none. */
  readonly code: string;
  readonly message: string;
  readonly retryAfter?: string | null;
  readonly timedOut?: boolean;
  /** The answer began and did not come to its end. */
  readonly cutShort?: boolean;
}

/**
 * - `again`: transient, repeat after a pause
 * - `refresh`: the access token is stale
 * - `slower`: refused for now; repeat once, alone
 * - `lighter`: the answer was too much at once
 * - `gone`: the thing asked for is not there
 * - `give-up`: nothing to repeat, `reaction` says what follows
 */
type GraphMove = 'again' | 'refresh' | 'slower' | 'lighter' | 'gone' | 'give-up';

export interface GraphVerdict {
  readonly move: GraphMove;
  /** When the move does not help: what the loop is told. */
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
/** No id at all, or another mailbox's. */
const foreignId = /^ErrorInvalid(IdMalformed|MailboxItemId)$/i;
const tooHeavy = /^(ErrorMessageSizeExceeded|ErrorResponseTooLarge|ResponseSizeExceeded|RequestEntityTooLarge)$/i;
const mailboxAway = /^(ErrorMailboxMoveInProgress|ErrorMailboxStoreUnavailable|ErrorMailboxFailover)$/i;
const maxRetryAfter = 24 * 60 * minute;

/** Judges a failure by status and code; where Graph gives one code for several things, the caller knows which. */
export function judgeGraphFailure(failure: GraphFailure, now: Date): GraphVerdict {
  const { status, code, message } = failure;
  const wait = parseRetryAfter(failure.retryAfter, now);
  const notBefore = wait === undefined ? undefined : new Date(now.getTime() + Math.min(wait, maxRetryAfter));
  const verdict = (move: GraphMove, reaction: Reaction, name: string, until = notBefore): GraphVerdict => ({
    move,
    reaction,
    code: name,
    ...(until ? { notBefore: until } : {}),
  });

  if (failure.timedOut) return verdict('lighter', 'retry', 'timeout');
  if (failure.cutShort) return verdict('again', 'retry', 'cut-short');
  if (status === 0) return verdict('again', 'retry', 'network');
  if (status === 410 || (status >= 400 && status < 500 && lostSyncState.test(code)))
    return verdict('give-up', 'cursor-expired', 'sync-state-lost');
  if (tooHeavy.test(code)) return verdict('lighter', 'park', 'too-large');
  if (status === 413) return verdict('lighter', 'retry', 'size-refused');
  if (status === 423 || mailboxAway.test(code))
    return verdict('give-up', 'busy', 'mailbox-busy', notBefore ?? new Date(now.getTime() + 15 * minute));
  if (status === 429)
    return verdict(/MailboxConcurrency/i.test(`${code} ${message}`) ? 'slower' : 'again', 'throttled', 'rate-limited');
  if (status === 401) return verdict('refresh', 'reauth', 'unauthorized');
  if (status === 403) return verdict('slower', 'admin', 'access-denied');
  if ((status === 400 || status === 404) && foreignId.test(code)) return verdict('give-up', 'park', 'id-malformed');
  if (status === 404) {
    if (noMailbox.test(code)) return verdict('give-up', 'admin', 'no-mailbox');
    // Gateways and proxies say 404 too: only Graph's own word makes a thing gone.
    return notThere.test(code) ? verdict('gone', 'park', 'not-found') : verdict('again', 'retry', 'unclear-404');
  }
  if (status === 409 || status === 412) return verdict('again', 'retry', 'conflict');
  if (status === 400 && code === '') return verdict('again', 'park', 'empty-answer');
  if (status === 504) return verdict('again', notBefore ? 'throttled' : 'retry', 'gateway-timeout');
  if (status >= 500) return verdict('again', notBefore ? 'throttled' : 'retry', 'provider-error');
  if (status >= 400) return verdict('give-up', 'park', 'bad-request');
  return verdict('again', 'retry', 'bad-answer');
}

/** The error that the loop sees. */
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

/**
 * Whether less at once may be had. Only `too-large` is Graph's own word about the thing asked for; the others may have
 * any cause.
 */
export function isHeavy(failure: { readonly code: string; readonly reaction?: Reaction }): boolean {
  return heavyCodes.has(failure.code) && failure.reaction !== 'throttled';
}

/**
 * Whether the content that was asked for may be what fails: too much of it, or a message that the provider itself
 * cannot read.
 */
export function mayBeContent(failure: { readonly code: string; readonly reaction?: Reaction }): boolean {
  return isHeavy(failure) || (failure.code === 'provider-error' && failure.reaction !== 'throttled');
}

/** An answer of Microsoft's token endpoint that refuses. */
export interface TokenFailure {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** OAuth `error`. */
  readonly error: string;
  /** `error_description`: begins with the AADSTS code. */
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

/** Judges a refused token request by its AADSTS code, else by its OAuth error. */
export function judgeTokenFailure(failure: TokenFailure, email: string, now: Date): MailError {
  const aadsts = /AADSTS(\d+)/.exec(failure.description)?.[1] ?? '';
  const name = aadsts === '' ? failure.error || `status ${failure.status}` : `AADSTS${aadsts}`;
  const wait = parseRetryAfter(failure.retryAfter, now);
  const notBefore = wait === undefined ? {} : { notBefore: new Date(now.getTime() + Math.min(wait, maxRetryAfter)) };
  const reconnect = 'connect it again (node adapter --connect outlook)';

  if (
    transientCodes.has(aadsts) ||
    failure.status === 0 ||
    failure.status === 429 ||
    failure.status >= 500 ||
    /^(temporarily_unavailable|server_error)$/.test(failure.error)
  ) {
    return new MailError(`Microsoft's sign-in does not answer now (${name})`, {
      code: 'sign-in-unavailable',
      reaction: failure.status === 429 || wait !== undefined ? 'throttled' : 'retry',
      ...notBefore,
    });
  }
  if (ourApplicationCodes.has(aadsts) || /^(invalid_client|unauthorized_client)$/.test(failure.error)) {
    return new MailError(
      `Microsoft does not accept this application (${name}): check MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET ` +
        'and MICROSOFT_TENANT',
      { code: 'oauth-client', reaction: 'operator' },
    );
  }
  if (consentCodes.has(aadsts) || failure.error === 'consent_required') {
    return new MailError(`${email}: consent is missing (${name}); ${reconnect}, or an administrator must consent`, {
      code: 'consent-required',
      reaction: 'reauth',
    });
  }
  if (interactionCodes.has(aadsts) || failure.error === 'interaction_required') {
    return new MailError(
      `${email}: Microsoft asks for the user, for a second factor or a policy (${name}); ${reconnect}`,
      { code: 'interaction-required', reaction: 'reauth' },
    );
  }
  if (failure.error === 'invalid_grant') {
    return new MailError(`${email}: the connection was revoked or has ended (${name}); ${reconnect}`, {
      code: 'invalid-grant',
      reaction: 'reauth',
    });
  }
  return new MailError(
    `Microsoft's sign-in refused (${name}): check MICROSOFT_CLIENT_ID, MICROSOFT_TENANT and MICROSOFT_LOGIN_URL`,
    { code: 'sign-in-refused', reaction: 'operator' },
  );
}
