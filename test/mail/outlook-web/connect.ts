import test from 'ava';
import { Types } from 'mongoose';
import { readCredentials } from '../../../shared/mail/accounts/account-credentials.ts';
import { connectOutlookWeb } from '../../../shared/mail/outlook-web/connect.ts';
import type { OutlookWebCredentials } from '../../../shared/mail/outlook-web/cookies.ts';
import { daysLeft } from '../../../shared/mail/accounts/session-days.ts';
import { Account } from '../../../shared/models/account.ts';
import { useDatabase } from '../../doubles/database.ts';
import { outlookWebWorld } from '../../doubles/outlook-web-account.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

test.serial('a cookies file becomes an account of the mailbox that it opens', async (t) => {
  const world = await outlookWebWorld(t);
  const cookies = world.web.signIn(world.account.email);
  const account = await connectOutlookWeb({
    ...world.context(),
    locationId: world.account.locationId,
    cookiesFile: JSON.stringify([
      ...cookies,
      { name: 'a', value: '1', domain: '.live.com' },
      { name: 'SID', value: 'of-the-bank', domain: '.bank.example', expires: 1_900_000_000, httpOnly: true },
    ]),
  });
  const taken = readCredentials<OutlookWebCredentials>(account, world.context().config);
  t.is(taken.origin, 'https://outlook.live.com');
  t.deepEqual(
    taken.cookies.map(({ domain }) => domain),
    ['127.0.0.1', '.live.com'],
  );
  t.is(String(account._id), String(world.account._id));
  t.is(account.email, world.account.email);
  t.is(
    readCredentials<OutlookWebCredentials>(await world.stored(), world.context().config).cookies[0]?.value,
    cookies[0]?.value,
  );
  t.is(daysLeft(account, new Date('2027-01-10T00:00:00Z')), 5);
  t.false(JSON.stringify(account).includes(cookies[0]?.value as string));
});

test.serial('connected again with cookies that say no end, the old end is forgotten', async (t) => {
  const world = await outlookWebWorld(t);
  await Account.updateOne({ _id: world.account._id }, { credentialsExpireAt: new Date('2026-12-01T00:00:00Z') });
  const cookies = world.web.signIn(world.account.email).map((cookie) => ({ ...cookie, expires: -1 }));
  const account = await connectOutlookWeb({
    ...world.context(),
    locationId: world.account.locationId,
    cookiesFile: JSON.stringify(cookies),
  });
  t.is(daysLeft(account, new Date('2026-11-20T00:00:00Z')), undefined);
});

test.serial('cookies of other sites alone are refused', async (t) => {
  const cookiesFile = '.bank.example\tTRUE\t/\tTRUE\t1900000000\tSID\tof-the-bank\n';
  const world = { ...testContext(), locationId: new Types.ObjectId(), cookiesFile };
  await t.throwsAsync(connectOutlookWeb(world), { code: 'cookies-file', message: /no cookie of Outlook/ });
});

test.serial('cookies that open no mailbox connect nothing', async (t) => {
  const world = await outlookWebWorld(t);
  const before = await Account.countDocuments();
  const cookiesFile = '127.0.0.1\tFALSE\t/\tFALSE\t1900000000\tOpenIdConnect.token.v1\twrong\n';
  const error = await t.throwsAsync(
    connectOutlookWeb({ ...world.context(), locationId: world.account.locationId, cookiesFile }),
    { code: 'session-expired' },
  );
  t.regex(error.message, /^Outlook on the web asks to sign in/);
  t.is(await Account.countDocuments(), before);
});
