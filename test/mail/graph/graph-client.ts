import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { createGraphClient, ownPath } from '../../../shared/mail/graph/graph-client.ts';
import { graphProvider } from '../../../shared/mail/graph/graph-provider.ts';
import { MailboxGate, requestsInFlight } from '../../../shared/mail/graph/mailbox-gate.ts';
import { isHeavy } from '../../../shared/mail/graph/graph-errors.ts';
import { hasReaction, MailError } from '../../../shared/mail/mail-error.ts';
import { readCredentials, saveCredentials } from '../../../shared/mail/accounts/account-credentials.ts';
import type { OutlookTokens } from '../../../shared/mail/graph/oauth.ts';
import { Account } from '../../../shared/models/account.ts';
import { useDatabase } from '../../doubles/database.ts';
import { outlookWorld } from '../../doubles/outlook-account.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly hang?: boolean;
  /** In the middle of the body. */
  readonly cut?: boolean;
}

/** The last answer repeats. */
async function scriptedGraph(t: { teardown(undo: () => void): void }, ...answers: Answer[]) {
  const seen: { url: string; authorization: string }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', authorization: request.headers.authorization ?? '' });
    const answer = answers[Math.min(seen.length, answers.length) - 1] as Answer;
    if (answer.hang) return;
    response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
    if (answer.cut) response.write(body, () => response.destroy());
    else response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context = testContext({
    environment: { MICROSOFT_GRAPH_URL: url, MAIL_REQUEST_TIMEOUT: answers.some(({ hang }) => hang) ? '300ms' : '30s' },
  });
  const token = {
    get: async () => 'first',
    replace: async (refused: string) => (refused === 'first' ? 'second' : 'third'),
  };
  return { graph: createGraphClient(token, context), seen, context };
}

const error = (status: number, code: string, headers: Record<string, string> = {}, message = code): Answer => ({
  status,
  headers,
  body: { error: { code, message } },
});
const fine: Answer = { status: 200, body: { value: [] } };

test('repeats a server error and a truncated answer', async (t) => {
  const { graph, seen } = await scriptedGraph(
    t,
    error(503, 'ServiceUnavailable'),
    { status: 200, body: '{"value":[' },
    fine,
  );
  t.deepEqual(await graph.get('/me/messages', { what: 'test' }), { value: [] });
  t.is(seen.length, 3);
});

test('a page that a gateway gives up or cuts short is repeated once, then a smaller one is tried', async (t) => {
  for (const answer of [
    error(504, ''),
    { status: 200, body: '{"value":[' },
    { status: 200, headers: { 'Content-Length': '99' }, body: '{"value":[', cut: true },
  ]) {
    const { graph, seen } = await scriptedGraph(t, answer);
    const thrown = await t.throwsAsync(graph.get('/me/messages', { what: 'test', pageSize: 50 }), {
      instanceOf: MailError,
    });
    t.true(thrown && isHeavy(thrown));
    t.is(seen.length, 2);
  }
});

test('waits as long as the server asks when that is short, and tells the loop when it is long', async (t) => {
  const short = await scriptedGraph(t, error(429, 'TooManyRequests', { 'Retry-After': '0' }), fine);
  t.deepEqual(await short.graph.get('/me', { what: 'test' }), { value: [] });
  const long = await scriptedGraph(t, error(429, 'TooManyRequests', { 'Retry-After': '600' }), fine);
  const thrown = await t.throwsAsync(long.graph.get('/me', { what: 'test' }), { code: 'rate-limited' });
  t.true(hasReaction(thrown, 'throttled'));
  t.deepEqual((thrown as { notBefore?: Date }).notBefore, new Date('2026-11-23T09:10:00Z'));
  t.is(long.seen.length, 1);
});

test('a stale token is replaced once', async (t) => {
  const once401 = await scriptedGraph(t, error(401, 'InvalidAuthenticationToken'), fine);
  await once401.graph.get('/me', { what: 'test' });
  t.deepEqual(
    once401.seen.map(({ authorization }) => authorization),
    ['Bearer first', 'Bearer second'],
  );
  const always401 = await scriptedGraph(t, error(401, 'InvalidAuthenticationToken'));
  t.true(hasReaction(await t.throwsAsync(always401.graph.get('/me', { what: 'test' })), 'reauth'));
  t.is(always401.seen.length, 2);
});

