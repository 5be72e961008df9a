import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import {
  download,
  type Download,
  type DownloadOptions,
  type DownloadRequest,
} from '../../../shared/feeds/fetch/download.ts';
import { readFeedUrl } from '../../../shared/feeds/fetch/feed-address.ts';
import { maskUrl } from '../../../shared/platform/mask-url.ts';
import type { Lookup } from '../../../shared/platform/checked-address.ts';
import { startFeedServer, type FeedServer } from '../../doubles/feed-server.ts';

const feed = '<root><property><id>1</id></property></root>';

async function serverFor(t: ExecutionContext): Promise<FeedServer> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  return server;
}

const options: DownloadOptions = {
  maxBytes: 10_000_000,
  timeoutMs: 600_000,
  idleTimeoutMs: 120_000,
  allowPrivate: true,
  tries: 1,
  now: () => new Date('2026-11-23T09:00:00Z'),
};

function fetched(
  request: DownloadRequest | string,
  changes: Partial<DownloadOptions> = {},
): Promise<{ text: string; answer: Download }> {
  return download(
    typeof request === 'string' ? { url: request } : request,
    { ...options, ...changes },
    async (answer) => {
      const parts: Buffer[] = [];
      if (answer.kind === 'body') for await (const part of answer.bytes) parts.push(part);
      return { text: Buffer.concat(parts).toString(), answer };
    },
  );
}

const redirect =
  (to: string, status = 302) =>
  (_: unknown, response: ServerResponse) =>
    void response.writeHead(status, { location: to }).end('moved');

test('validators are sent along, and a 304 to them is an answer of its own', async (t) => {
  const server = await serverFor(t);
  const url = server.publish('/feed.xml', feed, {
    etag: '"1"',
    'last-modified': 'Sun, 22 Nov 2026 10:00:00 GMT',
    'content-type': 'text/xml; charset="ISO-8859-1"',
    link: '</p2>; rel="next"',
  });
  const first = await fetched(url);
  t.is(first.text, feed);
  t.like(first.answer, {
    kind: 'body',
    etag: '"1"',
    lastModified: 'Sun, 22 Nov 2026 10:00:00 GMT',
    charset: 'ISO-8859-1',
    url,
    nextUrl: `${server.origin}/p2`,
  });
  if (first.answer.kind === 'body') t.deepEqual(first.answer.progress, { received: feed.length, total: feed.length });
  t.is(server.requests[0]?.headers['accept-encoding'], 'gzip, br');
  t.is((await fetched({ url, etag: '"1"' })).answer.kind, 'not-modified');
  t.is((await fetched({ url, etag: '"0"' })).text, feed);
  server.publish('/never.xml', (_, response) => void response.writeHead(304).end());
  await t.throwsAsync(fetched(`${server.origin}/never.xml`), { code: 'http-status' });
});

test('a body that ends before its length, its last chunk or its packing is truncated', async (t) => {
  const server = await serverFor(t);
  server.publish('/length', (_, response) => {
    response.writeHead(200, { 'content-length': 1000 }).write(feed, () => response.destroy());
  });
  server.publish('/chunked', (_, response) => {
    response.writeHead(200).write(feed, () => response.destroy());
  });
  server.publish('/gzip', gzipSync(feed).subarray(0, 40), { 'content-encoding': 'gzip' });
  for (const path of ['/length', '/chunked', '/gzip'])
    await t.throwsAsync(fetched(server.origin + path), { code: 'truncated' }, path);
  server.publish('/whole', gzipSync(feed), { 'content-encoding': 'gzip' });
  t.is((await fetched(`${server.origin}/whole`)).text, feed);
});

