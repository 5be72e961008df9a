import test from 'ava';
import { browserDownload } from '../../../shared/feeds/fetch/browser-download.ts';
import type { DownloadRequest } from '../../../shared/feeds/fetch/download.ts';
import type { EstioError } from '../../../shared/platform/errors.ts';
import type { Lookup } from '../../../shared/platform/checked-address.ts';
import { startGuardedProxy } from '../../../shared/feeds/fetch/guarded-proxy.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';
import { testBrowser } from '../../doubles/test-browser.ts';

const feed = '<?xml version="1.0"?><root><kyero/><property><id>1</id></property></root>';
const options = {
  ...testBrowser,
  maxBytes: 1_000_000,
  timeoutMs: 600_000,
  idleTimeoutMs: 120_000,
  allowPrivate: true,
  now: () => new Date(),
};

async function text(request: DownloadRequest): Promise<string> {
  return browserDownload(request, options, async (answer) => {
    const parts: Buffer[] = [];
    if (answer.kind === 'body') for await (const part of answer.bytes) parts.push(part);
    return Buffer.concat(parts).toString();
  });
}

test.serial('a feed behind a script challenge is fetched with what the browser was given', async (t) => {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const url = server.publish('/feed.xml', (request, response) => {
    if (request.headers.cookie?.includes('passed=yes'))
      return void response.writeHead(200, { 'content-type': 'application/xml' }).end(feed);
    response
      .writeHead(503, { 'content-type': 'text/html' })
      .end(
        '<!DOCTYPE html><p>Checking your browser</p><script>document.cookie = "passed=" + ["y", "es"].join(""); ' +
          'location.reload();</script>',
      );
  });
  t.is(await text({ url, headers: { 'x-key': 'k' } }), feed);
  const last = server.requests.at(-1);
  t.notRegex(last?.headers['user-agent'] ?? '', /Headless|estio/);
  t.is(last?.headers['x-key'], 'k');
});

test.serial(
  'a feed that is sent as text/html is one, and a page that never becomes one costs the time of the feed at most',
  async (t) => {
    const server = await startFeedServer();
    t.teardown(() => server.close());
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    t.is(await text({ url: server.publish('/feed.xml', feed, headers) }), feed);
    let asked: number | undefined;
    const url = server.publish('/never.xml', (_request, response) => {
      asked = performance.now();
      response.writeHead(200, headers).end('<p>Are you a robot?</p>');
    });
    const error = await t.throwsAsync(browserDownload({ url }, { ...options, timeoutMs: 4000 }, async () => undefined));
    // On a slow machine the browser alone takes that long.
    t.true(['challenge', 'timeout'].includes((error as EstioError).code), String(error));
    // Without that limit a challenge has 45 s.
    t.true(asked === undefined || performance.now() - asked < 40_000);
  },
);

test.serial('a feed that is gone, or whose server fails, is reported as that and not as a challenge', async (t) => {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  let asked = 0;
  const answer = (status: number) =>
    server.publish(`/${status}.xml`, (_request, response) => {
      asked = performance.now();
      response.writeHead(status, { 'content-type': 'text/html' }).end('<!DOCTYPE html><p>Sorry');
    });
  await t.throwsAsync(
    browserDownload({ url: answer(404) }, options, async () => undefined),
    { code: 'gone' },
  );
  t.true(performance.now() - asked < 40_000);
  const error = await t.throwsAsync(
    browserDownload({ url: answer(500) }, { ...options, timeoutMs: 4000 }, async () => undefined),
  );
  t.true(['server-error', 'timeout'].includes((error as EstioError).code), String(error));
});

test('a private address is refused for what it is before the browser is started', async (t) => {
  const lookup = ((_host, _options, done) => done(null, [{ address: '10.0.0.7', family: 4 }])) as Lookup;
  for (const url of [
    'http://127.0.0.1/feed.xml',
    'http://[::1]/feed.xml',
    'http://0x7f.1/feed.xml',
    'http://inside.example/feed.xml',
  ]) {
    await t.throwsAsync(
      browserDownload({ url }, { ...options, allowPrivate: false, lookup }, async () => undefined),
      { code: 'private-address' },
      url,
    );
  }
});

test.serial('a page that leads the browser to a refused address is refused for that', async (t) => {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const lookup = ((host, _options, done) =>
    done(null, [{ address: host === 'inside.example' ? '169.254.169.254' : '127.0.0.1', family: 4 }])) as Lookup;
  for (const [i, location] of [
    'http://169.254.169.254/feed.xml',
    'https://169.254.169.254/feed.xml',
    'http://inside.example/feed.xml',
    'https://inside.example/feed.xml',
  ].entries()) {
    const url = server.publish(`/${i}.xml`, (_request, response) => void response.writeHead(302, { location }).end());
    await t.throwsAsync(
      browserDownload({ url }, { ...options, lookup }, async () => undefined),
      { code: 'private-address' },
      location,
    );
  }
});

test.serial("the browser's proxy reaches no private address", async (t) => {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  server.publish('/secret', 'secret');
  const proxy = await startGuardedProxy({});
  t.teardown(() => proxy.close());
  const { ProxyAgent, request } = await import('undici');
  for (const proxyTunnel of [true, false]) {
    const agent = new ProxyAgent({ uri: proxy.url, proxyTunnel });
    const status = await request(`${server.origin}/secret`, { dispatcher: agent }).then(
      ({ statusCode }) => statusCode,
      () => 403,
    );
    t.is(status, 403);
    await agent.close();
  }
  t.is(server.requests.length, 0);
});
