import { EstioError } from '../../platform/errors.ts';

export interface SessionCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly path: string;
  /** Seconds since 1970; absent: until the browser closes. */
  readonly expires?: number;
  readonly httpOnly?: boolean;
  readonly secure?: boolean;
  readonly sameSite?: 'Strict' | 'Lax' | 'None';
}

export interface OutlookWebCredentials {
  readonly cookies: readonly SessionCookie[];
  readonly origin?: string;
}

/**
 * Reads a JSON array (browser extensions, Puppeteer, Playwright) or Netscape's format (curl, yt-dlp).
 *
 * @throws {EstioError} `cookies-file`, never quoting a value
 */
export function parseCookiesFile(content: string): SessionCookie[] {
  const text = content.replace(/^\uFEFF/, '').trimStart();
  const cookies = /^[[{]/.test(text) ? parseJson(text) : parseNetscape(text);
  if (cookies.length === 0) {
    throw new EstioError(
      "The cookies file contains no cookie; expected a JSON array of cookies, or Netscape's format " +
        'with seven columns separated by tabs',
      { code: 'cookies-file' },
    );
  }
  return cookies;
}

function parseJson(text: string): SessionCookie[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new EstioError('The cookies file looks like JSON but cannot be read', { code: 'cookies-file' });
  }
  const entries = Array.isArray(parsed) ? parsed : ((parsed as { cookies?: unknown }).cookies ?? []);
  return (Array.isArray(entries) ? entries : []).flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const cookie = entry as Record<string, unknown>;
    const { name, value, domain } = cookie;
    if (typeof name !== 'string' || typeof value !== 'string' || typeof domain !== 'string' || name === '') return [];
    const expires = inSeconds(Number(cookie['expires'] ?? cookie['expirationDate'] ?? 0));
    const sameSite = sameSiteOf(cookie['sameSite']);
    return {
      name,
      value,
      domain,
      path: typeof cookie['path'] === 'string' ? cookie['path'] : '/',
      ...(expires > 0 ? { expires } : {}),
      httpOnly: cookie['httpOnly'] === true,
      secure: cookie['secure'] === true,
      ...(sameSite ? { sameSite } : {}),
    };
  });
}

function parseNetscape(text: string): SessionCookie[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const httpOnly = line.startsWith('#HttpOnly_');
    if (line.startsWith('#') && !httpOnly) return [];
    const [domain, , path, secure, expires, name, value] = (httpOnly ? line.slice('#HttpOnly_'.length) : line).split(
      '\t',
    );
    if (!domain || !name || value === undefined) return [];
    const ends = inSeconds(Number(expires));
    return {
      name,
      value,
      domain,
      path: path || '/',
      ...(ends > 0 ? { expires: ends } : {}),
      httpOnly,
      secure: secure?.toUpperCase() === 'TRUE',
    };
  });
}

/** Some tools write milliseconds. */
function inSeconds(expires: number): number {
  return expires > 1e11 ? expires / 1000 : expires;
}

function sameSiteOf(value: unknown): SessionCookie['sameSite'] {
  if (typeof value !== 'string') return undefined;
  const known: Record<string, SessionCookie['sameSite']> = {
    strict: 'Strict',
    lax: 'Lax',
    none: 'None',
    no_restriction: 'None',
  };
  return known[value.toLowerCase()];
}

interface BrowserCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly path?: string | undefined;
  readonly expires?: number | undefined;
  readonly httpOnly?: boolean | undefined;
  readonly secure?: boolean | undefined;
  readonly sameSite?: string | undefined;
}

export function toSessionCookies(cookies: readonly BrowserCookie[]): SessionCookie[] {
  return cookies.map(({ name, value, domain, path, expires = 0, httpOnly, secure, sameSite: written }) => {
    const sameSite = sameSiteOf(written);
    return {
      name,
      value,
      domain,
      path: path ?? '/',
      ...(expires > 0 ? { expires } : {}),
      httpOnly: httpOnly ?? false,
      secure: secure ?? false,
      ...(sameSite ? { sameSite } : {}),
    };
  });
}

/** The longest-lived cookie hidden from scripts, as sign-in cookies are. Undefined if all end with the browser. */
export function sessionEnd(cookies: readonly SessionCookie[]): Date | undefined {
  const ends = cookies
    .filter((cookie) => cookie.httpOnly && cookie.expires !== undefined)
    .map((cookie) => cookie.expires as number);
  return ends.length === 0 ? undefined : new Date(Math.max(...ends) * 1000);
}

export function sameCookies(some: readonly SessionCookie[], others: readonly SessionCookie[]): boolean {
  const sorted = (cookies: readonly SessionCookie[]) =>
    cookies
      .map(({ name, value, domain, path, expires }) =>
        JSON.stringify([name, value, domain, path, Math.floor(expires ?? 0)]),
      )
      .sort()
      .join('\n');
  return sorted(some) === sorted(others);
}
