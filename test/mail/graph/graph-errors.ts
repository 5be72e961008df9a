import test from 'ava';
import {
  judgeGraphFailure,
  judgeTokenFailure,
  type GraphFailure,
  type GraphVerdict,
  type TokenFailure,
} from '../../../shared/mail/graph/graph-errors.ts';
import type { Reaction } from '../../../shared/mail/mail-error.ts';

const now = new Date('2026-11-23T09:00:00Z');

const requests: [string, Partial<GraphFailure>, GraphVerdict['move'], Reaction, Date?][] = [
  ['stale token', { status: 401, code: 'InvalidAuthenticationToken' }, 'refresh', 'reauth'],
  ['access denied, which may be throttling', { status: 403, code: 'ErrorAccessDenied' }, 'slower', 'admin'],
  ['authorization denied', { status: 403, code: 'Authorization_RequestDenied' }, 'slower', 'admin'],
  ['message gone', { status: 404, code: 'ErrorItemNotFound' }, 'gone', 'park'],
  ['folder gone', { status: 404, code: 'ErrorFolderNotFound' }, 'gone', 'park'],
  ["a 404 that is not Graph's", { status: 404, code: '' }, 'again', 'retry'],
  ['a 404 for another reason', { status: 404, code: 'UnknownError' }, 'again', 'retry'],
  ['no licence', { status: 404, code: 'MailboxNotEnabledForRESTAPI' }, 'give-up', 'admin'],
  ['mailbox inactive', { status: 404, code: 'MailboxInactive' }, 'give-up', 'admin'],
  ['delta token lost', { status: 410, code: 'SyncStateNotFound' }, 'give-up', 'cursor-expired'],
  ['gone without a code', { status: 410, code: '' }, 'give-up', 'cursor-expired'],
  ['resync required', { status: 400, code: 'resyncRequired' }, 'give-up', 'cursor-expired'],
  ['sync state not found as a 404', { status: 404, code: 'syncStateNotFound' }, 'give-up', 'cursor-expired'],
  ['sync state invalid', { status: 400, code: 'syncStateInvalid' }, 'give-up', 'cursor-expired'],
  ['ids of the other kind', { status: 400, code: 'ErrorInvalidIdMalformed' }, 'give-up', 'park'],
  ['id of another mailbox', { status: 404, code: 'ErrorInvalidMailboxItemId' }, 'give-up', 'park'],
  ['query refused', { status: 400, code: 'ErrorInvalidUrlQuery' }, 'give-up', 'park'],
  ['bad request with an empty body', { status: 400, code: '' }, 'again', 'park'],
  ['conflict', { status: 409, code: 'ErrorIrresolvableConflict' }, 'again', 'retry'],
  ['precondition', { status: 412, code: 'ErrorIrresolvableConflict' }, 'again', 'retry'],
  ['answer too large', { status: 413, code: 'ErrorResponseTooLarge' }, 'lighter', 'park'],
  ['someone on the way says too large', { status: 413, code: '' }, 'lighter', 'retry'],
  ['message size', { status: 400, code: 'ErrorMessageSizeExceeded' }, 'lighter', 'park'],
  [
    'mailbox moving',
    { status: 503, code: 'ErrorMailboxMoveInProgress' },
    'give-up',
    'busy',
    new Date('2026-11-23T09:15:00Z'),
  ],
  ['locked', { status: 423, code: '' }, 'give-up', 'busy', new Date('2026-11-23T09:15:00Z')],
  [
    'throttled, seconds',
    { status: 429, code: 'TooManyRequests', retryAfter: '120' },
    'again',
    'throttled',
    new Date('2026-11-23T09:02:00Z'),
  ],
  [
    'throttled, date',
    { status: 429, code: 'ApplicationThrottled', retryAfter: 'Mon, 23 Nov 2026 09:05:00 GMT' },
    'again',
    'throttled',
    new Date('2026-11-23T09:05:00Z'),
  ],
  [
    'throttled for a week',
    { status: 429, code: 'TooManyRequests', retryAfter: '604800' },
    'again',
    'throttled',
    new Date('2026-11-24T09:00:00Z'),
  ],
  [
    'too many at once',
    { status: 429, code: 'ApplicationThrottled', message: 'Application is over its MailboxConcurrency limit.' },
    'slower',
    'throttled',
  ],
  ['server error', { status: 500, code: 'InternalServerError' }, 'again', 'retry'],
  [
    'bandwidth, with a time',
    { status: 509, code: '', retryAfter: '30' },
    'again',
    'throttled',
    new Date('2026-11-23T09:00:30Z'),
  ],
  ['gateway timeout', { status: 504, code: '' }, 'again', 'retry'],
  ['cut short', { status: 200, code: 'SyntaxError', cutShort: true }, 'again', 'retry'],
  ['network', { status: 0, code: '' }, 'again', 'retry'],
  ['no answer in time', { status: 0, code: '', timedOut: true }, 'lighter', 'retry'],
];

