/** Where Outlook on the web lives, and whether an address in the browser still is there. Pure. */

import type { SessionCookie } from './cookies.ts';

/**
 * Hosts that serve it, for work and school first. Microsoft moves it to cloud.microsoft; which of them a mailbox ends up at is
 * decided by redirects.
 */
const outlookHosts = ['outlook.office.com', 'outlook.cloud.microsoft', 'outlook.office365.com', 'outlook.live.com', 'outlook.office365.us', 'partner.outlook.cn', 'outlook.office.de'];
const consumerDomains = /@(outlook|hotmail|live|msn)\.[a-z.]+$/i;
const signInPaths = /\/(login|oauth2|owa\/auth|logoff)/i;

/**
 * @param given.configured OUTLOOK_WEB_URL
 * @param given.origin where the session was connected
 * @returns an origin, without a slash at its end
 */
export function outlookWebAddress({ email, origin, configured }: { readonly email: string; readonly origin?: string | undefined; readonly configured?: string | undefined }): string {
  return configured ?? origin ?? `https://${consumerDomains.test(email) ? 'outlook.live.com' : 'outlook.office.com'}`;
}

/** The origin that cookies were exported from: the host that they name, else one below a domain that they name. */
export function originOfCookies(cookies: readonly SessionCookie[]): string | undefined {
  const domains = new Set(cookies.map(({ domain }) => domain.toLowerCase().replace(/^\./, '')));
  const host = outlookHosts.find((known) => domains.has(known)) ?? outlookHosts.find((known) => [...domains].some((domain) => known.endsWith(`.${domain}`)));
  return host && `https://${host}`;
}

/**
 * What stands in the browser: Outlook; a page that asks to sign in (Microsoft's, or of whoever the organisation lets people sign in with);
 * or no page of the web at all, as after a connection that was lost.
 *
 * @param homes where this mailbox's Outlook is opened, or was when it was connected
 */
export function placeOf(address: string, homes: readonly string[]): 'outlook' | 'sign-in' | 'no-page' {
  const { protocol, origin, hostname, pathname } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return 'no-page';
  const own = homes.some((home) => origin === new URL(home).origin) || outlookHosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  return own && !signInPaths.test(pathname) ? 'outlook' : 'sign-in';
}
