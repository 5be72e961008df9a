import test from 'ava';
import {
  originOfCookies,
  outlookSessionEnd,
  outlookWebAddress,
  ownCookies,
  placeOf,
} from '../../../shared/mail/outlook-web/outlook-hosts.ts';

test('Outlook is known wherever Microsoft serves it, and wherever it was opened', (t) => {
  const homes = ['https://outlook.office.com'];
  for (const address of [
    'https://outlook.office.com/mail/inbox',
    'https://outlook.office365.com/mail/',
    'https://outlook.cloud.microsoft/mail/inbox/id/AAMk',
    'https://outlook.live.com/mail/0/',
  ]) {
    t.is(placeOf(address, homes), 'outlook', address);
  }
  t.is(placeOf('http://127.0.0.1:8080/mail/inbox', [...homes, 'http://127.0.0.1:8080']), 'outlook');
});

test('a page elsewhere, or under a path for signing in, asks to sign in', (t) => {
  const homes = ['https://outlook.office.com'];
  const pages = [
    'https://login.microsoftonline.com/common/oauth2/authorize',
    'https://login.live.com/',
    'https://login.cloud.microsoft/',
    'https://adfs.agency.example/adfs/ls',
    'https://outlook.office.com/owa/auth/logon.aspx',
    'https://outlook.office.com.evil.example/mail',
  ];
  for (const address of pages) t.is(placeOf(address, homes), 'sign-in', address);
});

test("the browser's own pages are no page of the web", (t) => {
  for (const address of ['chrome-error://chromewebdata/', 'about:blank'])
    t.is(placeOf(address, ['https://outlook.office.com']), 'no-page', address);
});

test('Outlook is opened where the settings say, else where the session was made, else by the address', (t) => {
  t.is(outlookWebAddress({ email: 'a@agency.example' }), 'https://outlook.office.com');
  t.is(outlookWebAddress({ email: 'a@hotmail.co.uk' }), 'https://outlook.live.com');
  t.is(
    outlookWebAddress({ email: 'a@agency.example', origin: 'https://outlook.cloud.microsoft' }),
    'https://outlook.cloud.microsoft',
  );
  t.is(
    outlookWebAddress({
      email: 'a@agency.example',
      origin: 'https://outlook.cloud.microsoft',
      configured: 'http://127.0.0.1:1',
    }),
    'http://127.0.0.1:1',
  );
});

test('cookies tell which Outlook they open', (t) => {
  const from = (...domains: string[]) =>
    originOfCookies(domains.map((domain) => ({ name: 'a', value: '1', domain, path: '/' })));
  t.is(from('.live.com'), 'https://outlook.live.com');
  t.is(from('.live.com', 'outlook.live.com', '.office.com'), 'https://outlook.live.com');
  t.is(from('login.live.com', '.outlook.office.com'), 'https://outlook.office.com');
  t.is(from('.cloud.microsoft'), 'https://outlook.cloud.microsoft');
  t.is(from('127.0.0.1'), undefined);
});

test("of a whole browser's cookies those of Outlook and of Microsoft's sign-in are taken", (t) => {
  const domains = [
    '.office.com',
    'outlook.office.com',
    'login.microsoftonline.com',
    '.bank.example',
    '.live.com',
    '127.0.0.1',
    'evil-outlook.office.com.example',
    'com.example',
    '',
  ];
  const { outlook, signIn } = ownCookies(
    domains.map((domain) => ({ name: 'a', value: '1', domain, path: '/' })),
    ['http://127.0.0.1:8080'],
  );
  t.deepEqual(
    outlook.map(({ domain }) => domain),
    ['.office.com', 'outlook.office.com', '.live.com', '127.0.0.1'],
  );
  t.deepEqual(
    signIn.map(({ domain }) => domain),
    ['login.microsoftonline.com'],
  );
});

test("the session ends with Outlook's own cookies, or, where these do not tell, with those of the sign-in", (t) => {
  const ending = (domain: string, expires?: number) => ({
    name: 'a',
    value: '1',
    domain,
    path: '/',
    httpOnly: true,
    ...(expires ? { expires } : {}),
  });
  const others = [ending('login.microsoftonline.com', 1_850_000_000), ending('.bank.example', 1_900_000_000)];
  t.deepEqual(
    outlookSessionEnd([ending('outlook.office.com', 1_800_000_000), ...others], []),
    new Date(1_800_000_000_000),
  );
  t.deepEqual(outlookSessionEnd([ending('outlook.office.com'), ...others], []), new Date(1_850_000_000_000));
  t.is(outlookSessionEnd(others.slice(1), []), undefined);
});