for (const [name, failure, move, reaction, notBefore] of requests) {
  test(`request: ${name}`, (t) => {
    const verdict = judgeGraphFailure({ status: 0, code: '', message: '', ...failure }, now);
    t.is(verdict.move, move);
    t.is(verdict.reaction, reaction);
    t.deepEqual(verdict.notBefore, notBefore);
  });
}

const tokens: [string, Partial<TokenFailure>, Reaction, string][] = [
  [
    'revoked by a new password',
    { status: 400, error: 'invalid_grant', description: 'AADSTS50173: The provided grant has expired' },
    'reauth',
    'invalid-grant',
  ],
  [
    'ended by inactivity',
    {
      status: 400,
      error: 'invalid_grant',
      description: 'AADSTS700082: The refresh token has expired due to inactivity.',
    },
    'reauth',
    'invalid-grant',
  ],
  ['ended', { status: 400, error: 'invalid_grant', description: 'AADSTS70008: expired' }, 'reauth', 'invalid-grant'],
  [
    'not valid',
    { status: 400, error: 'invalid_grant', description: 'AADSTS70000: not valid' },
    'reauth',
    'invalid-grant',
  ],
  [
    'consent missing',
    { status: 400, error: 'invalid_grant', description: 'AADSTS65001: no consent' },
    'reauth',
    'consent-required',
  ],
  [
    'second factor',
    { status: 400, error: 'interaction_required', description: 'AADSTS50076: MFA' },
    'reauth',
    'interaction-required',
  ],
  [
    'conditional access',
    { status: 400, error: 'invalid_grant', description: 'AADSTS53003: blocked by policy' },
    'reauth',
    'interaction-required',
  ],
  [
    'wrong secret',
    { status: 401, error: 'invalid_client', description: 'AADSTS7000215: Invalid client secret' },
    'operator',
    'oauth-client',
  ],
  [
    'secret has ended',
    { status: 401, error: 'invalid_client', description: 'AADSTS7000222: expired' },
    'operator',
    'oauth-client',
  ],
  [
    'application missing',
    { status: 400, error: 'unauthorized_client', description: 'AADSTS700016: not found in the directory' },
    'operator',
    'oauth-client',
  ],
  [
    'scale unit busy',
    { status: 400, error: 'invalid_grant', description: 'AADSTS90033: A transient error has occurred' },
    'retry',
    'sign-in-unavailable',
  ],
  [
    'looping',
    { status: 400, error: 'invalid_grant', description: 'AADSTS50196: loop' },
    'retry',
    'sign-in-unavailable',
  ],
  ['unavailable', { status: 503, error: '', description: '' }, 'retry', 'sign-in-unavailable'],
  [
    'unavailable, with a time',
    { status: 503, error: '', description: '', retryAfter: '7' },
    'throttled',
    'sign-in-unavailable',
  ],
  ['throttled', { status: 429, error: '', description: '' }, 'throttled', 'sign-in-unavailable'],
  ['no answer', { status: 0, error: '', description: '' }, 'retry', 'sign-in-unavailable'],
  [
    'wrong request',
    { status: 400, error: 'invalid_request', description: 'AADSTS900144: missing parameter' },
    'operator',
    'sign-in-refused',
  ],
];

test('only error codes of the sign-in service are quoted', (t) => {
  const said = { status: 400, error: 'M.C507_BAY.0.U.-CqR*token', description: 'M.C507_BAY.0.U.-CqR*token' };
  t.regex(judgeTokenFailure(said, 'anna@agency.test', now).message, /refused \(status 400\)/);
});

for (const [name, failure, reaction, code] of tokens) {
  test(`sign-in: ${name}`, (t) => {
    const error = judgeTokenFailure({ status: 400, error: '', description: '', ...failure }, 'anna@agency.test', now);
    t.is(error.reaction, reaction);
    t.is(error.code, code);
    t.regex(error.message, reaction === 'reauth' ? /connect it again/ : /./);
  });
}
