/** HTTP Basic (RFC 7617) with any user name. */

import { timingSafeEqual } from 'node:crypto';
import { secretDigest } from '../../shared/platform/same-secret.ts';

export function passwordCheck(password: string): (request: Request) => boolean {
  const expected = secretDigest(password);
  return function isAuthorized(request) {
    const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    const credentials = Buffer.from(encoded ?? '', 'base64').toString('utf8');
    const colon = credentials.indexOf(':');
    const matches = timingSafeEqual(expected, secretDigest(credentials.slice(colon + 1)));
    return colon >= 0 && matches;
  };
}

export function askForPassword(): Response {
  return new Response('Unauthorized: expected any user name and the STATUS_PASSWORD\n', {
    status: 401,
    headers: {
      'www-authenticate': 'Basic realm="estio-cron", charset="UTF-8"',
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    },
  });
}