test('each status has its class', async (t) => {
  const server = await serverFor(t);
  const classes = {
    401: 'unauthorized',
    403: 'unauthorized',
    404: 'gone',
    410: 'gone',
    429: 'rate-limited',
    500: 'server-error',
    503: 'server-error',
    204: 'http-status',
    418: 'http-status',
  };
  for (const [status, code] of Object.entries(classes)) {
    server.publish('/feed.xml', (_, response) => void response.writeHead(Number(status)).end());
    const error = await t.throwsAsync<Error & { retryable?: boolean }>(fetched(`${server.origin}/feed.xml`), { code });
    t.is(error?.retryable, ['429', '500', '503'].includes(status), status);
  }
  await t.throwsAsync(fetched('http://127.0.0.1:1/feed.xml'), { code: 'unreachable' });
});

test('429 and 5xx are tried again within the run, after the time that the server names', async (t) => {
  const server = await serverFor(t);
  let asked = 0;
  server.publish('/feed.xml', (_, response) => {
    asked += 1;
    if (asked < 3)
      response
        .writeHead(asked === 1 ? 429 : 503, { 'retry-after': asked === 1 ? '0' : 'Mon, 23 Nov 2026 09:00:00 GMT' })
        .end();
    else response.end(feed);
  });
  t.is((await fetched(`${server.origin}/feed.xml`, { tries: 3 })).text, feed);
  t.is(asked, 3);
  asked = 0;
  server.publish('/long.xml', (_, response) => {
    asked += 1;
    response.writeHead(429, { 'retry-after': '3600' }).end();
  });
  await t.throwsAsync(fetched(`${server.origin}/long.xml`, { tries: 3 }), { code: 'rate-limited' });
  t.is(asked, 1, "an hour is the next run's business");
});

test('a silent server and a slow one each end at their own limit', async (t) => {
  const server = await serverFor(t);
  server.publish('/silent', () => undefined);
  server.publish('/stalls', (_, response) => void response.writeHead(200).write('<root>'));
  server.publish('/drips', (_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  });
  await t.throwsAsync(fetched(`${server.origin}/silent`, { idleTimeoutMs: 300 }), { code: 'idle-timeout' });
  await t.throwsAsync(fetched(`${server.origin}/stalls`, { idleTimeoutMs: 300 }), { code: 'idle-timeout' });
  await t.throwsAsync(fetched(`${server.origin}/drips`, { timeoutMs: 1000 }), {
    code: 'timeout',
    message: /FEED_TIMEOUT/,
  });
});

test('a run that is asked to stop stops the download', async (t) => {
  const server = await serverFor(t);
  const stopper = new AbortController();
  server.publish('/feed.xml', (_, response) => {
    response.writeHead(200).write('<root>');
    stopper.abort(new DOMException('the budget ended', 'AbortError'));
  });
  await t.throwsAsync(fetched(`${server.origin}/feed.xml`, { signal: stopper.signal }), { name: 'AbortError' });
});

test('limits of size hold on the wire and unpacked', async (t) => {
  const server = await serverFor(t);
  server.publish('/big', 'x'.repeat(50_000));
  server.publish('/packed', gzipSync('x'.repeat(50_000)), { 'content-encoding': 'gzip' });
  for (const path of ['/big', '/packed'])
    await t.throwsAsync(fetched(server.origin + path, { maxBytes: 10_000 }), { code: 'feed-too-large' });
});

test('redirects are followed five times, each is checked, none leaves https', async (t) => {
  const server = await serverFor(t);
  server.publish('/hop5', feed);
  for (let hop = 0; hop < 5; hop++)
    server.publish(`/hop${hop}`, redirect(`/hop${hop + 1}`, [301, 302, 303, 307, 308][hop]));
  t.is((await fetched(`${server.origin}/hop0`)).text, feed);
  server.publish('/hop5', redirect('/hop6'));
  await t.throwsAsync(fetched(`${server.origin}/hop0`), { code: 'too-many-redirects' });
  for (const to of ['file:///etc/passwd', 'ftp://example.test/x', 'gopher://x', 'data:text/xml,<a/>']) {
    server.publish('/away', redirect(to));
    await t.throwsAsync(fetched(`${server.origin}/away`), { code: 'bad-url' }, to);
  }
});

