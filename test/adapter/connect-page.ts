import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { connectPageRoutes } from '../../adapter/connect-page.ts';
import { createJobService } from '../../adapter/job-service.ts';
import { router } from '../../adapter/routes.ts';
import { beginLink, makeConnectLink } from '../../shared/mail/accounts/connect-link.ts';
import { consentProviders, type ConsentProviderName } from '../../shared/mail/accounts/consent-providers.ts';
import { Account } from '../../shared/models/account.ts';
import { ConnectLink } from '../../shared/models/connect-link.ts';
import { Location } from '../../shared/models/location.ts';
import { day, minute } from '../../shared/platform/clock.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { runAdapter } from '../doubles/adapter.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { startGmail } from '../doubles/gmail.ts';
import { outlookWorld } from '../doubles/outlook-account.ts';
import { testClock } from '../doubles/run-context.ts';

const test = anyTest as TestFn;
useDatabase(test, [Account, ConnectLink, Location] as never);

const publicUrl = 'https://cron.example';

async function world(t: ExecutionContext, settings: Readonly<Record<string, string | undefined>>) {
  const clock = testClock(new Date());
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const config = readConfig({ MONGODB_URI: databaseUri(), PUBLIC_URL: `${publicUrl}/`, ...settings });
  const service = createJobService({ config, log, jobs: new Map(), logFd: 1, prettyLog: false, clock });
  const handle = router(connectPageRoutes(service, log), new AbortController().signal, log);
  const locationId = new Types.ObjectId();
  await Location.collection.insertOne({ _id: locationId, name: 'Sea & side' });
  const browser = () => {
    let cookie = '';
    return async (method: string, address: string) => {
      t.true(address.startsWith(publicUrl), address);
      const answer = await handle(new Request(address, { method, headers: { cookie } }), new URL(address).pathname);
      const set = answer.headers.get('set-cookie');
      if (set !== null) [cookie = ''] = set.split(';');
      return { status: answer.status, headers: answer.headers, body: await answer.text() };
    };
  };
  const link = (provider: ConsentProviderName) => makeConnectLink(provider, locationId, { config, clock });
  return { clock, config, logged, locationId, browser, link };
}

async function gmailWorld(t: ExecutionContext, email: string) {
  const gmail = await startGmail(email);
  t.teardown(gmail.close);
  const consent = async (address: string) => {
    const answer = await fetch(`${gmail.environment['GOOGLE_AUTH_URL']}/callback`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams([...new URL(address).searchParams, ['email', email]]),
    });
    return answer.headers.get('location') ?? '';
  };
  return { ...(await world(t, gmail.environment)), consent };
}

test('a link connects one mailbox after the consent; opening it does not use it up', async (t) => {
  const { browser, consent, link, locationId, logged } = await gmailWorld(t, 'staff@a.example');
  const { address } = await link('gmail');
  const visit = browser();
  for (const method of ['GET', 'HEAD', 'GET']) {
    const shown = await visit(method, address);
    t.is(shown.status, 200);
    t.is(shown.headers.get('referrer-policy'), 'no-referrer');
    t.is(shown.headers.get('cache-control'), 'no-store');
    if (method === 'GET') t.regex(shown.body, /Sea &amp; side would like[^]*Continue to Google/);
  }
  const begun = await visit('POST', address);
  t.is(begun.status, 303);
  t.regex(begun.headers.get('set-cookie') ?? '', /; Secure; HttpOnly; SameSite=Lax$/);
  const asked = new URL(begun.headers.get('location') ?? '').searchParams;
  t.is(asked.get('redirect_uri'), `${publicUrl}/connect/return`);
  t.is(asked.get('code_challenge_method'), 'S256');
  const back = await consent(begun.headers.get('location') ?? '');
  const done = await visit('GET', back);
  t.is(done.status, 200, done.body);
  t.regex(done.body, /Your mailbox is connected[^]*staff@a\.example is connected to Sea &amp; side/);
  t.like(await Account.findOne({ locationId }).lean(), { email: 'staff@a.example', provider: 'gmail', enabled: true });

  t.is((await visit('GET', back)).status, 400, 'a code comes back once');
  for (const method of ['GET', 'POST']) {
    const again = await visit(method, address);
    t.is(again.status, 410);
    t.regex(again.body, /already used/);
  }
  const token = address.slice(address.lastIndexOf('/') + 1);
  t.is(token.length, 43);
  t.false(JSON.stringify(await ConnectLink.find().lean()).includes(token), 'only its hash is stored');
  t.false(logged.join('').includes(token));
});

