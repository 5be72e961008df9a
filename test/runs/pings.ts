import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { createLogger } from '../../shared/platform/logger.ts';
import { createPings } from '../../shared/runs/pings.ts';
import type { RunEnvelope } from '../../shared/runs/run-guarded.ts';

const log = await createLogger({ level: 'silent', fd: 2 });

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const ok: Answer = (_, response) => void response.end('OK');

/** A dead-man's switch. */
async function startSwitch(t: ExecutionContext, answer: Answer = ok) {
  const pings: { path: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    pings.push({ path: request.url ?? '', body });
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pings };
}

const done: RunEnvelope = {
  job: 'sync-feeds',
  runId: '0',
  status: 'succeeded',
  startedAt: '2026-03-10T10:00:00Z',
  durationMs: 3200,
  counts: { new: 2, same: 5 },
  errors: [],
};

test('a run is reported at its start and at its end, with a summary', async (t) => {
  const { url, pings } = await startSwitch(t);
  const ping = createPings({
    config: { cronPingUrl: `${url}/ping/abc/`, jobPingUrls: {}, cronPingAllowPrivate: true },
    log,
  });
  ping.started({ job: 'sync-feeds' });
  ping.finished(done);
  await ping.settled();
  t.deepEqual(pings, [
    { path: '/ping/abc/start', body: '' },
    { path: '/ping/abc', body: 'sync-feeds succeeded in 3.2 s: 2 new listings, 5 unchanged' },
  ]);
});

test('a failed run is reported as such, with its errors', async (t) => {
  const { url, pings } = await startSwitch(t);
  const ping = createPings({
    config: { cronPingUrl: `${url}/x?key=1`, jobPingUrls: {}, cronPingAllowPrivate: true },
    log,
  });
  ping.finished({
    ...done,
    status: 'failed',
    reason: 'timeout',
    counts: {},
    errors: [{ scope: 'gmail:eleni@aphrodite.example', code: 'timeout', message: 'no answer', retryable: true }],
  });
  await ping.settled();
  t.deepEqual(pings, [
    {
      path: '/x/fail?key=1',
      body: 'sync-feeds failed (timeout) in 3.2 s: nothing to do\ngmail:el•••@aphrodite.example: no answer',
    },
  ]);
});

test('a job may have an address of its own; a skip is not pinged', async (t) => {
  const { url, pings } = await startSwitch(t);
  const ping = createPings({
    config: { cronPingUrl: undefined, jobPingUrls: { SYNC_FEEDS: `${url}/feeds` }, cronPingAllowPrivate: true },
    log,
  });
  ping.started({ job: 'gmail-sync' });
  ping.finished({ job: 'sync-feeds', status: 'skipped', reason: 'locked', detail: '' });
  ping.finished(done);
  await ping.settled();
  t.deepEqual(
    pings.map(({ path }) => path),
    ['/feeds'],
  );
});

test('a dry run, and a run for one mailbox or feed, does not ping', async (t) => {
  const { url, pings } = await startSwitch(t);
  const ping = createPings({ config: { cronPingUrl: url, jobPingUrls: {}, cronPingAllowPrivate: true }, log });
  const narrowed: readonly Record<string, string | true>[] = [{ dryRun: true }, { feedId: '6b0d403a9c25998d1a1f659f' }];
  for (const parameters of narrowed) {
    ping.started({ job: 'sync-feeds', parameters });
    ping.finished({ ...done, parameters });
    ping.finished({ ...done, status: 'failed', parameters });
  }
  await ping.settled();
  t.deepEqual(pings, []);
});

test('a switch that fails once is asked once more', async (t) => {
  const { url, pings } = await startSwitch(t, (_, response) => {
    response.statusCode = pings.length === 1 ? 500 : 200;
    response.end();
  });
  const ping = createPings({ config: { cronPingUrl: url, jobPingUrls: {}, cronPingAllowPrivate: true }, log });
  ping.started({ job: 'sync-feeds' });
  await ping.settled();
  t.is(pings.length, 2);
});

test('a switch that hangs, breaks off or is missing delays no one', async (t) => {
  const hanging = await startSwitch(t, () => undefined);
  const breaking = await startSwitch(t, (request) => request.socket.destroy());
  for (const url of [hanging.url, breaking.url, 'http://127.0.0.1:1']) {
    const ping = createPings({
      config: { cronPingUrl: url, jobPingUrls: {}, cronPingAllowPrivate: true },
      log,
      timeoutMs: 50,
    });
    ping.started({ job: 'sync-feeds' });
    ping.finished(done);
    await t.notThrowsAsync(ping.settled());
  }
});

test('what ends does not wait long for a switch that hangs', async (t) => {
  const { url, pings } = await startSwitch(t, () => undefined);
  const ping = createPings({
    config: { cronPingUrl: url, jobPingUrls: {}, cronPingAllowPrivate: true },
    log,
    timeoutMs: 60_000,
    settleTimeoutMs: 50,
  });
  ping.started({ job: 'sync-feeds' });
  ping.finished(done);
  await ping.settled();
  t.true(pings.length <= 1);
});