test('access denied counts only the second time', async (t) => {
  const once403 = await scriptedGraph(t, error(403, 'ErrorAccessDenied', { 'Retry-After': '0' }), fine);
  t.deepEqual(await once403.graph.get('/me', { what: 'test' }), { value: [] });
  for (const before of [error(503, ''), error(401, 'InvalidAuthenticationToken')]) {
    const late = await scriptedGraph(t, before, error(403, 'ErrorAccessDenied'), fine);
    t.deepEqual(await late.graph.get('/me', { what: 'test' }), { value: [] }, 'whatever failed before');
  }
  const always403 = await scriptedGraph(t, error(403, 'ErrorAccessDenied', { 'Retry-After': '0' }));
  t.true(hasReaction(await t.throwsAsync(always403.graph.get('/me', { what: 'test' })), 'admin'));
  t.is(always403.seen.length, 2);
});

test('a missing object is not an error', async (t) => {
  const { graph } = await scriptedGraph(t, error(404, 'ErrorItemNotFound'));
  t.is(await graph.get('/me/messages/1', { what: 'test' }), undefined);
});

test('an answer that does not come in time is too heavy', async (t) => {
  const { graph } = await scriptedGraph(t, { status: 200, hang: true });
  const thrown = await t.throwsAsync(graph.get('/me', { what: 'test' }), { code: 'timeout', instanceOf: MailError });
  t.true(thrown && isHeavy(thrown));
});

