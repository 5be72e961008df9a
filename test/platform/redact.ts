import test from 'ava';
import fc from 'fast-check';
import { Types } from 'mongoose';
import { inspectConfig } from '../../shared/platform/config.ts';
import { coerceError, EstioError } from '../../shared/platform/errors.ts';
import { maskConfigured, maskSecrets, withoutSecrets } from '../../shared/platform/redact.ts';

test('fields with secret names are masked at any depth, others are left', (t) => {
  t.deepEqual(
    withoutSecrets({
      a: [{ Authorization: 'x', ok: 1 }],
      headers: { 'set-cookie': ['x'], 'X-Api-Key': 'x', accept: '*/*' },
    }),
    {
      a: [{ Authorization: '[redacted]', ok: 1 }],
      headers: { 'set-cookie': '[redacted]', 'X-Api-Key': '[redacted]', accept: '*/*' },
    },
  );
  for (const name of [
    'token',
    'refresh_token',
    'accessToken',
    'id-token',
    'client_secret',
    'cronSecret',
    'password',
    'credentials',
    'apiKey',
    'cookies',
  ]) {
    t.deepEqual(withoutSecrets({ [name]: 'x' }), { [name]: '[redacted]' });
  }
  const shown = { pageToken: 'p', fencingToken: 4, tokensPerMinute: 6, cookieless: true };
  t.deepEqual(withoutSecrets(shown), shown);
});

test('values that know how they are written stay as they are', (t) => {
  const id = new Types.ObjectId('0123456789abcdef01234567');
  t.deepEqual(withoutSecrets({ id, at: new Date(0), url: new URL('https://example.com/') }), {
    id: String(id),
    at: '1970-01-01T00:00:00.000Z',
    url: 'https://example.com/',
  });
});

test('circular values are cut', (t) => {
  const circle: Record<string, unknown> = { password: 'x' };
  circle['self'] = circle;
  t.notRegex(JSON.stringify(withoutSecrets(circle)), /x/);
});

test('a secret is masked wherever it lies', (t) => {
  const name = fc.constantFrom('password', 'authorization', 'refreshToken');
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 4 }),
        name,
        fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 }),
        (value, secret, path) => {
          const nested = path.reduce<unknown>((inner, step) => ({ [step]: [inner] }), {
            ...value,
            [secret]: 'hush-hush',
          });
          return !String(
            JSON.stringify(withoutSecrets(nested), (_, field) => (typeof field === 'bigint' ? 'bigint' : field)),
          ).includes('hush-hush');
        },
      ),
    ),
  );
});

const masked: readonly (readonly [string, string])[] = [
  ['Oops: Bearer abc.def-123', 'Oops: Bearer [masked]'],
  ['{"access_token": "s3cr3t", "expires_in": 3600}', '{"access_token": "[masked]", "expires_in": 3600}'],
  ['client_secret=abc&scope=mail', 'client_secret=[masked]&scope=mail'],
  ['got eyJhbGciOiJub25lIn0.eyJhIjoxfQ. instead', 'got [masked] instead'],
  ['ya29.A0ARrdaM-x_y refused', '[masked] refused'],
  ['refresh 1//0gAbCdEfGhIjKl-x', 'refresh [masked]'],
  ['reason q1w2e3r4t5z6u7i8o9p0q1w2e3r4t5z6u7i8', 'reason [masked]'],
  ['Graph, delta of inbox: 503 serviceNotAvailable: try again', ''],
  ['Gmail history.list: refused (insufficientPermissions)', ''],
  ['at get (file:///opt/estio-cron/shared/mail/graph/graph-client.ts:84:17)', ''],
];
for (const [text, expected] of masked)
  test(`what came from outside is masked: ${text}`, (t) => void t.is(maskSecrets(text), expected || text));

test('a secret that is known is masked however it looks', (t) => {
  t.is(maskSecrets('not open sesame but sesame', ['open sesame']), 'not [masked] but sesame');
  const known = 'x/y=sesame+open';
  for (const text of [
    encodeURIComponent(known),
    known.replace('/', String.raw`\/`),
    'x&#x2F;y&#x3D;sesame&#x2B;open',
    'x&#47;y&#61;sesame&#43;open',
  ])
    t.is(maskSecrets(`<b>${text}</b>`, [known]), '<b>[masked]</b>');
});

const addresses: readonly (readonly [string, string])[] = [
  [
    'no answer from https://a.example/x?token=abc&b=1, tried twice',
    'no answer from https://a.example/x?token=[masked]&b=..., tried twice',
  ],
  ['(see https://u:p@a.example/)', '(see https://a.example/)'],
  ['mongodb://u:p@a.example/estio is gone', 'mongodb://a.example/estio is gone'],
];
for (const [text, expected] of addresses)
  test(`an address in a text is masked: ${text}`, (t) => void t.is(maskSecrets(text), expected));

test('no configured secret is in a message, a record or a line of the log, however it got there', (t) => {
  // Values that secret settings accept.
  const hex = fc.stringMatching(/^[0-9a-f]{40}$/);
  const word = fc.stringMatching(/^[a-zA-Z"\\/ +]{12,20}$/).filter((text) => text.trim() === text);
  const around = fc.constantFrom('', ' ', '"', 'x=', 'https://a.example/', '\n');
  fc.assert(
    fc.property(hex, word, hex, around, around, (cronSecret, statusPassword, token, before, after) => {
      inspectConfig({
        CRON_SECRET: cronSecret,
        STATUS_PASSWORD: statusPassword,
        MONGODB_URI: `mongodb://u:${encodeURIComponent(statusPassword)}@a.example,b.example/estio`,
        CRON_PING_URL: `https://hc.example/${token}`,
        CRON_PING_URL_SYNC_FEEDS: `https://hc.example/p?k=${token}`,
      });
      for (const secret of [cronSecret, statusPassword, encodeURIComponent(statusPassword), token]) {
        const text = before + secret + after;
        for (const thrown of [new Error(text), text, new EstioError(text, { code: 'foreseen' })])
          t.false(coerceError(thrown).message.includes(secret), text);
        t.false(maskConfigured(JSON.stringify({ url: text })).includes(JSON.stringify(secret).slice(1, -1)), text);
        for (const user of ['', 'm', 'me', '\0me\0'])
          for (const alphabet of ['base64', 'base64url'] as const) {
            const login = Buffer.from(user + secret + after).toString(alphabet);
            t.regex(coerceError(new Error(`535 AUTH ${login}`)).message, /AUTH .{0,8}\[masked\].{0,40}$/, login);
          }
        const form = new URLSearchParams({ p: secret }).toString();
        t.is(maskConfigured(form), 'p=[masked]');
        t.is(maskConfigured(form.replace(/%../g, (byte) => byte.toLowerCase())), 'p=[masked]');
      }
    }),
  );
});
