import test from 'ava';
import { GmailClient } from '../../../shared/mail/gmail/gmail-client.ts';
import { job } from '../../../functions/gmail-sync.ts';
import { gmailProvider } from '../../../shared/mail/gmail/gmail-provider.ts';
import { backfillContact } from '../../../shared/mail/sync/backfill.ts';
import { readCredentials, saveCredentials } from '../../../shared/mail/accounts/account-credentials.ts';
import { saveConnectedAccount } from '../../../shared/mail/accounts/connect-account.ts';
import { disconnectMailbox } from '../../../shared/mail/accounts/disconnect-mailbox.ts';
import { UnitBucket } from '../../../shared/mail/sync/quota.ts';
import { syncAccounts } from '../../../shared/mail/sync/sync-accounts.ts';
import { Account, dueAccounts, type AccountDoc } from '../../../shared/models/account.ts';
import { claimNext, releaseClaim, type Claimed } from '../../../shared/models/claim.ts';
import { Contact, type ContactDoc } from '../../../shared/models/contact.ts';
import { Event } from '../../../shared/models/event.ts';
import { keepRequest, KeptRequest } from '../../../shared/models/kept-request.ts';
import { Message } from '../../../shared/models/message.ts';
import { PassedMail } from '../../../shared/models/passed-mail.ts';
import { SyncItem } from '../../../shared/models/sync-item.ts';
import { day, hour, minute } from '../../../shared/platform/clock.ts';
import { keepContactRequest } from '../../../shared/runs/keep-request.ts';
import { useDatabase } from '../../doubles/database.ts';
import { demoContacts, demoMailbox } from '../../doubles/demo-mailbox.ts';
import type { FaultProxy, ProxiedRequest } from '../../doubles/fault-proxy.ts';
import { apiError, startGmail, type GmailDouble } from '../../doubles/gmail.ts';
import { rawMail } from '../../doubles/mail-suite/mailbox-double.ts';
import { testClock, testContext, type TestClock } from '../../doubles/run-context.ts';

useDatabase(test);

const start = new Date('2026-11-23T09:00:00Z');
const client = 'maria@clients.example';
const users = '/gmail/v1/users/me';

interface Scene {
  readonly gmail: GmailDouble;
  readonly proxy: FaultProxy;
  readonly account: AccountDoc;
  readonly clock: TestClock;
  readonly deliver: (n: number, from?: string, labelIds?: readonly string[]) => Promise<string>;
  readonly run: (environment?: Record<string, string>) => Promise<ReturnType<ReturnType<typeof testContext>['report']>>;
  readonly reread: () => Promise<AccountDoc>;
}

/** With a known contact. */
async function scene(t: { teardown: (work: () => Promise<void>) => void }): Promise<Scene> {
  const gmail = await startGmail();
  t.teardown(gmail.close);
  const account = await gmail.connect();
  await Contact.create({ locationId: account.locationId, name: 'Maria', email: client });
  const clock = testClock(start);
  return {
    gmail,
    proxy: gmail.proxy,
    account,
    clock,
    deliver: (n, from = client, labelIds) => {
      const sentAt = new Date(clock.now().getTime() - n * minute);
      return gmail.deliver(
        rawMail({
          messageId: `s${n}.${String(account._id)}`,
          from,
          to: [gmail.email],
          subject: `Mail ${n}`,
          text: `Text ${n}`,
          sentAt,
        }),
        labelIds,
        sentAt,
      );
    },
    async run(environment) {
      const context = testContext({
        clock,
        environment: { ...gmail.environment, ...environment },
        parameters: { accountId: String(account._id) },
      });
      await syncAccounts(context, { providers: [gmailProvider()] });
      return context.report();
    },
    reread: async () => (await Account.findById(account._id).lean<AccountDoc>()) as AccountDoc,
  };
}

async function nextAccounts(provider: 'gmail', ids: readonly AccountDoc['_id'][]): Promise<AccountDoc[]> {
  const { filter, ready, before, order, decisive } = dueAccounts(
    { providers: [provider], now: start },
    new Date('2100-01-01'),
  );
  const claimed: AccountDoc[] = [];
  for (;;) {
    const query = { filter: { ...filter, _id: { $in: ids } }, ready, before, order, decisive };
    const next = await claimNext(Account, query, 'sound', { runId: 'test', host: 'elsewhere', pid: 1 });
    if (!next) break;
    claimed.push(next);
  }
  for (const account of claimed) await releaseClaim(Account, account as Claimed<AccountDoc>, 'done');
  return claimed;
}

const paths = (proxy: FaultProxy) =>
  proxy.calls.filter((call) => call.path.startsWith(users)).map((call) => call.path.slice(users.length + 1));

test('the baseline is read before anything is listed, and an idle poll costs one call', async (t) => {
  const { proxy, deliver, run } = await scene(t);
  await deliver(1);
  t.like(await run(), { status: 'succeeded', counts: { stored: 1, queued: 0, parked: 0 } });
  const order = paths(proxy);
  t.true(order.lastIndexOf('profile') < order.indexOf('messages'));
  proxy.reset();
  await run();
  t.deepEqual(paths(proxy), ['history']);
  t.is(proxy.units(), 2);
});

test('a method without a set price keeps its default', async (t) => {
  const { proxy, deliver, run } = await scene(t);
  await deliver(1);
  const { counts } = await run({ GMAIL_UNIT_PRICES: 'messages.get=5' });
  t.is(counts['quotaUnits'], proxy.units() - 15);
});