test('a private address is refused without a connection', async (t) => {
  for (const url of ['http://127.0.0.1/', 'http://localhost/', 'http://2130706433/', 'http://0/', 'http://[::1]/'])
    await t.throwsAsync(fetched(url, { allowPrivate: false }), { code: 'private-address' }, url);
  const metadata = { code: 'private-address', message: /always refused/ };
  await t.throwsAsync(fetched('http://169.254.169.254/latest/meta-data/', { allowPrivate: true }), metadata);
});

test('a name is refused when any of its addresses is private, and again at the next connection', async (t) => {
  const server = await serverFor(t);
  const { port } = new URL(server.publish('/feed.xml', feed));
  const names: Record<string, string[]> = {
    'mixed.test': ['93.184.216.34', '127.0.0.1'],
    'mapped.test': ['::ffff:10.0.0.1'],
    'inside.test': ['127.0.0.1'],
    'nat64.test': ['64:ff9b::a00:1'],
  };
  const lookup: Lookup = (host, _, done) =>
    done(
      null,
      (names[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  for (const host of Object.keys(names)) {
    await t.throwsAsync(
      fetched(`http://${host}:${port}/feed.xml`, { allowPrivate: false, lookup }),
      { code: 'private-address', message: new RegExp(host) },
      host,
    );
  }
  t.is(server.requests.length, 0);
  // Rebinding: first public, then private.
  let asked = 0;
  const rebinding: Lookup = (_, __, done) =>
    done(null, [{ address: asked++ === 0 ? '192.0.2.1' : '127.0.0.1', family: 4 }]);
  await t.throwsAsync(
    fetched(`http://rebinding.test:${port}/feed.xml`, { allowPrivate: false, lookup: rebinding, tries: 3 }),
    { code: 'private-address' },
  );
  t.is(asked, 1);
  t.is(server.requests.length, 0);
});

test("a login goes to the feed's own origin only and appears in no message", async (t) => {
  const [server, other] = [await serverFor(t), await serverFor(t)];
  other.publish('/feed.xml', feed);
  server.publish('/feed.xml', redirect(`${other.origin}/feed.xml`));
  const url = `${server.origin.replace('//', '//agent:s3cret@')}/feed.xml?key=t0psecret`;
  t.is((await fetched({ url, headers: { 'X-Api-Key': 'k3y' } })).text, feed);
  t.like(server.requests[0]?.headers, {
    authorization: `Basic ${Buffer.from('agent:s3cret').toString('base64')}`,
    'x-api-key': 'k3y',
  });
  t.deepEqual(
    [other.requests[0]?.headers['authorization'], other.requests[0]?.headers['x-api-key']],
    [undefined, undefined],
  );
  for (const broken of [() => server.close(), () => undefined]) {
    await broken();
    const error = await t.throwsAsync(fetched({ url, username: 'u', password: 's3cret' }));
    t.notRegex(`${error?.message} ${error?.stack}`, /s3cret|t0psecret|k3y/);
  }
  t.is(maskUrl(url), `${server.origin}/feed.xml?key=...`);
  t.throws(() => readFeedUrl('ftp://agent:s3cret@example.test'), { code: 'bad-url', message: /^(?!.*s3cret)/ });
  t.like(readFeedUrl('http://u%zz:p@example.test/'), { username: 'u%zz', password: 'p' });
});

test('a body is passed on as it arrives, whatever its size', async (t) => {
  const server = await serverFor(t);
  const chunk = Buffer.alloc(64 * 1024, 'x');
  server.publish('/large', (_, response) => {
    let left = 160;
    const write = () => {
      while (left-- > 0) if (!response.write(chunk)) return void response.once('drain', write);
      response.end();
    };
    write();
  });
  const [digest, expected] = [createHash('sha1'), createHash('sha1')];
  for (let i = 0; i < 160; i++) expected.update(chunk);
  await download({ url: `${server.origin}/large` }, { ...options, maxBytes: 20_000_000 }, async (answer) => {
    if (answer.kind === 'body') for await (const part of answer.bytes) digest.update(part);
  });
  t.is(digest.digest('hex'), expected.digest('hex'));
});
