import test from 'ava';
import { originOfCookies, outlookWebAddress, placeOf } from '../../../shared/mail/outlook-web/outlook-hosts.ts';

test('Outlook is known wherever Microsoft serves it, and wherever it was opened', (t) => {
  const homes = ['https://outlook.office.com'];
  for (const address of ['https://outlook.office.com/mail/inbox', 'https://outlook.office365.com/mail/', 'https://outlook.cloud.microsoft/mail/inbox/id/AAMk', 'https://outlook.live.com/mail/0/']) {
    t.is(placeOf(address, homes), 'outlook', address);
  }
  t.is(placeOf('http://127.0.0.1:8080/mail/inbox', [...homes, 'http://127.0.0.1:8080']), 'outlook');
});

test('a page elsewhere, or under a path for signing in, asks to sign in', (t) => {
  const homes = ['https://outlook.office.com'];
  const pages = ['https://login.microsoftonline.com/common/oauth2/authorize', 'https://login.live.com/', 'https://login.cloud.microsoft/', 'https://adfs.agency.example/adfs/ls', 'https://outlook.office.com/owa/auth/logon.aspx', 'https://outlook.office.com.evil.example/mail'];
  for (const address of pages) t.is(placeOf(address, homes), 'sign-in', address);
});

test("the browser's own pages are no page of the web", (t) => {
  for (const address of ['chrome-error://chromewebdata/', 'about:blank']) t.is(placeOf(address, ['https://outlook.office.com']), 'no-page', address);
});

test('Outlook is opened where the settings say, else where the session was made, else by the address', (t) => {
  t.is(outlookWebAddress({ email: 'a@agency.example' }), 'https://outlook.office.com');
  t.is(outlookWebAddress({ email: 'a@hotmail.co.uk' }), 'https://outlook.live.com');
  t.is(outlookWebAddress({ email: 'a@agency.example', origin: 'https://outlook.cloud.microsoft' }), 'https://outlook.cloud.microsoft');
  t.is(outlookWebAddress({ email: 'a@agency.example', origin: 'https://outlook.cloud.microsoft', configured: 'http://127.0.0.1:1' }), 'http://127.0.0.1:1');
});

test('cookies tell which Outlook they open', (t) => {
  const from = (...domains: string[]) => originOfCookies(domains.map((domain) => ({ name: 'a', value: '1', domain, path: '/' })));
  t.is(from('.live.com'), 'https://outlook.live.com');
  t.is(from('.live.com', 'outlook.live.com', '.office.com'), 'https://outlook.live.com');
  t.is(from('login.live.com', '.outlook.office.com'), 'https://outlook.office.com');
  t.is(from('.cloud.microsoft'), 'https://outlook.cloud.microsoft');
  t.is(from('127.0.0.1'), undefined);
});
