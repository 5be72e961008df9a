/** The session that form tokens are bound to: only a random name in a cookie. */

import { randomBytes } from 'node:crypto';
import { cookieOf } from '../../cookie.ts';

const sessionCookie = 'estio-cron-session';
const noticeCookie = 'estio-cron-notice';
const shape = /^[0-9a-f]{32}$/;

export interface Session {
  readonly id: string;
  readonly isNew: boolean;
}

export function sessionOf(request: Request): Session {
  const id = cookieOf(request, sessionCookie);
  return id !== undefined && shape.test(id)
    ? { id, isNew: false }
    : { id: randomBytes(16).toString('hex'), isNew: true };
}

export function sessionHeader({ id }: Session, request: Request): string {
  return `${sessionCookie}=${id}; ${attributes(request)}`;
}

export function noticeHeader(notice: string, request: Request): string {
  return `${noticeCookie}=${encodeURIComponent(notice)}; Max-Age=60; ${attributes(request)}`;
}

export const noNotice = `${noticeCookie}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict`;

export function noticeOf(request: Request): string | undefined {
  const notice = cookieOf(request, noticeCookie);
  try {
    return notice === undefined ? undefined : decodeURIComponent(notice);
  } catch {
    return undefined;
  }
}

/** Behind a TLS proxy the cookie is TLS-only. */
function attributes(request: Request): string {
  const isSecure = request.headers.get('x-forwarded-proto') === 'https';
  return `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
}