test("an answer that is not Graph's is requested again, whatever its status", async (t) => {
  for (const strange of [
    { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>Sign in to the network</html>' },
    { status: 200, body: {} },
    { status: 200, body: 'null' },
  ]) {
    const passing = await scriptedGraph(t, strange, fine);
    t.deepEqual(await passing.graph.get('/me/messages', { what: 'test' }), { value: [] });
    const lasting = await scriptedGraph(t, strange);
    t.true(
      hasReaction(
        await t.throwsAsync(lasting.graph.get('/me/messages/1', { what: 'test' }), { code: 'bad-answer' }),
        'retry',
      ),
    );
  }
});

test('a redirect is not followed: the token stays with Graph', async (t) => {
  const { graph, seen } = await scriptedGraph(t, { status: 302, headers: { Location: 'http://127.0.0.1:9/' } });
  await t.throwsAsync(graph.get('/me', { what: 'test' }), { code: 'network' });
  t.true(seen.every(({ url }) => url === '/v1.0/me'));
});

test('an aborted run ends its requests', async (t) => {
  const { graph, context } = await scriptedGraph(t, error(503, 'ServiceUnavailable', { 'Retry-After': '9' }));
  const pending = graph.get('/me', { what: 'test' });
  context.abort(new Error('budget'));
  await t.throwsAsync(pending, { message: 'budget' });
});

test('never more than three requests in flight', async (t) => {
  const world = await outlookWorld(t);
  world.graph.latencyMs = 250;
  const mailbox = await world.open();
  const ids = Array.from({ length: 12 }, () => world.outlook.deliver());
  await Promise.all(ids.map((id) => mailbox.fetch(id)));
  const { maxInFlight } = world.graph;
  t.true(maxInFlight > 1 && maxInFlight <= requestsInFlight, `${maxInFlight} at once`);
});

test('a mailbox that is connected at two locations has one limit, and one pause', async (t) => {
  const world = await outlookWorld(t);
  const provider = graphProvider();
  const open = async () => provider.open(await world.stored(), world.context());
  const [here, there] = [await open(), await open()];
  world.graph.latencyMs = 100;
  const ids = Array.from({ length: 8 }, () => world.outlook.deliver());
  await Promise.all(ids.flatMap((id) => [here.fetch(id), there.fetch(id)]));
  const { maxInFlight } = world.graph;
  t.true(maxInFlight > 1 && maxInFlight <= requestsInFlight, `${maxInFlight} at once`);
  world.proxy.inject({
    on: /messages/,
    nth: 1,
    status: 429,
    headers: { 'retry-after': '600' },
    body: { error: { code: 'TooManyRequests' } },
  });
  await t.throwsAsync(here.fetch(ids[0] as string), { code: 'rate-limited' });
  const before = world.graph.requests.length;
  await t.throwsAsync(there.fetch(ids[1] as string), { code: 'rate-limited' });
  t.is(world.graph.requests.length, before);
});

test('a short pause asked of one request applies to all', async (t) => {
  const gate = new MailboxGate();
  const waits: number[] = [];
  const { clock } = testContext();
  gate.pause(
    new MailError('too often', {
      code: 'rate-limited',
      reaction: 'throttled',
      notBefore: new Date(clock.now().getTime() + 4000),
    }),
  );
  await gate.run(
    async () => undefined,
    { ...clock, wait: async (ms) => void waits.push(ms) },
    new AbortController().signal,
  );
  t.deepEqual(waits, [4000]);
});

test('links lead to the configured Graph only', (t) => {
  t.is(
    ownPath('https://graph.microsoft.com/v1.0/me/x?$skiptoken=a%3D', 'https://graph.microsoft.com'),
    '/me/x?$skiptoken=a%3D',
  );
  t.is(ownPath('http://127.0.0.1:1/base/v1.0/me', 'http://127.0.0.1:1/base'), '/me');
  for (const foreign of [
    'https://graph.microsoft.com.evil.test/v1.0/me',
    'https://evil.test/v1.0/me',
    'http://graph.microsoft.com/v1.0/me',
    'https://user@graph.microsoft.com/v1.0/me',
    'https://graph.microsoft.com/beta/me',
    'nonsense',
  ]) {
    t.throws(() => ownPath(foreign, 'https://graph.microsoft.com'), { code: 'foreign-link' });
  }
});

test('a foreign link in an answer is refused before anything is sent there', async (t) => {
  const { graph, seen } = await scriptedGraph(t, fine);
  await t.throwsAsync(graph.get('http://127.0.0.1:9/v1.0/me', { what: 'test' }), { code: 'foreign-link' });
  t.is(seen.length, 0);
});

test('an expired access token is refreshed once for all, and the rotated refresh token is stored', async (t) => {
  const world = await outlookWorld(t);
  const before = readCredentials<OutlookTokens>(await world.stored(), world.context().config);
  world.login.expireAccessTokens();
  const mailbox = await world.open();
  const ids = Array.from({ length: 6 }, () => world.outlook.deliver());
  const found = await Promise.all(ids.map((id) => mailbox.fetch(id)));
  t.true(found.every((message) => message !== undefined));
  t.deepEqual(world.login.grants, ['refresh_token']);
  const after = readCredentials<OutlookTokens>(await world.stored(), world.context().config);
  t.not(after.refreshToken, before.refreshToken);
  t.is(after.expiresAt, Date.parse('2026-11-23T10:00:00Z'));
});

test('a token that ends within the minute is refreshed before use, and later runs reuse a good one', async (t) => {
  const world = await outlookWorld(t);
  const id = world.outlook.deliver();
  await (await world.open()).fetch(id);
  await (await world.open()).fetch(id);
  t.deepEqual(world.login.grants, []);
  const context = world.context();
  context.clock.set('2026-11-23T09:59:30Z');
  await (await world.open(context)).fetch(id);
  await (await world.open(context)).fetch(id);
  t.deepEqual(world.login.grants, ['refresh_token']);
});

test("two runs that refresh at the same time do not burn each other's token", async (t) => {
  const world = await outlookWorld(t);
  world.login.expireAccessTokens();
  const id = world.outlook.deliver();
  const [one, other] = [await world.open(), await world.open()];
  const found = await Promise.all([one.fetch(id), other.fetch(id)]);
  t.true(found.every((message) => message !== undefined));
});

test('a run that is stopped while a token is refreshed saves the rotated one', async (t) => {
  const world = await outlookWorld(t);
  const { config } = world.context();
  const before = readCredentials<OutlookTokens>(await world.stored(), config);
  world.login.expireAccessTokens();
  const context = world.context();
  world.login.during = () => context.abort(new Error('time budget ended'));
  const mailbox = await world.open(context);
  await t.throwsAsync(mailbox.fetch(world.outlook.deliver()), { message: 'time budget ended' });
  t.not(readCredentials<OutlookTokens>(await world.stored(), config).refreshToken, before.refreshToken);
});

test('a refresh token just used up by another process is no sign-out, even while that one is saving', async (t) => {
  const world = await outlookWorld(t);
  const id = world.outlook.deliver();
  const { config } = world.context();
  const theirs = { ...(await world.login.issue((await world.stored()).email)), refreshToken: 'rotated' };
  const context = world.context();
  const clock = {
    ...context.clock,
    now: () => new Date(theirs.expiresAt - 30_000),
    wait: async () =>
      void (await saveCredentials(
        await world.stored(),
        { ...theirs, expiresAt: theirs.expiresAt + 3_600_000 },
        config,
      )),
  };
  world.login.failures.push({
    status: 400,
    error: 'invalid_grant',
    description: 'AADSTS70000: The provided value for the input parameter is not valid.',
  });
  const mailbox = await world.open({ ...context, clock });
  t.not(await mailbox.fetch(id), undefined);
  t.is(readCredentials<OutlookTokens>(await world.stored(), config).refreshToken, 'rotated');
});

test('a revoked connection needs the user, an unavailable sign-in does not', async (t) => {
  const world = await outlookWorld(t);
  world.login.expireAccessTokens();
  for (let time = 1; time <= 4; time += 1) world.login.failures.push({ status: 503, error: 'temporarily_unavailable' });
  const mailbox = await world.open();
  const id = world.outlook.deliver();
  t.true(hasReaction(await t.throwsAsync(mailbox.fetch(id)), 'retry'));
  world.login.failures.push({
    status: 400,
    error: 'invalid_grant',
    description: 'AADSTS50173: The provided grant has expired due to it being revoked.',
  });
  const thrown = await t.throwsAsync(mailbox.fetch(id));
  t.true(hasReaction(thrown, 'reauth'));
  t.false(/r_microsoft|microsoft_/.test(`${thrown?.message}${thrown?.stack}`));
});

test('refreshed tokens that cannot be saved are no fault of the sign-in', async (t) => {
  const world = await outlookWorld(t);
  world.login.expireAccessTokens();
  const account = { ...(await world.stored()), credentialsVersion: 'no number' as unknown as number };
  const mailbox = await graphProvider().open(account, world.context());
  await t.throwsAsync(mailbox.fetch(world.outlook.deliver()), { name: 'CastError' });
});

test('credentials are saved by compare-and-set, and prove that the account is not signed out', async (t) => {
  const world = await outlookWorld(t);
  const { config } = world.context();
  const [mine, theirs] = [await world.stored(), await world.stored()];
  await Account.updateOne(
    { _id: mine._id },
    { $set: { status: 'needs-reauth', lastError: 'revoked', lastErrorCode: 'invalid-grant' } },
  );
  t.true(await saveCredentials(theirs, { refreshToken: 'theirs' }, config, new Date('2026-12-01')));
  t.like(await world.stored(), {
    status: 'active',
    lastError: undefined,
    lastErrorCode: undefined,
    credentialsExpireAt: new Date('2026-12-01'),
  });
  t.false(await saveCredentials(mine, { refreshToken: 'mine' }, config));
  t.deepEqual(readCredentials(mine, config), { refreshToken: 'theirs' });
  const anothers = { status: 'needs-reauth', lastError: 'another', lastErrorCode: 'wrong-mailbox' } as const;
  await Account.updateOne({ _id: mine._id }, { $set: anothers });
  t.true(await saveCredentials(mine, { refreshToken: 'mine' }, config));
  t.like(await world.stored(), { ...anothers, credentialsExpireAt: undefined });
});
