/**
 * Chromium passes a script challenge; the feed is streamed with its cookies, or read from the browser if the site
 * insists.
 */

import type { HTTPRequest, HTTPResponse, Page } from 'puppeteer-core';
import { launchBrowser, type BrowserSettings } from '../../platform/browser.ts';
import { checkResolved } from '../../platform/checked-address.ts';
import { delay, second } from '../../platform/clock.ts';
import { EstioError } from '../../platform/errors.ts';
import { DownloadError, describeStatus } from './download-error.ts';
import { download, leftMs, type Download, type DownloadOptions, type DownloadRequest } from './download.ts';
import { readFeedUrl } from './feed-address.ts';
import { maskUrl } from '../../platform/mask-url.ts';
import { startGuardedProxy, type GuardedProxy } from './guarded-proxy.ts';
import { parseBeginning } from '../xml/parse-beginning.ts';
import { isNoFeed } from '../read/choose-format.ts';
import { unpack } from './unpack.ts';

const challengeMs = 45 * second;

interface Arrival {
  /** `undefined`: the feed was offered for saving. */
  readonly response: HTTPResponse | undefined;
}

/** @throws {DownloadError} by status; {EstioError} `challenge` if the feed was never shown */
export async function browserDownload<T>(
  wanted: DownloadRequest,
  given: DownloadOptions & BrowserSettings,
  read: (download: Download) => Promise<T>,
): Promise<T> {
  const options = { ...given, since: given.since ?? performance.now() };
  const { url, username, password } = readFeedUrl(wanted.url);
  await checkResolved(url.hostname, options);
  const proxy = await startGuardedProxy(options);
  let browser: Awaited<ReturnType<typeof launchBrowser>> | undefined;
  const close = () => browser?.close();
  options.signal?.addEventListener('abort', close, { once: true });
  try {
    browser = await launchBrowser(options);
    options.signal?.throwIfAborted();
    const context = await browser.browser.createBrowserContext({
      proxyServer: proxy.url,
      proxyBypassList: ['<-loopback>'],
    });
    const page = await context.newPage();
    const userAgent = (await browser.browser.userAgent()).replace('HeadlessChrome', 'Chrome');
    await page.setUserAgent({ userAgent });
    const login = { username: wanted.username ?? username, password: wanted.password ?? password };
    if (login.username !== undefined)
      await page.authenticate({ username: login.username, password: login.password ?? '' });
    if (wanted.headers) await sendHeadersHome(page, url.origin, wanted.headers);
    const arrival = await arrive(page, url, proxy, options);
    const cookies = (await context.cookies()).filter(
      (cookie) => url.hostname === cookie.domain || url.hostname.endsWith(`.${cookie.domain.replace(/^\./, '')}`),
    );
    const headers = {
      ...wanted.headers,
      'user-agent': userAgent,
      ...(cookies.length > 0 ? { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') } : {}),
    };
    try {
      return await download({ ...wanted, headers }, options, read);
    } catch (error) {
      if (!isRefusal(error) || !arrival.response) throw error;
      return await read(await fromBrowser(arrival.response, options.maxBytes));
    }
  } finally {
    options.signal?.removeEventListener('abort', close);
    await browser?.close();
    await proxy.close();
  }
}

async function arrive(page: Page, url: URL, proxy: GuardedProxy, options: DownloadOptions): Promise<Arrival> {
  const maxMs = Math.min(challengeMs, leftMs(options));
  const until = performance.now() + maxMs;
  let arrived: Arrival | undefined;
  let status: number | undefined;
  let refused: Error | undefined;
  const isNavigation = (request: HTTPRequest) => request.isNavigationRequest() && request.frame() === page.mainFrame();
  const noteRefusal = (request: HTTPRequest) => {
    if (isNavigation(request)) refused ??= proxy.refusal(new URL(request.url()).hostname);
  };
  page.on('requestfailed', noteRefusal);
  page.on('response', (response) => {
    if (!isNavigation(response.request())) return;
    noteRefusal(response.request());
    status = response.status();
    if (status !== 200) return;
    if (!/html/i.test(response.headers()['content-type'] ?? '')) arrived = { response };
    // Feeds may be text/html: the body decides.
    else
      response.content().then(
        (body) => looksLikeFeed(Buffer.from(body)) && (arrived ??= { response }),
        () => undefined,
      );
  });
  await page.goto(url.href, { waitUntil: 'domcontentloaded', timeout: maxMs }).catch((error: unknown) => {
    // The navigation ends when a feed is offered for saving, or a challenge reloads.
    if (error instanceof Error && /ERR_ABORTED/.test(error.message)) arrived ??= { response: undefined };
    else if (!arrived && !refused && !(error instanceof Error && error.name === 'TimeoutError'))
      throw new DownloadError(
        'unreachable',
        `The browser cannot reach ${url.host}: ${error instanceof Error ? error.message : String(error)}`,
        { retryable: true, cause: error },
      );
  });
  while (!arrived && !refused && !isGone(status) && performance.now() < until) await delay(200, options.signal);
  if (!arrived && refused) throw refused;
  if (!arrived && status === undefined)
    throw new DownloadError(
      'timeout',
      `${url.host} did not answer the browser within ${Math.round(maxMs / second)} s`,
      { retryable: true },
    );
  if (!arrived && status !== undefined && (isGone(status) || status === 401 || status >= 500))
    throw describeStatus(status, url, undefined);
  if (!arrived) {
    throw new EstioError(
      `${maskUrl(url.href)} still shows a web page after ${Math.round(maxMs / second)} s in the ` +
        'browser: it is a challenge that was not passed, or not a feed',
      {
        code: 'challenge',
        retryable: true,
      },
    );
  }
  return arrived;
}

function isGone(status: number | undefined): boolean {
  return status === 404 || status === 410;
}

/** HTML may begin with these, without html and body. */
const beginningsOfPages = /^(?:p|div|script|noscript|meta|title|center|style|link|form|img|iframe|h\d)$/i;

function looksLikeFeed(body: Buffer): boolean {
  const head = body.subarray(0, 64 * 1024);
  const root = parseBeginning(head)?.name;
  return (
    !/<!doctype\s+html/i.test(head.toString('latin1', 0, 1024)) &&
    !isNoFeed(root) &&
    !beginningsOfPages.test(root ?? '')
  );
}

/** To no other origin. */
async function sendHeadersHome(page: Page, origin: string, headers: Readonly<Record<string, string>>): Promise<void> {
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const own = URL.canParse(request.url()) && new URL(request.url()).origin === origin;
    request.continue(own ? { headers: { ...request.headers(), ...headers } } : {}).catch(() => undefined);
  });
}

async function fromBrowser(response: HTTPResponse, maxBytes: number): Promise<Download> {
  const bytes = Buffer.from(await response.content());
  async function* whole(): AsyncGenerator<Buffer> {
    yield bytes;
  }
  const headers = response.headers();
  return {
    kind: 'body',
    bytes: unpack(whole(), { maxBytes }),
    etag: headers['etag'],
    lastModified: headers['last-modified'],
    charset: /charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1],
    url: response.url(),
    nextUrl: undefined,
    progress: { received: bytes.length, total: bytes.length },
  };
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof EstioError &&
    ['not-a-feed', 'unauthorized', 'http-status', 'server-error', 'rate-limited'].includes(error.code)
  );
}
