import { timingSafeEqual } from 'node:crypto';
import { secretDigest } from './same-secret.ts';

/** RFC 9110 11.1, RFC 6750 2.1. */
const credentials = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** @throws {RangeError} without any token */
export function bearerCheck(tokens: readonly (string | undefined)[]): (request: Request) => boolean {
  const accepted = tokens
    .filter((token) => token !== undefined && token !== '')
    .map((token) => secretDigest(token as string));
  if (accepted.length === 0) throw new RangeError('bearerCheck: expected at least one token, got none');
  return function isAuthorized(request) {
    const token = credentials.exec(request.headers.get('authorization') ?? '')?.[1];
    const given = secretDigest(token ?? '');
    // All of them, to reveal nothing by timing.
    const matches = accepted.map((expected) => timingSafeEqual(expected, given));
    return token !== undefined && matches.includes(true);
  };
}

export function unauthorized(token = '<CRON_SECRET>'): Response {
  return Response.json(
    { error: `Unauthorized: expected the header "Authorization: Bearer ${token}"` },
    { status: 401, headers: { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' } },
  );
}
