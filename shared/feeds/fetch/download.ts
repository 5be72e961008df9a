import { Agent, request, type Dispatcher } from 'undici';
import { checkedLookup, checkHost, type Reach } from '../../platform/checked-address.ts';
import { delay, minute } from '../../platform/clock.ts';
import { EstioError, isAbort } from '../../platform/errors.ts';
import { backoffMs, parseRetryAfter } from '../../platform/retry.ts';
import { DownloadError, describeNetworkError, describeStatus } from './download-error.ts';
import type { EnclosedPictures } from './enclosed-pictures.ts';
import type { FolderState } from './feed-folder.ts';
import { readFeedUrl } from './feed-address.ts';
import { maskUrl } from '../../platform/mask-url.ts';
import { redirectTarget } from './redirect-target.ts';
import { unpack } from './unpack.ts';

export interface DownloadRequest {
  readonly url: string;
  /** To the feed's origin only. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly username?: string;
  readonly password?: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface DownloadOptions extends Reach {
  /** Unpacked bytes. */
  readonly maxBytes: number;
  /** For all tries, waits and reading. */
  readonly timeoutMs: number;
  /** Start of the time (`performance.now()`); default: now. */
  readonly since?: number;
  /** Without another byte. */
  readonly idleTimeoutMs: number;
  readonly signal?: AbortSignal;
  readonly tries?: number;
  readonly enclosed?: EnclosedPictures;
  readonly now: () => Date;
}

export interface FeedBody {
  readonly kind: 'body';
  /** Throws `truncated` if cut. */
  readonly bytes: AsyncIterable<Buffer>;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  readonly charset: string | undefined;
  readonly url: string;
  /** From `Link: <..>; rel="next"`. */
  readonly nextUrl: string | undefined;
  readonly folder?: FolderState;
  readonly progress: { received: number; readonly total: number | undefined };
}

export type Download = FeedBody | { readonly kind: 'not-modified' };

const maxRedirects = 5;
const maxWaitMs = minute;

/** @throws {DownloadError} with the failure's code; {EstioError} of `read` */
export async function download<T>(
  wanted: DownloadRequest,
  options: DownloadOptions,
  read: (download: Download) => Promise<T>,
): Promise<T> {
  const overall = AbortSignal.timeout(leftMs(options));
  const signal = options.signal ? AbortSignal.any([options.signal, overall]) : overall;
  const agent = new Agent({
    connect: {
      timeout: Math.min(options.idleTimeoutMs, 30_000),
      lookup: checkedLookup(options),
    },
    headersTimeout: options.idleTimeoutMs,
    bodyTimeout: options.idleTimeoutMs,
    maxHeaderSize: 64 * 1024,
  });
  try {
    const response = await respond(wanted, agent, options, signal);
    if (response.kind === 'not-modified') return await read(response);
    return await read({
      ...response,
      bytes: unpack(guarded(response, signal, options), {
        contentEncoding: response.contentEncoding,
        maxBytes: options.maxBytes,
        enclosed: options.enclosed,
      }),
    });
  } catch (error) {
    throw timedOut(error, overall, options);
  } finally {
    await agent.destroy();
  }
}

export function leftMs({ timeoutMs, since }: Pick<DownloadOptions, 'timeoutMs' | 'since'>): number {
  return Math.max(1, Math.ceil(since === undefined ? timeoutMs : timeoutMs - (performance.now() - since)));
}

interface RawBody extends FeedBody {
  readonly contentEncoding: string | undefined;
}

