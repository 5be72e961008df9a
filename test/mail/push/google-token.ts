import test from 'ava';
import { googleTokenCheck } from '../../../shared/mail/push/google-token.ts';
import { startGoogleKeys } from '../../doubles/google-keys.ts';

const audience = 'https://cron.example/api/push/gmail';
const account = 'push@project.iam.gserviceaccount.com';
const claims = { iss: 'https://accounts.google.com', aud: audience, email: account, email_verified: true };
const past = Math.floor(Date.now() / 1000) - 7200;

test('only a token that Google made for our subscription is accepted', async (t) => {
  const keys = await startGoogleKeys(t);
  const check = googleTokenCheck({ googleCertsUrl: keys.url, gmailPushAudience: audience, gmailPushAccount: account });
  const of = (changed: object, signer?: 'foreign') => check(`Bearer ${keys.token({ ...claims, ...changed }, signer)}`);
  t.is(await of({}), 'valid');
  t.is(await of({}, 'foreign'), 'refused');
  for (const changed of [
    { aud: 'https://other.example' },
    { iss: 'https://accounts.example' },
    { email: 'other@project.iam.gserviceaccount.com' },
    { email_verified: false },
    { email_verified: 'true' },
    { iat: past, exp: past + 3600 },
  ])
    t.is(await of(changed), 'refused', JSON.stringify(changed));
  const unsigned = keys.token(claims).replace(/[^.]+$/, '');
  for (const header of [null, '', 'Basic eA==', 'Bearer x', `Bearer ${unsigned}`, `Bearer ${'x'.repeat(60_000)}`])
    t.is(await check(header), 'refused');
});

test('Pub/Sub is answered in time while nothing comes back for the keys', async (t) => {
  const [keys, never] = [await startGoogleKeys(t), await startGoogleKeys(t, 'silent')];
  const check = googleTokenCheck({ googleCertsUrl: never.url, gmailPushAudience: audience, gmailPushAccount: account });
  t.is(await check(`Bearer ${keys.token(claims)}`), 'unknown');
  t.is(never.asked(), 1, 'the library keeps asking');
});

test("while Google's keys cannot be fetched, nothing is refused", async (t) => {
  const keys = await startGoogleKeys(t);
  const url = 'http://127.0.0.1:1/certs';
  const check = googleTokenCheck({ googleCertsUrl: url, gmailPushAudience: audience, gmailPushAccount: account });
  t.is(await check(`Bearer ${keys.token(claims)}`), 'unknown');
});
