import test from 'ava';
import { connectOutlook } from '../../../shared/mail/graph/connect.ts';
import type { OutlookTokens } from '../../../shared/mail/graph/oauth.ts';
import { readCredentials } from '../../../shared/mail/accounts/account-credentials.ts';
import { Account } from '../../../shared/models/account.ts';
import { useDatabase } from '../../doubles/database.ts';
import { outlookWorld } from '../../doubles/outlook-account.ts';

useDatabase(test);

test('the user types the code, and the account is stored with sealed tokens for its own address', async (t) => {
  const world = await outlookWorld(t);
  const context = world.context();
  const shown: string[] = [];
  const account = await connectOutlook({
    ...context,
    locationId: world.account.locationId,
    showCode({ page, code }) {
      shown.push(page, code);
      world.login.decide(code, world.account.email);
    },
  });
  t.is(String(account._id), String(world.account._id), 'the same mailbox again is the same account');
  t.regex(shown[0] ?? '', /devicelogin/);
  for (const permission of ['Mail.Read', 'Contacts.Read', 'User.Read', 'offline_access'])
    t.true(world.login.lastScope.includes(permission), permission);
  t.false(/ReadWrite|Send/.test(world.login.lastScope));
  const { refreshToken } = readCredentials<OutlookTokens>(await world.stored(), context.config);
  t.regex(refreshToken, /^r_microsoft_/);
  t.false(JSON.stringify(await world.stored()).includes(refreshToken));
});

test('a user who declines connects nothing', async (t) => {
  const world = await outlookWorld(t);
  const { locationId } = world.account;
  const before = await Account.countDocuments({ locationId });
  const pending = connectOutlook({
    ...world.context(),
    locationId,
    showCode: ({ code }) => world.login.decide(code, undefined),
  });
  await t.throwsAsync(pending, { code: 'connect-refused' });
  t.is(await Account.countDocuments({ locationId }), before);
});

test('a short outage of the sign-in service does not end the sign-in', async (t) => {
  const world = await outlookWorld(t);
  const { locationId, email } = world.account;
  const showCode = ({ code }: { code: string }) => {
    world.login.failures.push({ status: 503, error: 'temporarily_unavailable' });
    world.login.decide(code, email);
  };
  t.is((await connectOutlook({ ...world.context(), locationId, showCode })).email, email);
  t.is(world.login.failures.length, 0);
});

test('waiting for the user can be cancelled', async (t) => {
  const world = await outlookWorld(t);
  const context = world.context();
  const pending = connectOutlook({
    ...context,
    locationId: world.account.locationId,
    showCode: () => context.abort(new Error('interrupted')),
  });
  await t.throwsAsync(pending, { code: 'connect-timeout' });
});

test('an application that is not set up says what to set', async (t) => {
  const world = await outlookWorld(t);
  const options = { locationId: world.account.locationId, showCode: () => undefined };
  await t.throwsAsync(connectOutlook({ ...world.context({ environment: { MICROSOFT_CLIENT_ID: '' } }), ...options }), {
    message: /MICROSOFT_CLIENT_ID is not set/,
  });
});
