import test from 'ava';
import { parseCookiesFile, sameCookies, sessionEnd } from '../../../shared/mail/outlook-web/cookies.ts';

test('reads what browser extensions, Puppeteer and Playwright export', (t) => {
  const cookie = { name: 'a', value: '1', domain: '.outlook.com', path: '/mail', httpOnly: true, secure: true };
  t.deepEqual(
    parseCookiesFile(
      JSON.stringify([{ ...cookie, expirationDate: 1_800_000_000.5, sameSite: 'no_restriction' }, { broken: true }]),
    ),
    [{ ...cookie, expires: 1_800_000_000.5, sameSite: 'None' }],
  );
  t.deepEqual(parseCookiesFile(JSON.stringify({ cookies: [{ ...cookie, expires: -1 }], origins: [] })), [cookie]);
});

test('an end in milliseconds, as scripts write it, is one in seconds', (t) => {
  const cookie = { name: 'a', value: '1', domain: 'x', path: '/' };
  t.is(parseCookiesFile(JSON.stringify([{ ...cookie, expirationDate: 1_800_000_000_000 }]))[0]?.expires, 1_800_000_000);
  t.is(parseCookiesFile('x\tFALSE\t/\tTRUE\t1800000000000\ta\t1\n')[0]?.expires, 1_800_000_000);
});

test("reads Netscape's format, with httpOnly lines and comments", (t) => {
  const file =
    '# Netscape HTTP Cookie File\r\n#HttpOnly_.outlook.com\tTRUE\t/\tTRUE\t1800000000\tsession\tabc=\r\n' +
    'outlook.com\tFALSE\t/\tFALSE\t0\tplain\t\n';
  t.deepEqual(parseCookiesFile(file), [
    {
      name: 'session',
      value: 'abc=',
      domain: '.outlook.com',
      path: '/',
      expires: 1_800_000_000,
      httpOnly: true,
      secure: true,
    },
    { name: 'plain', value: '', domain: 'outlook.com', path: '/', httpOnly: false, secure: false },
  ]);
});

test('a file of another kind is refused without showing what is in it', (t) => {
  for (const content of ['', 'secret-token', '{"a":', '[]', '{"cookies": 5}']) {
    const error = t.throws(() => parseCookiesFile(content), { code: 'cookies-file' });
    t.false(error.message.includes('secret-token'));
  }
});

test('the session lasts as long as its longest httpOnly cookie', (t) => {
  const cookie = { name: 'a', value: '1', domain: 'x', path: '/' };
  t.is(sessionEnd([cookie, { ...cookie, expires: 1_900_000_000 }]), undefined);
  t.deepEqual(
    sessionEnd([
      { ...cookie, httpOnly: true, expires: 1_800_000_000 },
      { ...cookie, httpOnly: true, expires: 1_800_000_100 },
    ]),
    new Date(1_800_000_100_000),
  );
});

test('cookies are compared whatever their order', (t) => {
  const [a, b] = [
    { name: 'a', value: '1', domain: 'x', path: '/' },
    { name: 'b', value: '2', domain: 'x', path: '/' },
  ];
  t.true(sameCookies([a, b], [b, a]));
  t.false(sameCookies([a, b], [a, { ...b, value: '3' }]));
});
