import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { Lookup } from '../../shared/platform/checked-address.ts';
import { checkedPost } from '../../shared/platform/checked-post.ts';

async function startServer(t: ExecutionContext, answer: RequestListener): Promise<URL> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=1`);
}

const wanted = () => ({ headers: { 'content-type': 'text/plain' }, body: 'é', signal: AbortSignal.timeout(10_000) });

test('a request goes out as it is, and the answer is its status and headers', async (t) => {
  const seen: Partial<IncomingMessage>[] = [];
  const url = await startServer(t, (request, response) => {
    seen.push(request);
    request.resume().on('end', () => response.writeHead(202, { 'retry-after': '5' }).end('x'.repeat(1000)));
  });
  const answer = await checkedPost(url, { ...wanted(), allowPrivate: true });
  t.like(answer, { status: 202, headers: { 'retry-after': '5' } });
  t.like(seen[0], { method: 'POST', url: '/hook?key=1', headers: { 'content-length': '2' } as never });
});

test('without permission no private address is called, by address or by name', async (t) => {
  let asked = 0;
  const url = await startServer(t, (_, response) => void response.end(String(asked++)));
  await t.throwsAsync(checkedPost(url, wanted()), { code: 'private-address' });
  const lookup: Lookup = (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);
  const named = new URL(url.href.replace('127.0.0.1', 'hook.test'));
  await t.throwsAsync(checkedPost(named, { ...wanted(), lookup }), { code: 'private-address' });
  t.is((await checkedPost(named, { ...wanted(), lookup, allowPrivate: true })).status, 200);
  t.is(asked, 1);
  for (const host of ['169.254.169.254', '[fe80::1]', '0.0.0.0', '168.63.129.16'])
    await t.throwsAsync(checkedPost(new URL(`http://${host}/`), { ...wanted(), allowPrivate: true }), {
      code: 'private-address',
      message: /always refused/,
    });
});

test('a redirect is followed as often as allowed, and checked', async (t) => {
  const url = await startServer(t, (request, response) => {
    if (request.url === '/end') response.writeHead(204).end();
    else if (request.url === '/inside') response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    else response.writeHead(307, { location: request.url === '/hook?key=1' ? '/end' : '/loop' }).end();
  });
  const options = () => ({ ...wanted(), allowPrivate: true });
  t.is((await checkedPost(url, options())).status, 307);
  t.is((await checkedPost(url, { ...options(), maxRedirects: 1 })).status, 204);
  t.is((await checkedPost(new URL('/loop', url), { ...options(), maxRedirects: 3 })).status, 307);
  await t.throwsAsync(checkedPost(new URL('/inside', url), { ...options(), maxRedirects: 1 }), {
    code: 'private-address',
  });
});

test('an endless answer and a silent receiver delay no one', async (t) => {
  const url = await startServer(t, (request, response) => {
    if (request.url !== '/endless') return;
    response.writeHead(200);
    const chunk = Buffer.alloc(64 * 1024);
    const write = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', write);
    write();
  });
  t.is((await checkedPost(new URL('/endless', url), { ...wanted(), allowPrivate: true })).status, 200);
  const signal = AbortSignal.timeout(50);
  await t.throwsAsync(checkedPost(url, { ...wanted(), signal, allowPrivate: true }), { name: 'TimeoutError' });
});
