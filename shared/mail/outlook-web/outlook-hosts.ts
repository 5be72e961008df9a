/** Where Outlook on the web lives, and whether an address in the browser still is there. Pure. */

import { sessionEnd, type SessionCookie } from './cookies.ts';

/**
 * Hosts that serve it, for work and school first. Microsoft moves it to cloud.microsoft; which of them a mailbox ends
 * up at is decided by redirects.
 */
const outlookHosts = [
  'outlook.office.com',
  'outlook.cloud.microsoft',
  'outlook.office365.com',
  'outlook.live.com',
  'outlook.office365.us',
  'partner.outlook.cn',
  'outlook.office.de',
];
/** Where Microsoft signs people in: their cookies renew a session. */
const signInHosts = [
  'login.microsoftonline.com',
  'login.live.com',
  'login.microsoft.com',
  'login.windows.net',
  'login.cloud.microsoft',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'login.microsoftonline.de',
];
const consumerDomains = /@(outlook|hotmail|live|msn)\.[a-z.]+$/i;
const signInPaths = /\/(login|oauth2|owa\/auth|logoff)/i;

/**
 * @param given.configured OUTLOOK_WEB_URL
 * @param given.origin where the session was connected
 * @returns an origin, without a slash at its end
 */
export function outlookWebAddress({
  email,
  origin,
  configured,
}: {
  readonly email: string;
  readonly origin?: string | undefined;
  readonly configured?: string | undefined;
}): string {
  return configured ?? origin ?? `https://${consumerDomains.test(email) ? 'outlook.live.com' : 'outlook.office.com'}`;
}

/** The origins that are this mailbox's Outlook: where it is opened, and where its session was connected. */
export function homesOf(where: Parameters<typeof outlookWebAddress>[0]): string[] {
  return [outlookWebAddress(where), ...(where.origin ? [where.origin] : [])];
}

/** The origin that cookies were exported from: the host that they name, else one below a domain that they name. */
export function originOfCookies(cookies: readonly SessionCookie[]): string | undefined {
  const domains = new Set(cookies.map(({ domain }) => domain.toLowerCase().replace(/^\./, '')));
  const host =
    outlookHosts.find((known) => domains.has(known)) ??
    outlookHosts.find((known) => [...domains].some((domain) => known.endsWith(`.${domain}`)));
  return host && `https://${host}`;
}

/**
 * Those cookies that Outlook gets, and those that Microsoft's sign-in gets besides; an export of a whole browser holds
 * everybody's.
 *
 * @param homes where this mailbox's Outlook is opened
 */
export function ownCookies(
  cookies: readonly SessionCookie[],
  homes: readonly string[],
): { readonly outlook: SessionCookie[]; readonly signIn: SessionCookie[] } {
  const hosts = [...outlookHosts, ...homes.map((home) => new URL(home).hostname)];
  const outlook = cookies.filter((cookie) => hosts.some((host) => concerns(cookie, host)));
  return {
    outlook,
    signIn: cookies.filter((cookie) => !outlook.includes(cookie) && signInHosts.some((host) => concerns(cookie, host))),
  };
}

/**
 * When the session ends at the latest by Outlook's own cookies, or, where these do not tell, by those of Microsoft's
 * sign-in.
 */
export function outlookSessionEnd(cookies: readonly SessionCookie[], homes: readonly string[]): Date | undefined {
  const { outlook, signIn } = ownCookies(cookies, homes);
  return sessionEnd(outlook) ?? sessionEnd(signIn);
}

/** Of the host itself, of a domain above it, or of a host below it. */
function concerns({ domain }: SessionCookie, host: string): boolean {
  const bare = domain.toLowerCase().replace(/^\./, '');
  return bare !== '' && (host === bare || host.endsWith(`.${bare}`) || bare.endsWith(`.${host}`));
}

/**
 * What stands in the browser: Outlook; a page that asks to sign in (Microsoft's, or of whoever the organisation lets
 * people sign in with); or no page of the web at all, as after a connection that was lost.
 *
 * @param homes where this mailbox's Outlook is opened, or was when it was connected
 */
export function placeOf(address: string, homes: readonly string[]): 'outlook' | 'sign-in' | 'no-page' {
  const { protocol, origin, hostname, pathname } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return 'no-page';
  const own =
    homes.some((home) => origin === new URL(home).origin) ||
    outlookHosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  return own && !signInPaths.test(pathname) ? 'outlook' : 'sign-in';
}