test('a database that is lost is reported as such, and marks no mailbox', async (t) => {
  const { gmail, account, reread } = await scene(t);
  const context = testContext({ environment: gmail.environment, parameters: { accountId: String(account._id) } });
  const work = () => Promise.reject(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' }));
  await t.throwsAsync(syncAccounts(context, { providers: [gmailProvider()], work }), { message: 'write EPIPE' });
  t.deepEqual(context.report().errors, []);
  t.like(await reread(), { status: 'active', lastError: undefined });
});

test('two locations that connected one mailbox share its quota', async (t) => {
  const { gmail, account } = await scene(t);
  const limits = {
    project: new UnitBucket(1000),
    accounts: new Map<string, UnitBucket>(),
    prices: new Map(),
    spent: 0,
  };
  const context = testContext({ environment: gmail.environment });
  for (const each of [account, await gmail.connect(), await gmail.connect({ email: 'other@agency.example' })])
    new GmailClient(each, context, limits);
  t.deepEqual([...limits.accounts.keys()], [gmail.email, 'other@agency.example']);
});

test('a wrong CREDENTIALS_KEY is reported, and marks no mailbox', async (t) => {
  const { deliver, run, reread } = await scene(t);
  await deliver(1);
  for (const CREDENTIALS_KEY of [Buffer.alloc(32, 8).toString('base64'), '']) {
    t.like(await run({ CREDENTIALS_KEY }), { status: 'failed', errors: [{ code: 'credentials-key' }] });
    t.like(await reread(), { status: 'active', lastErrorCode: 'credentials-key' });
  }
});

test("a contact whose addresses cannot be searched for fetches no one else's mail", async (t) => {
  const { gmail, proxy, account, clock, deliver, run } = await scene(t);
  await deliver(1, 'stranger@else.example');
  await run();
  proxy.reset();
  const contact = await Contact.create({ locationId: account.locationId, name: 'Odd', email: 'o(x)@clients.example' });
  const context = testContext({
    clock,
    environment: gmail.environment,
    parameters: { contactId: String(contact._id) },
  });
  await backfillContact(context, { providers: [gmailProvider()] });
  t.like(context.report(), { counts: { backfilled: 0, addressesNotSearched: 1 } });
  t.deepEqual(paths(proxy), []);
});

test('an import that has to begin again fetches no mail of strangers twice, however old', async (t) => {
  const { proxy, clock, deliver, run } = await scene(t);
  const ids = [];
  for (const n of [1, 2, 3]) ids.push(await deliver(20 * 24 * 60 + n, 'stranger@else.example'));
  // The emulator's page tokens are offsets.
  proxy.inject({
    on: /messages$/,
    nth: 1,
    status: 200,
    body: { messages: ids.slice(0, 2).map((id) => ({ id })), nextPageToken: '2' },
  });
  proxy.inject({ on: /messages$/, nth: 2, status: 400, body: apiError(400, 'invalidArgument', 'Invalid pageToken') });
  t.like(await run(), { status: 'succeeded', counts: { unmatched: 3 } });
  clock.set('2026-11-24T03:00:00Z');
  t.like(await run(), { counts: { auditRepaired: 0 } });
  t.is(paths(proxy).filter((path) => path.startsWith('messages/')).length, 3);
});

test('the mail of unknown senders is counted, and nothing of it is kept', async (t) => {
  const { account, deliver, run } = await scene(t);
  await deliver(1, 'stranger@else.example');
  t.like(await run(), { counts: { unmatched: 1 } });
  t.is(await Message.countDocuments({ 'sources.accountId': account._id }), 0);
  t.is(await Contact.countDocuments({ locationId: account.locationId }), 1);
});

test('a message that cannot be fetched is parked with its reason, blocks no other, and is fetched later', async (t) => {
  const { proxy, clock, deliver, run, reread, account } = await scene(t);
  const poisonous = await deliver(1);
  await deliver(2);
  proxy.inject({
    on: new RegExp(`/messages/${poisonous}$`),
    status: 400,
    body: apiError(400, 'invalidArgument', 'no'),
  });
  t.like(await run(), { status: 'succeeded', counts: { stored: 1, parked: 1 } });
  t.is((await reread()).parkedCount, 1);
  t.like(await SyncItem.findOne({ accountId: account._id }).lean(), {
    state: 'parked',
    attempts: 1,
    providerMessageId: poisonous,
  });
  proxy.reset();
  clock.advance(1.5 * day);
  t.like(await run(), { counts: { stored: 1, parked: 0 } });
  t.is((await reread()).parkedCount, 0);
});

test('what fails for a while is tried in later runs, and parked when it keeps failing', async (t) => {
  const { proxy, clock, deliver, run, account } = await scene(t);
  const id = await deliver(1);
  proxy.inject({ on: new RegExp(`/messages/${id}$`), status: 500 });
  for (const state of ['queued', 'queued', 'parked'] as const) {
    await run();
    t.is((await SyncItem.findOne({ accountId: account._id }).lean())?.state, state);
    clock.advance(hour);
  }
});

test('messages that keep failing hold up neither new mail nor the import nor the audit', async (t) => {
  const { proxy, clock, deliver, run, reread } = await scene(t);
  const ids: string[] = [];
  for (let n = 1; n <= 14; n += 1) ids.push(await deliver(n));
  proxy.inject({
    on: /messages$/,
    nth: 1,
    status: 200,
    body: { messages: ids.slice(0, 10).map((id) => ({ id })), nextPageToken: '10' },
  });
  const failures = [
    { status: 500 },
    { status: 503, headers: { 'retry-after': '60' } },
    { status: 403, body: '<html>Forbidden</html>' },
    { drop: 'before' },
    { status: 401 },
  ] as const;
  for (const [n, failure] of failures.entries()) {
    for (const id of ids.slice(2 * n, 2 * n + 2)) proxy.inject({ on: new RegExp(`/messages/${id}$`), ...failure });
  }
  t.like(await run(), { status: 'succeeded', counts: { stored: 4, queued: 10, parked: 0 } });
  t.like(await reread(), { status: 'active', lastSyncedAt: start });
  clock.advance(hour);
  await deliver(30);
  t.like(await run(), { status: 'succeeded', counts: { stored: 1, queued: 10 } });
  clock.set('2026-11-24T03:00:00Z');
  await deliver(60);
  t.like(await run(), { status: 'succeeded', counts: { stored: 1, auditRepaired: 0, queued: 0, parked: 10 } });
  t.like(await reread(), { status: 'active', parkedCount: 10, lastAuditAt: new Date('2026-11-24T03:00:00Z') });
  t.is((await reread()).notBefore, undefined);
});

test('a message that is gone between listing and fetching is no error', async (t) => {
  const { proxy, deliver, run } = await scene(t);
  const id = await deliver(1);
  proxy.inject({ on: new RegExp(`/messages/${id}$`), nth: 1, status: 404, body: apiError(404, 'notFound', 'no') });
  t.like(await run(), { status: 'succeeded', counts: { gone: 1, queued: 0, parked: 0 } });
});

test('a rate limit leaves the items queued and the account alone until the time that Google names', async (t) => {
  const { proxy, clock, deliver, run, reread, account } = await scene(t);
  await deliver(1);
  proxy.inject({
    on: /messages\/msg/,
    status: 429,
    headers: { 'retry-after': '900' },
    body: apiError(429, 'rateLimitExceeded', 'slow down'),
  });
  t.is((await run()).status, 'failed');
  t.deepEqual((await reread()).notBefore, new Date(start.getTime() + 15 * minute));
  t.is((await reread()).status, 'active');
  t.like(await SyncItem.findOne({ accountId: account._id }).lean(), { state: 'queued', attempts: 0 });
  proxy.reset();
  clock.advance(14 * minute);
  t.like(await run(), { counts: { accounts: 0 } });
  t.is(proxy.calls.length, 0);
  clock.advance(2 * minute);
  t.like(await run(), { status: 'succeeded', counts: { stored: 1 } });
  t.is((await reread()).notBefore, undefined);
});

test('a revoked access marks the account once, and later runs skip it', async (t) => {
  const { gmail, proxy, run, reread } = await scene(t);
  gmail.revoke();
  t.like(await run(), { status: 'failed', errors: [{ code: 'invalid-grant' }] });
  t.like(await reread(), { status: 'needs-reauth', lastErrorCode: 'invalid-grant' });
  t.truthy((await reread()).credentials);
  proxy.reset();
  t.like(await run(), { counts: { accounts: 0 } });
  t.is(proxy.calls.length, 0);
});

test('a failing token service is not a sign-out, and a wrong OAuth client marks no mailbox', async (t) => {
  const { proxy, run, reread } = await scene(t);
  const restore = proxy.inject({ on: /oauth2\/token/, status: 400, body: { error: 'invalid_client' } });
  t.like(await run(), { status: 'failed', errors: [{ code: 'oauth-client' }] });
  t.like(await reread(), { status: 'active', lastErrorCode: 'oauth-client' });
  restore();
  proxy.inject({ on: /oauth2\/token/, status: 503, headers: { 'retry-after': '600' } });
  t.like(await run(), { status: 'failed', errors: [{ code: 'token-unavailable' }] });
  t.like(await reread(), { status: 'active', notBefore: new Date(start.getTime() + 10 * minute) });
});

test('a stale access token is renewed once, and saved before it is used', async (t) => {
  const { proxy, run, reread, account } = await scene(t);
  await run();
  const before = (await reread()).credentialsVersion;
  proxy.inject({ on: /history/, nth: 1, status: 401, body: apiError(401, 'authError', 'Invalid Credentials') });
  t.is((await run()).status, 'succeeded');
  t.is((await reread()).credentialsVersion, before + 1);
  proxy.inject({ on: /history/, status: 401, body: apiError(401, 'authError', 'Invalid Credentials') });
  t.like(await run(), { errors: [{ code: 'token-refused' }] });
  t.is((await Account.findById(account._id).lean())?.status, 'needs-reauth');
});

test('a rotated refresh token is kept, and one saved in the meantime is not overwritten', async (t) => {
  const { gmail, proxy, run, reread } = await scene(t);
  const config = testContext({ environment: gmail.environment }).config;
  proxy.inject({
    on: /oauth2\/token/,
    nth: 1,
    status: 200,
    body: { access_token: 'test-control', expires_in: 3600, refresh_token: 'rotated' },
  });
  t.is((await run()).status, 'succeeded');
  t.like(readCredentials(await reread(), config), { refreshToken: 'rotated', accessToken: 'test-control' });
  const [mine, theirs] = [await reread(), await reread()];
  t.true(await saveCredentials(theirs, { refreshToken: 'theirs' }, config));
  t.false(await saveCredentials(mine, { refreshToken: 'mine' }, config));
  t.like(readCredentials(mine, config), { refreshToken: 'theirs' });
});

test('a run that is stopped while a token is refreshed saves the rotated one', async (t) => {
  const { gmail, proxy, clock, account, reread } = await scene(t);
  const context = testContext({
    clock,
    environment: gmail.environment,
    parameters: { accountId: String(account._id) },
  });
  const body = { access_token: 'test-control', expires_in: 3600, refresh_token: 'rotated' };
  proxy.inject({
    on: /oauth2\/token/,
    nth: 1,
    status: 200,
    body,
    during: async () => context.abort(new Error('time budget ended')),
  });
  await syncAccounts(context, { providers: [gmailProvider()] }).catch(() => undefined);
  t.like(readCredentials(await reread(), context.config), { refreshToken: 'rotated' });
  t.like(await reread(), { status: 'active' });
});

test('a refresh token that another process used up first is no sign-out: what that one saved is used', async (t) => {
  const { gmail, proxy, clock, run, reread } = await scene(t);
  const config = testContext({ environment: gmail.environment }).config;
  const theirs = { refreshToken: 'rotated', accessToken: 'test-control', expiresAt: clock.now().getTime() + hour };
  proxy.inject({
    on: /oauth2\/token/,
    nth: 1,
    status: 400,
    body: { error: 'invalid_grant' },
    during: async () => t.true(await saveCredentials(await reread(), theirs, config)),
  });
  t.like(await run(), { status: 'succeeded', errors: [] });
  t.like(await reread(), { status: 'active' });
  t.like(readCredentials(await reread(), config), theirs);
});

test('a refusal of credentials that were just renewed marks no mailbox', async (t) => {
  const { gmail, proxy, run, reread } = await scene(t);
  const config = testContext({ environment: gmail.environment }).config;
  const connectAgain = async () => t.true(await saveCredentials(await reread(), { refreshToken: 'fresh' }, config));
  proxy.inject({
    on: /profile/,
    status: 403,
    body: apiError(403, 'insufficientPermissions', 'no'),
    during: connectAgain,
  });
  t.like(await run(), { status: 'failed', errors: [{ code: 'missing-scope' }] });
  t.like(await reread(), { status: 'active' });
});

test('a run whose cursor is moved by another reads on from there: the other may be dead', async (t) => {
  const { proxy, account, deliver, run, reread } = await scene(t);
  await deliver(1);
  // A killed run's last write may arrive late.
  const overtake = () => Account.updateOne({ _id: account._id }, { $inc: { cursorsVersion: 1 } });
  proxy.inject({ on: /profile/, nth: 2, during: overtake });
  t.like(await run(), { status: 'succeeded', counts: { overtaken: 1, stored: 1 } });
  t.truthy((await reread()).lastSyncedAt);
  await deliver(2);
  proxy.inject({ on: /history/, during: overtake });
  t.like(
    await run(),
    { status: 'succeeded', counts: { overtaken: 3, stored: 1 } },
    'one that is overtaken again and again leaves the listing to the other',
  );
});

test('a mailbox that is disconnected during its sync is not read further', async (t) => {
  const { proxy, account, clock, deliver, run, reread } = await scene(t);
  await deliver(1);
  await run();
  await deliver(2);
  proxy.inject({ on: /history/, nth: 1, during: () => disconnectMailbox(account, clock) });
  t.like(await run(), { status: 'succeeded' });
  t.is(await Message.countDocuments({ 'sources.accountId': account._id, deletedAt: null }), 0);
  t.is(await SyncItem.countDocuments({ accountId: account._id }), 0);
  t.like(await reread(), { enabled: false, cursors: {} });
  t.is((await reread()).credentials, undefined);
});

test('a mailbox that is disconnected while its messages are fetched shows and announces none of them', async (t) => {
  const { proxy, account, clock, deliver, run } = await scene(t);
  await run();
  for (const [n, from] of [
    [1, client],
    [2, client],
    [3, 'stranger@else.example'],
  ] as const)
    await deliver(n, from);
  const disconnect = Promise.withResolvers<void>();
  let asked = 0;
  proxy.inject({
    on: /messages\/msg/,
    async during() {
      if ((asked += 1) === 3) await disconnectMailbox(account, clock).then(disconnect.resolve, disconnect.reject);
      await disconnect.promise;
    },
  });
  const { status, counts } = await run();
  t.is(status, 'succeeded');
  t.is(counts['stored'], undefined);
  t.is(asked, 3);
  t.is(await Message.countDocuments({ 'sources.accountId': account._id, deletedAt: null }), 0);
  t.is(await Event.countDocuments({ locationId: account.locationId }), 0);
  t.is(await PassedMail.countDocuments({ accountId: account._id }), 0);
  // A kill between storing and checking the mark.
  const show = () => Message.updateMany({ 'sources.accountId': account._id }, { $set: { deletedAt: null } });
  await show();
  await Account.updateOne({ _id: account._id }, { lastAttemptAt: clock.now() });
  for (const visible of [0, 2]) {
    await run();
    t.is(
      await Message.countDocuments({ 'sources.accountId': account._id, deletedAt: null }),
      visible,
      'the next run ends it, once',
    );
    await show();
  }
});

test('a run for one mailbox ends nothing that another had under way', async (t) => {
  const { account, clock, run, reread } = await scene(t);
  await disconnectMailbox(account, clock);
  await Account.updateOne({ _id: account._id }, { lastAttemptAt: clock.now() });
  await (await scene(t)).run();
  t.deepEqual((await reread()).lastAttemptAt, clock.now());
  await run();
  t.is((await reread()).lastAttemptAt, undefined);
});

test('an access that is revoked while its mailbox is disconnected is asked for once', async (t) => {
  const { proxy, account, clock, run, reread } = await scene(t);
  proxy.inject({
    on: /oauth2\/token/,
    status: 400,
    body: { error: 'invalid_grant' },
    during: () => disconnectMailbox(account, clock),
  });
  t.like(await run(), { status: 'succeeded', errors: [] });
  t.is(proxy.calls.length, 1);
  t.like(await reread(), { enabled: false, status: 'active' });
});

test('a mailbox that is connected again has all that was stored of it, however old', async (t) => {
  const { gmail, account, clock, deliver, run, reread } = await scene(t);
  for (const n of [1, 2, 3]) await deliver(n);
  const thrownAway = await deliver(4);
  await run();
  const credentials = readCredentials(await reread(), testContext({ environment: gmail.environment }).config);
  clock.advance(35 * day);
  await deliver(5, 'late@clients.example');
  await run();
  await disconnectMailbox(account, clock);
  await Contact.create({ locationId: account.locationId, name: 'Late', email: 'late@clients.example' });
  const visible = () => Message.countDocuments({ 'sources.accountId': account._id, deletedAt: null });
  t.is(await visible(), 0);
  t.is((await reread()).lastSyncedAt, undefined);
  await gmail.trash(thrownAway);
  clock.advance(minute);
  await saveConnectedAccount(
    { provider: 'gmail', email: gmail.email, locationId: account.locationId, credentials },
    testContext({ environment: gmail.environment }).config,
  );
  t.like(await run(), { status: 'succeeded', counts: { queued: 0 } });
  t.is(await visible(), 4, 'with the mail of a contact made in between');
});

test('push notifications that cannot be renewed stop no sync', async (t) => {
  const { proxy, deliver, run, reread } = await scene(t);
  await deliver(1);
  proxy.inject({
    on: /watch/,
    status: 403,
    body: apiError(403, 'forbidden', 'User not authorized to perform this action.'),
  });
  t.like(await run({ GMAIL_PUBSUB_TOPIC: 'projects/estio/topics/mail' }), {
    status: 'succeeded',
    counts: { stored: 1, watchFailed: 1 },
  });
  t.like(await reread(), { status: 'active' });
  t.is((await reread()).watchExpiration, undefined);
});

test('a message too large to be handed out is stored without its content', async (t) => {
  const { proxy, account, deliver, run } = await scene(t);
  const id = await deliver(1);
  proxy.inject({
    on: new RegExp(`/messages/${id}$`),
    nth: 1,
    status: 413,
    body: apiError(413, 'uploadTooLarge', 'no'),
  });
  t.like(await run(), { status: 'succeeded', counts: { stored: 1, parked: 0 } });
  const stored = await Message.findOne({ 'sources.accountId': account._id }).lean();
  t.like(stored, {
    subject: 'Mail 1',
    text: '',
    from: { email: client },
    messageIdHeader: `s1.${String(account._id)}`,
    isRead: false,
  });
  t.is(
    proxy.calls
      .filter((call) => call.path.endsWith(id))
      .at(-1)
      ?.query.get('format'),
    'metadata',
  );
});

test('every request has a time limit', async (t) => {
  const { proxy, run } = await scene(t);
  await run();
  // The only request of an idle poll.
  proxy.inject({ on: /history/, hang: true });
  t.like(await run({ MAIL_REQUEST_TIMEOUT: '100ms' }), { status: 'failed', errors: [{ code: 'network' }] });
});

test('a mailbox that hangs costs one time-out, comes last, and is skipped for longer each time', async (t) => {
  const { gmail, proxy, account, clock, run, reread } = await scene(t);
  await run();
  await run();
  proxy.inject({ on: /history/, hang: true });
  proxy.calls.length = 0;
  t.like(await run({ MAIL_REQUEST_TIMEOUT: '100ms' }), { status: 'failed' });
  t.is(paths(proxy).length, 1);
  t.like(await reread(), { failures: 1, notBefore: undefined });
  const other = await gmail.connect({ email: 'other@agency.example', lastAttemptAt: clock.now() });
  const [next] = await nextAccounts('gmail', [account._id, other._id]);
  t.deepEqual(next?._id, other._id);
  await Account.deleteOne({ _id: other._id });
  for (const minutes of [25, 50]) {
    await run({ MAIL_REQUEST_TIMEOUT: '100ms' });
    t.deepEqual((await reread()).notBefore, new Date(clock.now().getTime() + minutes * minute));
    clock.advance(minutes * minute);
  }
  proxy.reset();
  t.like(await run(), { status: 'succeeded' });
  t.like(await reread(), { failures: undefined, notBefore: undefined, status: 'active' });
});

test('a failing account stops no other', async (t) => {
  const { gmail, account, clock, deliver } = await scene(t);
  await deliver(1);
  await Account.create({
    locationId: account.locationId,
    provider: 'gmail',
    email: 'stranger@agency.example',
    lastAttemptAt: new Date(0),
  });
  const context = testContext({
    clock,
    environment: { ...gmail.environment, MAIL_ACCOUNT_CONCURRENCY: '1' },
    parameters: { locationId: String(account.locationId) },
  });
  await syncAccounts(context, { providers: [gmailProvider()] });
  t.like(context.report(), {
    status: 'partial',
    counts: { accounts: 2, stored: 1 },
    errors: [{ scope: 'gmail:stranger@agency.example', code: 'not-connected' }],
  });
});

test('a long first import lets the other mailboxes have their turn between two pages', async (t) => {
  const { gmail, proxy, account, clock, deliver } = await scene(t);
  await deliver(2);
  const newest = await deliver(1);
  const other = await Account.create({
    locationId: account.locationId,
    provider: 'gmail',
    email: 'never@agency.example',
    lastAttemptAt: new Date(),
  });
  proxy.inject({ on: /messages$/, nth: 1, status: 200, body: { messages: [{ id: newest }], nextPageToken: '1' } });
  let looked: unknown;
  proxy.inject({
    on: /messages$/,
    nth: 2,
    during: async () => (looked = (await Account.findById(other._id).lean())?.lastErrorCode),
  });
  const context = testContext({
    clock,
    environment: { ...gmail.environment, MAIL_ACCOUNT_CONCURRENCY: '1' },
    parameters: { locationId: String(account.locationId) },
  });
  await syncAccounts(context, { providers: [gmailProvider()] });
  t.is(looked, 'not-connected');
  t.like(context.report(), { counts: { accounts: 2, stored: 2 }, errors: [{ code: 'not-connected' }] });
  t.truthy((await Account.findById(account._id).lean())?.lastSyncedAt);
});

test('another mailbox behind the same account is refused, never mixed', async (t) => {
  const { account, run, reread } = await scene(t);
  await Account.updateOne({ _id: account._id }, { $set: { email: 'someone@agency.example' } });
  t.like(await run(), { status: 'failed', errors: [{ code: 'wrong-mailbox' }] });
  t.is((await reread()).status, 'needs-reauth');
});

test('a user whose address changes keeps the mailbox under both addresses until another is connected', async (t) => {
  const { gmail, proxy, account, clock, deliver, run, reread } = await scene(t);
  await run();
  await deliver(1);
  clock.advance(day);
  const renamed = proxy.inject({
    on: /profile$/,
    status: 200,
    body: { emailAddress: 'Anna.New@agency.example', historyId: '1' },
  });
  t.like(await run(), { status: 'succeeded', counts: { stored: 1 } });
  for (const days of [0, 1]) {
    clock.advance(days * day);
    await run();
    t.like(await reread(), { status: 'active', email: 'anna.new@agency.example', aliases: [gmail.email] });
  }
  await Account.updateOne({ _id: account._id }, { $unset: { aliasesCheckedAt: 1 } });
  renamed();
  t.like(await run(), { errors: [{ code: 'wrong-mailbox' }] }, 'as after --connect');
});

test('the run stops between two messages at the end of its budget, and the next one continues', async (t) => {
  const { gmail, proxy, account, clock, deliver, run } = await scene(t);
  for (let n = 1; n <= 30; n += 1) await deliver(n);
  const context = testContext({
    clock,
    environment: gmail.environment,
    parameters: { accountId: String(account._id) },
  });
  proxy.inject({
    on: /messages\/msg/,
    nth: 12,
    get latencyMs() {
      return (void context.abort(new Error('time budget')), 0);
    },
  });
  await syncAccounts(context, { providers: [gmailProvider()] });
  t.is(context.report().status, 'partial');
  t.true((await SyncItem.countDocuments({ accountId: account._id })) > 0);
  proxy.reset();
  t.is((await run()).status, 'succeeded');
  t.is(await Message.countDocuments({ 'sources.accountId': account._id }), 30);
  t.is(
    proxy.calls.filter((call) => call.path === `${users}/profile`).length,
    0,
    'the import continues, it does not begin again',
  );
});

test('a forgotten history: a new baseline, what came in the meantime is announced, what went is checked', async (t) => {
  const { gmail, proxy, account, clock, deliver, run } = await scene(t);
  const [gone, read, kept] = [await deliver(10), await deliver(20), await deliver(30)];
  await run();
  clock.advance(8 * day);
  await gmail.remove(gone);
  await gmail.modify(read, { remove: ['UNREAD'] });
  await deliver(1);
  await gmail.expireHistory();
  proxy.reset();
  const report = await run();
  t.deepEqual(report.errors, []);
  t.like(report, { status: 'succeeded', counts: { gapRepairs: 1, stored: 1 } });
  const order = paths(proxy);
  t.true(
    order.lastIndexOf('profile') > order.indexOf('history') && order.lastIndexOf('profile') < order.indexOf('messages'),
  );
  const live = await Message.find({ 'sources.accountId': account._id, deletedAt: null }).lean();
  t.deepEqual(new Map(live.map((message) => [message.providerMessageId, message.isRead])).get(read), true);
  t.true(live.some((message) => message.providerMessageId === kept));
  t.false(live.some((message) => message.providerMessageId === gone));
  t.is(await Event.countDocuments({ locationId: account.locationId, type: 'email.received' }), 4);
});

test('mail restored while the history is forgotten returns, however old, even if it is all there is', async (t) => {
  const { gmail, account, clock, deliver, run } = await scene(t);
  const id = await deliver(6 * 24 * 60);
  await run();
  const visible = () => Message.countDocuments({ 'sources.accountId': account._id, deletedAt: null });
  await gmail.trash(id);
  clock.advance(15 * minute);
  await run();
  t.is(await visible(), 0);
  await gmail.untrash(id);
  clock.advance(8 * day);
  await gmail.expireHistory();
  t.like(await run(), { status: 'succeeded', counts: { gapRepairs: 1, updated: 1 } });
  t.is(await visible(), 1);
});

test('what comes into view while the history is lost is stored, however old, as far as the import went', async (t) => {
  const { gmail, account, clock, deliver, run } = await scene(t);
  const [rescued, sorted, tooOld] = [
    await deliver(9 * 24 * 60, client, ['SPAM', 'UNREAD']),
    await deliver(20 * 24 * 60, client, ['TRASH']),
    await deliver(200 * 24 * 60, client, ['SPAM']),
  ];
  await deliver(1);
  await run();
  for (const id of [rescued, sorted, tooOld]) await gmail.modify(id, { remove: ['SPAM', 'TRASH'], add: ['INBOX'] });
  await deliver(25 * 24 * 60);
  await gmail.expireHistory();
  clock.advance(hour);
  t.like(await run(), { status: 'succeeded', counts: { gapRepairs: 1, stored: 3 } });
  const live = await Message.distinct('providerMessageId', { 'sources.accountId': account._id, deletedAt: null });
  t.true(live.includes(rescued) && live.includes(sorted));
  t.false(live.includes(tooOld));
  t.is(await Event.countDocuments({ locationId: account.locationId }), 1, 'nothing that old is announced');
});

test('first syncs that fail for days lose nothing, and what came in the meantime is announced', async (t) => {
  const { proxy, account, clock, deliver, run, reread } = await scene(t);
  const environment = { MAIL_FIRST_SYNC_DAYS: '2' };
  await deliver(36 * 60);
  proxy.inject({ on: /./, status: 500 });
  t.like(await run(environment), { status: 'failed' });
  t.deepEqual((await reread()).connectedAt, start);
  clock.advance(2 * hour);
  await deliver(0);
  clock.advance(8 * day);
  t.like(await run(environment), { status: 'failed' });
  proxy.reset();
  clock.advance(day);
  t.like(await run(environment), { status: 'succeeded', counts: { stored: 2 } });
  t.is(await Event.countDocuments({ locationId: account.locationId }), 1);
});

test('a mailbox that is connected once more is still read from where it was connected first', async (t) => {
  const { account, clock, reread } = await scene(t);
  const { provider, email, locationId } = account;
  const config = testContext({ environment: { CREDENTIALS_KEY: Buffer.alloc(32, 7).toString('base64') } }).config;
  const connect = (connectedAt: Date) =>
    saveConnectedAccount({ provider, email, locationId, credentials: {}, connectedAt }, config);
  await connect(start);
  await connect(new Date(start.getTime() + day));
  t.deepEqual((await reread()).connectedAt, start);
  await disconnectMailbox(account, clock);
  await connect(new Date(start.getTime() + 2 * day));
  t.deepEqual((await reread()).connectedAt, new Date(start.getTime() + 2 * day));
});

test('a page token that is no longer good starts the walk again from the same history id', async (t) => {
  const { proxy, account, deliver, run } = await scene(t);
  await run();
  const walk = await Account.findById(account._id).lean<AccountDoc>();
  const cursor = (walk as unknown as { cursors: { mailbox: { cursor: { historyId: string } } } }).cursors.mailbox
    .cursor;
  await Account.updateOne(
    { _id: account._id },
    { $set: { 'cursors.mailbox.cursor': { historyId: cursor.historyId, pageToken: 'stale', end: cursor.historyId } } },
  );
  await deliver(1);
  proxy.reset();
  proxy.inject({ on: /history/, nth: 1, status: 400, body: apiError(400, 'invalidArgument', 'Invalid pageToken') });
  t.like(await run(), { status: 'succeeded', counts: { stored: 1 } });
  t.deepEqual(
    proxy.calls
      .filter((call) => call.path.endsWith('/history'))
      .map((call) => call.query.get('startHistoryId'))
      .slice(0, 2),
    [cursor.historyId, cursor.historyId],
  );
});

test('a listing whose next pages are always refused ends', async (t) => {
  const { gmail, proxy, account, deliver, run } = await scene(t);
  await deliver(1);
  await run();
  const first = { when: ({ query }: ProxiedRequest) => !query.has('pageToken'), status: 200 };
  const refused = { when: ({ query }: ProxiedRequest) => query.has('pageToken'), status: 400 };
  for (const on of [/history$/, /messages$/]) {
    proxy.inject({ on, ...first, body: { messages: [], historyId: '9', nextPageToken: 'refused' } });
    proxy.inject({ on, ...refused, body: apiError(400, 'invalidArgument', 'Invalid pageToken') });
    t.like(await run(), { errors: [{ code: 'bad-answer' }] });
    proxy.reset();
    await Account.updateOne({ _id: account._id }, { $unset: { notBefore: 1 } });
    t.like(await run(), { status: 'succeeded' });
    await deliver(2);
    await gmail.expireHistory();
  }
});

test('a listing that leads from a page to the same page ends', async (t) => {
  const { proxy, account, run } = await scene(t);
  await run();
  for (const [on, body] of [
    [/history$/, { historyId: '9', nextPageToken: 'same' }],
    [/messages$/, { messages: [], nextPageToken: 'same' }],
  ] as const) {
    const undo = proxy.inject({ on, status: 200, body });
    const before = proxy.calls.length;
    // The audit lists messages.
    await Account.updateOne({ _id: account._id }, { $set: { lastAuditAt: new Date(0) } });
    t.like(await run(), { status: 'failed', errors: [{ code: 'bad-answer' }] });
    t.true(proxy.calls.length - before < 15, `${proxy.calls.length - before} calls`);
    undo();
  }
});

test('a cursor that is ahead of the mailbox is given up, and the gap is read again', async (t) => {
  const { account, deliver, run, reread } = await scene(t);
  await run();
  const future = '9'.repeat(24);
  await Account.updateOne({ _id: account._id }, { $set: { 'cursors.mailbox.cursor': { historyId: future } } });
  await deliver(1);
  t.like(await run(), { status: 'succeeded', counts: { gapRepairs: 1, stored: 1 } });
  t.false(JSON.stringify((await reread()).cursors).includes(future));
});

test('a message without the time at which it came waits for an answer that has it', async (t) => {
  const { proxy, deliver, run, clock, account } = await scene(t);
  const id = await deliver(1);
  const undo = proxy.inject({
    on: /messages\/[^/]+$/,
    status: 200,
    body: {
      id,
      threadId: id,
      labelIds: ['INBOX'],
      raw: Buffer.from(`From: ${client}\r\nTo: ${account.email}\r\n\r\nText`).toString('base64url'),
    },
  });
  t.like(await run(), { counts: { parked: 1 } });
  t.is(await Message.countDocuments({ 'sources.accountId': account._id }), 0);
  undo();
  clock.advance(1.5 * day);
  t.like(await run(), { counts: { stored: 1, parked: 0 } });
});

test('the nightly audit finds unreported changes, in both directions', async (t) => {
  const { gmail, proxy, account, clock, deliver, run } = await scene(t);
  const forgotten = await deliver(1);
  const gone = await deliver(2);
  await run();
  await Message.deleteOne({ 'sources.providerMessageId': forgotten });
  await gmail.remove(gone);
  const history = await fetch(`${gmail.proxy.url}${users}/history?startHistoryId=99999999999999999999`, {
    headers: { authorization: 'Bearer test-control' },
  });
  const { historyId } = (await history.json()) as { historyId: string };
  await Account.updateOne({ _id: account._id }, { $set: { 'cursors.mailbox.cursor': { historyId } } });
  clock.set('2026-11-23T09:15:00Z');
  t.like(await run(), { counts: { queued: 0 } });
  t.is(
    await Message.countDocuments({ 'sources.accountId': account._id, deletedAt: null }),
    1,
    'the changes say nothing',
  );
  clock.set('2026-11-24T03:00:00Z');
  proxy.reset();
  t.like(await run(), { counts: { auditRepaired: 2, stored: 1, gone: 1 } });
  t.deepEqual(
    (await Message.find({ 'sources.accountId': account._id, deletedAt: null }).lean()).map(
      (message) => message.providerMessageId,
    ),
    [forgotten],
  );
});

test('the audit does not fetch mail of known strangers again', async (t) => {
  const { proxy, clock, deliver, run } = await scene(t);
  await deliver(1, 'stranger@else.example');
  await run();
  clock.set('2026-11-24T03:00:00Z');
  proxy.reset();
  t.like(await run(), { counts: { auditRepaired: 0 } });
  t.deepEqual(paths(proxy), ['history', 'messages']);
});

test('a contact that is created later and back-filled has what a sync would have brought', async (t) => {
  const { gmail, account, clock, deliver, run } = await scene(t);
  await deliver(1, 'late@clients.example');
  await deliver(2, 'other@clients.example');
  await run();
  const contact = await Contact.create({ locationId: account.locationId, name: 'Late', email: 'Late@clients.example' });
  const context = testContext({
    clock,
    environment: gmail.environment,
    parameters: { contactId: String(contact._id) },
  });
  await backfillContact(context, { providers: [gmailProvider()] });
  t.like(context.report(), { status: 'succeeded', counts: { backfilled: 1, stored: 1 } });
  t.is(await Message.countDocuments({ 'sources.accountId': account._id }), 1);
  t.like(
    await t.throwsAsync(
      backfillContact(testContext({ parameters: { contactId: String(account._id) } }), { providers: [] }),
    ),
    { code: 'no-contact' },
  );
});

test('a back-fill that a mailbox cannot do now is kept, reported, and done by a later sync', async (t) => {
  const { gmail, proxy, account, clock, deliver, run } = await scene(t);
  const contact = (await Contact.findOne({ locationId: account.locationId }).lean()) as ContactDoc;
  const backfill = async () => {
    const context = testContext({
      clock,
      environment: gmail.environment,
      parameters: { contactId: String(contact._id) },
    });
    await backfillContact(context, { providers: [gmailProvider()] });
    return context.report();
  };
  const set = (fields: Partial<AccountDoc>) => Account.updateOne({ _id: account._id }, { $set: fields });
  const kept = { status: 'partial', counts: { accounts: 0, backfillsKept: 1 } };
  const [trashed, read] = [await deliver(60 * 24 * 40), await deliver(60 * 24 * 50)];
  await deliver(60 * 24 * 60);
  t.like(await backfill(), { ...kept, errors: [{ scope: `gmail:${gmail.email}`, code: 'not-synced' }] });
  t.is(
    await Message.countDocuments({ locationId: account.locationId }),
    0,
    'what is stored before the baseline keeps its state for good',
  );
  await gmail.trash(trashed);
  await gmail.modify(read, { remove: ['UNREAD'] });
  t.like(await run(), { status: 'succeeded', counts: { backfilled: 2, stored: 2 } });
  t.deepEqual(
    (await Message.find({ locationId: account.locationId, deletedAt: null }).lean()).map(({ isRead }) => isRead).sort(),
    [false, true],
  );

  await Contact.updateOne({ _id: contact._id }, { $set: { emails: ['second@clients.example'] } });
  await deliver(60 * 24 * 45, 'second@clients.example');
  await set({ notBefore: new Date(clock.now().getTime() + hour) });
  t.like(await backfill(), { ...kept, errors: [{ code: 'waits' }] });
  t.like(
    await run(),
    { status: 'partial', counts: { accounts: 0 }, errors: [{ code: 'waits' }] },
    'so says who asks for this mailbox by its id',
  );
  await set({ status: 'needs-reauth', notBefore: clock.now() });
  t.like(await backfill(), { ...kept, errors: [{ code: 'needs-reauth' }] });
  await set({ status: 'active' });
  proxy.inject({ on: /messages$/, nth: 1, status: 503 });
  t.like(await backfill(), { status: 'succeeded', counts: { backfilled: 1, stored: 1 } });
  t.is(await KeptRequest.countDocuments({ contactId: contact._id }), 0);
});

test('a contact that the first sync makes late has all its mail of that time, however much', async (t) => {
  const { deliver, gmail, clock, run, account } = await scene(t);
  const person = 'busy@people.example';
  const sentAt = new Date(clock.now().getTime() - 10 * day);
  await gmail.deliver(
    rawMail({
      messageId: `first.${String(account._id)}`,
      from: gmail.email,
      to: [person],
      subject: 'First',
      text: 'x',
      sentAt,
    }),
    ['SENT'],
    sentAt,
  );
  for (let n = 1; n <= 104; n += 1) await deliver(n, person);
  t.like(await run({ MAIL_CREATE_CONTACTS: 'two-way' }), { status: 'succeeded', counts: { queued: 0 } });
  t.is(await Message.countDocuments({ locationId: account.locationId }), 105);
});

test('a failed search keeps no mail out and stops no other; it is repeated, in the end given up', async (t) => {
  const { proxy, account, clock, deliver, run, reread } = await scene(t);
  await deliver(60, 'lead@clients.example');
  await run();
  await deliver(1, 'lead@clients.example');
  const searches = (address: string) => ({
    on: /messages$/,
    when: ({ query }: { query: URLSearchParams }) => (query.get('q') ?? '').includes(address),
  });
  const all = { MAIL_CREATE_CONTACTS: 'all' };
  const restore = proxy.inject({ ...searches('lead@'), status: 500 });
  t.like(await run(all), {
    counts: { contactsCreated: 1, stored: 1, queued: 0, parked: 0 },
    errors: [{ code: 'unavailable' }],
  });
  restore();
  t.like(await run(all), { status: 'succeeded', counts: { backfilled: 1, stored: 1 }, errors: [] });

  const late = (email: string) =>
    Contact.collection.insertOne({
      locationId: account.locationId,
      name: 'Late',
      email,
      emails: { odd: true },
    } as never);
  await deliver(60 * 24 * 40, 'second@clients.example');
  for (const email of ['first@clients.example', 'second@clients.example']) {
    const { insertedId } = await late(email);
    await keepRequest({ job: 'test-job', contactId: insertedId, accountId: account._id });
  }
  proxy.inject({ ...searches('first@'), status: 400, body: apiError(400, 'invalidArgument', 'no') });
  for (const left of [1, 1, 1, 1, 0]) {
    clock.advance(15 * minute);
    t.like(await run(), { errors: [{ code: 'bad-request' }] });
    t.is(await KeptRequest.countDocuments({ accountId: account._id }), left);
  }
  t.is((await run()).status, 'succeeded');
  t.is(await Message.countDocuments({ locationId: account.locationId }), 3);
  t.like(await reread(), { status: 'active' });
});

test('a back-fill that the guard refused is done by the next run', async (t) => {
  const { gmail, account, clock, deliver, run } = await scene(t);
  await deliver(60 * 24 * 20, 'late@clients.example');
  await run();
  const contact = await Contact.create({ locationId: account.locationId, name: 'Late', email: 'late@clients.example' });
  await keepContactRequest(job.name, { contactId: String(contact._id), dryRun: false, confirmRemovals: false });
  await keepContactRequest(job.name, { contactId: String(account._id), dryRun: false, confirmRemovals: false });
  // Of another mailbox and location.
  const elsewhere = await Contact.create({ locationId: contact._id, name: 'Late', email: 'late@clients.example' });
  for (const [contactId, accountId] of [
    [contact._id, contact._id],
    [elsewhere._id, account._id],
  ])
    await keepContactRequest(job.name, {
      contactId: String(contactId),
      accountId: String(accountId),
      dryRun: false,
      confirmRemovals: false,
    });
  const context = testContext({
    job: job.name,
    clock,
    environment: gmail.environment,
    parameters: { accountId: String(account._id) },
  });
  await job.run(context);
  t.like(context.report(), { status: 'succeeded', counts: { backfilled: 1, stored: 1 } });
  t.is(
    await KeptRequest.countDocuments({ job: job.name, contactId: { $in: [contact._id, account._id, elsewhere._id] } }),
    0,
  );
});

test('a run that is narrowed to nothing, or to a contradiction, says so', async (t) => {
  const { gmail, account } = await scene(t);
  const outcome = async (parameters: { accountId?: string; locationId?: string; contactId?: string }) => {
    const context = testContext({ job: job.name, environment: gmail.environment, parameters });
    const thrown = await job.run(context).catch((error: unknown) => error);
    const { status, errors } = context.report(thrown);
    return [status, ...errors.map(({ code }) => code)];
  };
  const [here, nowhere] = [String(account.locationId), String(account._id)];
  const contact = (await Contact.findOne({ locationId: account.locationId }).lean()) as ContactDoc;
  const silent = await Contact.create({ locationId: account.locationId, name: 'Silent' });
  t.deepEqual(await outcome({ accountId: here }), ['failed', 'no-account']);
  t.deepEqual(await outcome({ locationId: nowhere }), ['succeeded', 'no-account']);
  t.deepEqual(await outcome({ contactId: String(silent._id), locationId: here }), ['failed', 'no-address']);
  const other = await gmail.connect({ email: 'other@agency.example' });
  t.deepEqual(await outcome({ contactId: String(contact._id), locationId: String(other.locationId) }), [
    'failed',
    'no-contact',
  ]);
});

test('verified aliases are us, others are not; the watch is renewed and noted', async (t) => {
  const { gmail, deliver, run, reread } = await scene(t);
  gmail.setAliases([
    { email: 'Sales@Agency.example', verified: true },
    { email: 'pending@agency.example', verified: false },
  ]);
  await deliver(1);
  await run({ GMAIL_PUBSUB_TOPIC: 'projects/estio/topics/mail' });
  t.deepEqual((await reread()).aliases, ['sales@agency.example']);
  t.truthy((await reread()).watchExpiration);
});

test("a contact's mail is stored and stays, whatever tab of the inbox Gmail shows it in", async (t) => {
  const { gmail, account, clock, deliver, run } = await scene(t);
  const live = () => Message.countDocuments({ 'sources.accountId': account._id, deletedAt: null });
  await deliver(1, client, ['INBOX', 'CATEGORY_PROMOTIONS']);
  await run();
  t.is(await live(), 1, 'by the import');
  await deliver(2, client, ['INBOX', 'UNREAD', 'CATEGORY_FORUMS']);
  const plain = await deliver(3);
  clock.advance(hour);
  await run();
  t.is(await live(), 3, 'by the history');
  await gmail.modify(plain, { add: ['CATEGORY_SOCIAL'] });
  clock.advance(hour);
  await run();
  t.is(await live(), 3, 'sorted later');
  await Message.deleteMany({ 'sources.accountId': account._id });
  clock.advance(day);
  await run();
  t.is(await live(), 3, 'by the audit');
});

test('mail that is only scheduled is nothing until it is sent, and no time ahead is believed', async (t) => {
  const { gmail, account, clock, run } = await scene(t);
  const ahead = new Date(start.getTime() + 5 * day);
  const compose = (n: number, from: string, to: string) =>
    rawMail({ messageId: `later${n}@x.example`, from, to: [to], subject: `Later ${n}`, text: 'Later', sentAt: ahead });
  const unnamed = await gmail.deliver(compose(2, gmail.email, client), [], ahead);
  await gmail.deliver(compose(3, client, gmail.email), ['INBOX'], ahead);
  await run();
  const stored = () => Message.find({ locationId: account.locationId, deletedAt: null }).lean();
  t.deepEqual(
    (await stored()).map(({ subject }) => subject),
    ['Later 3'],
  );
  const contact = () => Contact.findOne({ locationId: account.locationId }).lean<ContactDoc>();
  t.true(((await contact())?.lastActivityAt as Date) <= clock.now());
  clock.set(ahead);
  await gmail.modify(unnamed, { add: ['SENT'] });
  await run();
  const sent = (await stored()).filter(({ direction }) => direction === 'outbound');
  t.is(sent.length, 1);
});

test('the direction is what Gmail says: an alias that no one verified, and a forged author', async (t) => {
  const { gmail, account, run } = await scene(t);
  const compose = (n: number, from: string) =>
    rawMail({ messageId: `way${n}@x.example`, from, to: [client], subject: 'Way', text: 'Way', sentAt: start });
  const sent = await gmail.deliver(compose(1, 'me@alias.example'), ['SENT'], start);
  const forged = await gmail.deliver(compose(2, gmail.email), ['INBOX', 'UNREAD'], start);
  await run();
  const stored = await Message.find({ locationId: account.locationId }).lean();
  t.deepEqual(
    new Map(stored.map(({ providerMessageId, direction }) => [providerMessageId, direction])),
    new Map([
      [sent, 'outbound' as const],
      [forged, 'inbound' as const],
    ]),
  );
  t.is(await Event.countDocuments({ locationId: account.locationId }), 0);
});

test('archiving deletes nothing, trash hides and restoring shows again', async (t) => {
  const { gmail, account, clock, deliver, run } = await scene(t);
  const id = await deliver(1);
  await run();
  const visible = () => Message.countDocuments({ 'sources.accountId': account._id, deletedAt: null });
  const steps = [
    [() => gmail.modify(id, { remove: ['INBOX'] }), 1],
    [() => gmail.trash(id), 0],
    [() => gmail.untrash(id), 1],
    [() => gmail.modify(id, { add: ['SPAM'], remove: ['INBOX'] }), 0],
    [() => gmail.modify(id, { remove: ['SPAM'], add: ['INBOX'] }), 1],
    [() => gmail.remove(id), 0],
  ] as const;
  for (const [step, expected] of steps) {
    await step();
    clock.advance(15 * minute);
    await run();
    t.is(await visible(), expected);
  }
});

test('old mail that comes into view is not announced; what came during an outage is', async (t) => {
  const { gmail, account, clock, deliver, run } = await scene(t);
  const [old, recent] = [await deliver(20 * 24 * 60, client, ['TRASH']), await deliver(2 * 24 * 60, client, ['SPAM'])];
  await run();
  await gmail.untrash(old);
  await gmail.modify(recent, { add: ['INBOX'], remove: ['SPAM'] });
  await deliver(700 * 24 * 60);
  t.like(await run(), { counts: { stored: 3 } });
  t.is(await Event.countDocuments({ locationId: account.locationId }), 1);
  clock.advance(10 * day);
  await deliver(9 * 24 * 60);
  t.like(await run(), { counts: { stored: 1 } });
  t.is(await Event.countDocuments({ locationId: account.locationId }), 2);
});

test('the demo mailbox brings the mail of its contacts and nothing else', async (t) => {
  const { gmail, account, clock, run } = await scene(t);
  await Contact.create(demoContacts.map((contact) => ({ locationId: account.locationId, ...contact })));
  const mails = demoMailbox(gmail.email, clock.now());
  for (const { raw, labelIds, receivedAt } of mails) await gmail.deliver(raw, labelIds, receivedAt);
  t.like(await run(), { status: 'succeeded', counts: { queued: 0, parked: 0 } });
  const stored = await Message.find({ locationId: account.locationId, deletedAt: null }).lean();
  t.is(stored.length, mails.length - 4);
  t.true(
    stored.some(
      (message) =>
        message.subject === 'Πώληση διαμερίσματος στη Λευκωσία' && message.from.name === 'Νίκος Παπαδόπουλος',
    ),
  );
  t.false(stored.some((message) => message.snippet.includes('wrote:')));
});
