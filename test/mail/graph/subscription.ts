import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { createGraphClient } from '../../../shared/mail/graph/graph-client.ts';
import { renewSubscription } from '../../../shared/mail/graph/subscription.ts';
import { graphClientState } from '../../../shared/mail/push/graph-push.ts';
import { Account } from '../../../shared/models/account.ts';
import { useDatabase } from '../../doubles/database.ts';
import { connectedAccount } from '../../doubles/mail.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

const key = Buffer.alloc(32, 7).toString('base64');

async function startSubscriptions(t: ExecutionContext) {
  const subscriptions = new Map<string, Record<string, unknown>>();
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    calls.push(`${request.method} ${request.url}`);
    const given = (await json(request)) as Record<string, unknown>;
    const id = request.method === 'POST' ? `s${calls.length}` : (request.url ?? '').split('/').at(-1)!;
    const known = request.method === 'POST' ? {} : subscriptions.get(id);
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    if (known) subscriptions.set(id, { ...known, ...given, id });
    const error = { error: { code: 'ResourceNotFound', message: 'The object was not found.' } };
    response.end(JSON.stringify(known ? subscriptions.get(id) : error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, subscriptions, calls };
}

test('a subscription is made once, renewed, and made again when Graph has lost it', async (t) => {
  const { url, subscriptions, calls } = await startSubscriptions(t);
  const push = 'https://cron.example/api/push/graph';
  const environment = { MICROSOFT_GRAPH_URL: url, GRAPH_PUSH_URL: push, CREDENTIALS_KEY: key };
  const context = testContext({ environment });
  const graph = createGraphClient({ get: async () => 'a', replace: async () => 'b' }, context);
  const account = await connectedAccount({ provider: 'outlook' });
  const renew = () => renewSubscription(account, graph, context);
  const end = new Date('2026-11-26T09:00:00Z');
  t.deepEqual(await renew(), end);
  t.deepEqual(subscriptions.get('s1'), {
    id: 's1',
    changeType: 'created',
    resource: '/me/messages',
    notificationUrl: push,
    lifecycleNotificationUrl: push,
    clientState: graphClientState(String(account._id), key),
    expirationDateTime: end.toISOString(),
  });
  t.deepEqual(await renew(), end);
  subscriptions.clear();
  t.deepEqual(await renew(), end);
  t.deepEqual(
    calls.map((call) => call.replace('/v1.0', '')),
    ['POST /subscriptions', 'PATCH /subscriptions/s1', 'PATCH /subscriptions/s1', 'POST /subscriptions'],
  );
  t.is((await Account.findById(account._id).lean())?.watchId, 's4');
});

test('without GRAPH_PUSH_URL no subscription is requested', async (t) => {
  const { url, calls } = await startSubscriptions(t);
  const context = testContext({ environment: { MICROSOFT_GRAPH_URL: url, CREDENTIALS_KEY: key } });
  const graph = createGraphClient({ get: async () => 'a', replace: async () => 'b' }, context);
  t.is(await renewSubscription(await connectedAccount({ provider: 'outlook' }), graph, context), undefined);
  t.deepEqual(calls, []);
});
