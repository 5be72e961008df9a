/**
 * Bearer tokens (RFC 6750): constant-time comparison, a list of tokens for rotation, and never a word about the refused
 * value.
 */

import { timingSafeEqual } from 'node:crypto';
import { secretDigest } from './same-secret.ts';

/** The scheme is case-insensitive (RFC 9110, section 11.1); the token is a b64token (RFC 6750, section 2.1). */
const credentials = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * Makes a check of the Authorization header. Wrong options throw here, at start-up.
 *
 * @param tokens accepted tokens; `undefined` ones are passed over
 * @throws {RangeError} when no token is left: a server without a secret must not start
 */
export function bearerCheck(tokens: readonly (string | undefined)[]): (request: Request) => boolean {
  const accepted = tokens
    .filter((token) => token !== undefined && token !== '')
    .map((token) => secretDigest(token as string));
  if (accepted.length === 0) throw new RangeError('bearerCheck: expected at least one token, came none');
  return function isAuthorized(request) {
    const token = credentials.exec(request.headers.get('authorization') ?? '')?.[1];
    const given = secretDigest(token ?? '');
    // Every token is compared, so that the time does not tell which one came near.
    const matches = accepted.map((expected) => timingSafeEqual(expected, given));
    return token !== undefined && matches.includes(true);
  };
}

/** The answer to a request without a right token. */
export function unauthorized(): Response {
  return Response.json(
    { error: 'Unauthorized: expected the header "Authorization: Bearer <CRON_SECRET>"' },
    { status: 401, headers: { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' } },
  );
}