test("a consent counts once, in the browser that began it, and only the link's last one", async (t) => {
  const { browser, consent, link, locationId } = await gmailWorld(t, 'careful@a.example');
  const { address } = await link('gmail');
  const [mine, stranger] = [browser(), browser()];
  const first = await consent((await mine('POST', address)).headers.get('location') ?? '');
  const foreign = await stranger('GET', first);
  t.is(foreign.status, 400);
  t.regex(foreign.body, /started in another browser/);
  t.is((await mine('GET', `${publicUrl}/connect/return`)).status, 400);
  t.is((await mine('GET', `${publicUrl}/connect/return?state=x&code=y`)).status, 400);
  const begunAgain = (await mine('POST', address)).headers.get('location') ?? '';
  t.is((await mine('GET', first)).status, 400, 'the first one was given up');
  const state = new URL(begunAgain).searchParams.get('state') ?? '';
  const refused = await mine('GET', `${publicUrl}/connect/return?error=access_denied&state=${state}`);
  t.is(refused.status, 400);
  t.regex(refused.body, /You did not agree/);
  t.is(await Account.countDocuments({ locationId }), 0);
  // A refusal leaves the link valid.
  const second = await consent((await mine('POST', address)).headers.get('location') ?? '');
  const answers = await Promise.all([mine('GET', second), mine('GET', second)]);
  t.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 400]);
});

test('a link is valid for a day, and an invalid one is refused', async (t) => {
  const { browser, link, clock } = await gmailWorld(t, 'late@a.example');
  const { address, expiresAt } = await link('gmail');
  const visit = browser();
  clock.set(new Date(expiresAt.getTime() - minute));
  t.is((await visit('GET', address)).status, 200);
  clock.advance(day);
  for (const method of ['GET', 'POST']) {
    const late = await visit(method, address);
    t.is(late.status, 410);
    t.regex(late.body, /has expired/);
  }
  for (const path of ['/connect/', '/connect/x', `/connect/${'A'.repeat(43)}`, '/connect/..%2f', '/connect/$ne']) {
    const none = await visit('GET', publicUrl + path);
    t.is(none.status, 404, path);
    t.regex(none.body, /This link is unknown/);
  }
  t.is((await visit('DELETE', address)).status, 405);
});

test('Outlook is connected by a link, too', async (t) => {
  const outlook = await outlookWorld(t);
  const { browser, link, locationId } = await world(t, outlook.environment);
  const { address } = await link('outlook');
  const visit = browser();
  t.regex((await visit('GET', address)).body, /Continue to Microsoft/);
  const begun = (await visit('POST', address)).headers.get('location') ?? '';
  t.is(new URL(begun).pathname, '/common/oauth2/v2.0/authorize');
  t.is(new URL(begun).searchParams.get('code_challenge_method'), 'S256');
  const back = await outlook.login.consent(begun, outlook.account.email);
  const done = await visit('GET', back.href);
  t.is(done.status, 200, done.body);
  t.like(await Account.findOne({ locationId }).lean(), { email: outlook.account.email, provider: 'outlook' });
});

test('without PUBLIC_URL there are no pages, and the message says what a link needs', async (t) => {
  const log = pino({ level: 'silent' });
  const keyed = { CREDENTIALS_KEY: Buffer.alloc(32, 7).toString('base64') };
  const config = readConfig(keyed);
  const service = createJobService({ config, log, jobs: new Map(), logFd: 1, prettyLog: false });
  t.deepEqual(connectPageRoutes(service, log), []);
  t.throws(() => readConfig({ PUBLIC_URL: 'http://cron.example' }), { message: /PUBLIC_URL: expected .*https:\/\// });
  const locationId = new Types.ObjectId();
  const clock = testClock();
  for (const provider of consentProviders) {
    await t.throwsAsync(makeConnectLink(provider, locationId, { config, clock }), { message: /PUBLIC_URL: expected/ });
    const public_ = readConfig({ ...keyed, PUBLIC_URL: publicUrl });
    await t.throwsAsync(makeConnectLink(provider, locationId, { config: public_, clock }), { code: 'oauth-client' });
    const keyless = readConfig({ PUBLIC_URL: publicUrl });
    await t.throwsAsync(makeConnectLink(provider, locationId, { config: keyless, clock }), { code: 'config' });
  }
  await t.throwsAsync(beginLink('x', { config, clock }), { code: 'link-unknown' });
});

test('--connect --link prints a link', async (t) => {
  const { locationId } = await world(t, {});
  const environment = {
    MONGODB_URI: databaseUri(),
    PUBLIC_URL: publicUrl,
    CREDENTIALS_KEY: Buffer.alloc(32, 7).toString('base64'),
    MICROSOFT_CLIENT_ID: 'id',
  };
  const made = await runAdapter(['--connect', 'outlook', '--location', String(locationId), '--link'], environment);
  t.is(made.code, 0, made.stderr);
  t.regex(made.stdout, /^https:\/\/cron\.example\/connect\/[\w-]{43}\n$/);
  t.regex(made.stderr, /can connect one mailbox to Sea & side, until/);
  const session = await runAdapter(['--connect', 'outlook-web', '--link'], environment);
  t.is(session.code, 2);
  t.regex(session.stderr, /--link works for gmail and outlook only/);
});