async function respond(
  wanted: DownloadRequest,
  agent: Agent,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<RawBody | { kind: 'not-modified' }> {
  const tries = options.tries ?? 3;
  for (let attempt = 1; ; attempt++) {
    try {
      return await follow(wanted, agent, options, signal);
    } catch (error) {
      if (!(error instanceof DownloadError) || !error.retryable || attempt >= tries || signal.aborted) throw error;
      const wait = error.retryAfterMs ?? backoffMs(attempt, { baseMs: 1000, capMs: 10_000 });
      if (wait > maxWaitMs) throw error;
      await delay(wait, signal);
    }
  }
}

async function follow(
  wanted: DownloadRequest,
  agent: Agent,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<RawBody | { kind: 'not-modified' }> {
  const first = readFeedUrl(wanted.url);
  let url = first.url;
  checkHost(url.hostname, options);
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const own = url.origin === first.url.origin;
    const response = await send(url, agent, signal, {
      accept: 'application/xml, text/xml, */*;q=0.5',
      // Not deflate: some servers omit its header (RFC 9110, 8.4.1.2).
      'accept-encoding': 'gzip, br',
      'user-agent': 'estio-cron (feed import)',
      ...(wanted.etag ? { 'if-none-match': wanted.etag } : {}),
      ...(wanted.lastModified ? { 'if-modified-since': wanted.lastModified } : {}),
      ...(own
        ? {
            ...basicAuth(wanted.username ?? first.username, wanted.password ?? first.password),
            ...lowerCased(wanted.headers),
          }
        : {}),
    });
    const location = header(response, 'location');
    if ([301, 302, 303, 307, 308].includes(response.statusCode) && location) {
      await response.body.dump().catch(() => undefined);
      url = redirectTarget(url, location, options);
      continue;
    }
    return await accept(response, url, wanted, options);
  }
  throw new DownloadError('too-many-redirects', `${maskUrl(wanted.url)} redirects more than ${maxRedirects} times`);
}

async function accept(
  response: Dispatcher.ResponseData,
  url: URL,
  wanted: DownloadRequest,
  options: DownloadOptions,
): Promise<RawBody | { kind: 'not-modified' }> {
  if (response.statusCode === 304 && (wanted.etag || wanted.lastModified)) {
    await response.body.dump();
    return { kind: 'not-modified' };
  }
  if (response.statusCode !== 200) {
    await response.body.dump({ limit: 64 * 1024 }).catch(() => undefined);
    throw describeStatus(response.statusCode, url, parseRetryAfter(header(response, 'retry-after'), options.now()));
  }
  const total = Number(header(response, 'content-length'));
  return {
    kind: 'body',
    bytes: response.body,
    url: url.href,
    etag: header(response, 'etag'),
    lastModified: header(response, 'last-modified'),
    charset: /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(header(response, 'content-type') ?? '')?.[1],
    contentEncoding: header(response, 'content-encoding'),
    nextUrl: nextLink(header(response, 'link'), url),
    progress: { received: 0, total: total > 0 ? total : undefined },
  };
}

async function send(
  url: URL,
  agent: Agent,
  signal: AbortSignal,
  headers: Record<string, string>,
): Promise<Dispatcher.ResponseData> {
  try {
    return await request(url, { dispatcher: agent, method: 'GET', headers, signal });
  } catch (error) {
    throw describeNetworkError(error, url, false);
  }
}

async function* guarded(response: RawBody, signal: AbortSignal, options: DownloadOptions): AsyncGenerator<Buffer> {
  const { progress } = response;
  try {
    for await (const chunk of response.bytes) {
      signal.throwIfAborted();
      progress.received += chunk.length;
      if (progress.received > options.maxBytes) {
        throw new EstioError(
          `The feed is larger than the allowed ${Math.round(options.maxBytes / 1024 / 1024)} MB (FEED_MAX_MB)`,
          { code: 'feed-too-large' },
        );
      }
      yield chunk;
    }
  } catch (error) {
    throw describeNetworkError(error, new URL(response.url), true);
  }
  if (progress.total !== undefined && progress.received < progress.total) {
    throw new DownloadError(
      'truncated',
      `The download was cut off: expected ${progress.total} bytes, received ${progress.received}`,
      { retryable: true },
    );
  }
}

function timedOut(error: unknown, overall: AbortSignal, options: DownloadOptions): unknown {
  if (!overall.aborted || options.signal?.aborted) return error;
  if (!isAbort(error) && !(error instanceof Error && error.name === 'TimeoutError')) return error;
  return new DownloadError(
    'timeout',
    `The download took longer than the allowed ${Math.round(options.timeoutMs / 1000)} s (FEED_TIMEOUT)`,
    { retryable: true, cause: error },
  );
}

function basicAuth(username: string | undefined, password: string | undefined): Record<string, string> {
  if (!username && !password) return {};
  return { authorization: `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}` };
}

function lowerCased(headers: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
}

function header(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function nextLink(link: string | undefined, base: URL): string | undefined {
  const target = /<([^>]*)>[^,]*;\s*rel\s*=\s*"?next"?/i.exec(link ?? '')?.[1];
  return target !== undefined && URL.canParse(target, base.href) ? new URL(target, base.href).href : undefined;
}
