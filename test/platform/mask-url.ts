import { randomBytes, randomUUID } from 'node:crypto';
import test from 'ava';
import { looksDrawn, maskPath, maskUrl } from '../../shared/platform/mask-url.ts';
import { seeded } from '../doubles/seeded.ts';

const shown: readonly (readonly [string, string])[] = [
  ['https://feeds.example/agency-12345/kyero3.xml', 'https://feeds.example/agency-12345/kyero3.xml'],
  ['https://feeds.example/AphroditeEstates-Kyero3.xml', 'https://feeds.example/AphroditeEstates-Kyero3.xml'],
  ['https://feeds.example/export-2026-11-30-v2.xml.gz', 'https://feeds.example/export-2026-11-30-v2.xml.gz'],
  ['https://mary:secret@feeds.example:8443/a?key=1&key=2&b=', 'https://feeds.example:8443/a?key=...&b=...'],
  ['sftp://mary:secret@files.example/in/', 'sftp://files.example/in/'],
  ['https://hc.example/0f4c9b2e-7a1d-4c55-9e3b-2d6f8a7b1c90/fail', 'https://hc.example/[masked]/fail'],
  [
    'https://hooks.example/services/T0001/B0001/x8Kq2ZrT5vWb1NcY7mPd3LhG',
    'https://hooks.example/services/T0001/B0001/[masked]',
  ],
  ['https://feeds.example/q8w2e7r4t9z1u5i3/listings.xml', 'https://feeds.example/[masked]/listings.xml'],
  ['https://feeds.example/?q8w2e7r4t9z1u5i3', 'https://feeds.example/?%5Bmasked%5D=...'],
  ['no address', 'an address that cannot be read'],
];
for (const [written, expected] of shown)
  test(`an address as it is shown: ${written}`, (t) => void t.is(maskUrl(written), expected));

test('random parts of a path are recognised, however they are written', (t) => {
  for (let round = 0; round < 200; round++) {
    const bytes = randomBytes(32);
    for (const token of [bytes.toString('hex'), bytes.toString('base64url'), randomUUID()])
      t.true(looksDrawn(token), token);
  }
});

const [lower, upper, digits] = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];
const alphabets = {
  lower,
  digits,
  mixed: lower + upper,
  base32: `${upper}234567`,
  base36: lower + digits,
  base62: lower + upper + digits,
};
for (const [name, alphabet] of Object.entries(alphabets))
  test(`a token of 24 characters is recognised: ${name}`, (t) => {
    const random = seeded(24);
    const draw = () => alphabet[Math.floor(random() * alphabet.length)];
    const tokens = Array.from({ length: 500 }, () => Array.from({ length: 24 }, draw).join(''));
    t.deepEqual(
      tokens.filter((token) => !looksDrawn(token)),
      [],
    );
  });

test('a token in a path is masked', (t) => {
  t.is(maskPath(`/connect/${randomBytes(32).toString('base64url')}`), '/connect/[masked]');
  t.is(maskPath('/api/cron/sync-feeds'), '/api/cron/sync-feeds');
});
