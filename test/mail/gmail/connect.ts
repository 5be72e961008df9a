import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { Types } from 'mongoose';
import { readCredentials } from '../../../shared/mail/accounts/account-credentials.ts';
import { connectGmail } from '../../../shared/mail/gmail/connect.ts';
import { Account } from '../../../shared/models/account.ts';
import type { GmailCredentials } from '../../../shared/mail/gmail/token-source.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { readConfig } from '../../../shared/platform/config.ts';
import { useDatabase } from '../../doubles/database.ts';
import { startGmail, type GmailDouble } from '../../doubles/gmail.ts';

useDatabase(test);

/** As a browser: consents and returns. */
async function consent(address: string, gmail: GmailDouble, email = gmail.email): Promise<URL> {
  const query = new URL(address).searchParams;
  const answer = await fetch(`${gmail.environment['GOOGLE_AUTH_URL']}/callback`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams([...query, ['email', email]]),
  });
  return new URL(answer.headers.get('location') ?? '');
}

function optionsFor(gmail: GmailDouble) {
  return {
    config: readConfig({ ...gmail.environment }),
    clock: systemClock,
    signal: new AbortController().signal,
    locationId: new Types.ObjectId(),
  };
}

test('a user signs in by way of the loopback address, and the account is saved sealed', async (t) => {
  const gmail = await startGmail('loopback@agency.example');
  t.teardown(gmail.close);
  const options = optionsFor(gmail);
  let shown = '';
  const account = await connectGmail({
    ...options,
    showAddress(address) {
      shown = address;
      void consent(address, gmail).then((back) => fetch(back));
    },
  });
  const query = new URL(shown).searchParams;
  t.is(query.get('scope'), 'https://www.googleapis.com/auth/gmail.readonly');
  t.is(query.get('code_challenge_method'), 'S256');
  t.is(query.get('access_type'), 'offline');
  t.like(account, { provider: 'gmail', email: gmail.email, status: 'active', enabled: true });
  t.false(account.credentials?.includes('google_refresh_'));
  t.regex(readCredentials<GmailCredentials>(account, options.config).refreshToken, /^google_refresh_/);
});

test('a pasted address does as well, and connecting again renews the same account', async (t) => {
  const gmail = await startGmail('paste@agency.example');
  t.teardown(gmail.close);
  const options = optionsFor(gmail);
  const connect = () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    return connectGmail({
      ...options,
      showAddress: (address) => void consent(address, gmail).then((back) => resolve(back.href)),
      askForRedirect: () => promise,
    });
  };
  const first = await connect();
  await Account.updateOne(
    { _id: first._id },
    { $set: { status: 'needs-reauth', lastError: 'x', cursors: { mailbox: { cursor: { historyId: '5' } } } } },
  );
  const second = await connect();
  t.deepEqual(second._id, first._id);
  t.is(second.status, 'active');
  t.is(second.lastError, undefined);
  t.deepEqual(second.cursors, { mailbox: { cursor: { historyId: '5' } } });
  t.true(second.credentialsVersion > first.credentialsVersion);
});

test('a request with another state, or for no address, is refused, and the right one still counts', async (t) => {
  const gmail = await startGmail('state@agency.example');
  t.teardown(gmail.close);
  const refused: (string | undefined)[] = [];
  await connectGmail({
    ...optionsFor(gmail),
    async showAddress(address) {
      const back = await consent(address, gmail);
      const forged = new URL(back);
      forged.searchParams.set('state', 'guess');
      refused.push(String((await fetch(forged)).status));
      const odd = connect(Number(back.port), back.hostname, () => void odd.write('GET // HTTP/1.1\r\nhost: x\r\n\r\n'));
      refused.push((await text(odd)).split(' ')[1]);
      await fetch(back);
    },
  });
  t.deepEqual(refused, ['400', '404']);
});

test('a refused consent and a cancelled wait say so', async (t) => {
  const gmail = await startGmail('refused@agency.example');
  t.teardown(gmail.close);
  const refusal = connectGmail({
    ...optionsFor(gmail),
    showAddress(address) {
      const query = new URL(address).searchParams;
      void fetch(`${query.get('redirect_uri')}?error=access_denied&state=${query.get('state')}`);
    },
  });
  t.like(await t.throwsAsync(refusal), { code: 'connect-refused' });
  const stop = new AbortController();
  const cancelled = connectGmail({ ...optionsFor(gmail), signal: stop.signal, showAddress: () => stop.abort() });
  t.like(await t.throwsAsync(cancelled), { code: 'connect-timeout' });
});
