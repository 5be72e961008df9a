import { sessionEnd, type SessionCookie } from './cookies.ts';

/** Microsoft is moving to cloud.microsoft; redirects decide. */
const outlookHosts = [
  'outlook.office.com',
  'outlook.cloud.microsoft',
  'outlook.office365.com',
  'outlook.live.com',
  'outlook.office365.us',
  'partner.outlook.cn',
  'outlook.office.de',
];
/** Their cookies renew a session. */
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
 * @returns origin without trailing slash
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

export function homesOf(where: Parameters<typeof outlookWebAddress>[0]): string[] {
  return [outlookWebAddress(where), ...(where.origin ? [where.origin] : [])];
}

/** A host that the cookies name, rather than one below a named domain. */
export function originOfCookies(cookies: readonly SessionCookie[]): string | undefined {
  const domains = new Set(cookies.map(({ domain }) => domain.toLowerCase().replace(/^\./, '')));
  const host =
    outlookHosts.find((known) => domains.has(known)) ??
    outlookHosts.find((known) => [...domains].some((domain) => known.endsWith(`.${domain}`)));
  return host && `https://${host}`;
}

/**
 * An export may hold the whole browser's cookies.
 *
 * @param homes see `homesOf`
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

export function outlookSessionEnd(cookies: readonly SessionCookie[], homes: readonly string[]): Date | undefined {
  const { outlook, signIn } = ownCookies(cookies, homes);
  return sessionEnd(outlook) ?? sessionEnd(signIn);
}

function concerns({ domain }: SessionCookie, host: string): boolean {
  const bare = domain.toLowerCase().replace(/^\./, '');
  return bare !== '' && (host === bare || host.endsWith(`.${bare}`) || bare.endsWith(`.${host}`));
}

/**
 * Microsoft's or the organisation's sign-in; `no-page` follows a lost connection.
 *
 * @param homes see `homesOf`
 */
export function placeOf(address: string, homes: readonly string[]): 'outlook' | 'sign-in' | 'no-page' {
  const { protocol, origin, hostname, pathname } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return 'no-page';
  const own =
    homes.some((home) => origin === new URL(home).origin) ||
    outlookHosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  return own && !signInPaths.test(pathname) ? 'outlook' : 'sign-in';
}
