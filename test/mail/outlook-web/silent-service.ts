import test, { type ExecutionContext } from 'ava';
import { Types } from 'mongoose';
import {
  createOutlookWebProvider,
  type OutlookWebProvider,
} from '../../../shared/mail/outlook-web/outlook-web-provider.ts';
import { syncAccounts } from '../../../shared/mail/sync/sync-accounts.ts';
import { Account } from '../../../shared/models/account.ts';
import { Contact } from '../../../shared/models/contact.ts';
import { Message } from '../../../shared/models/message.ts';
import { SyncItem } from '../../../shared/models/sync-item.ts';
import { chooseFrom } from '../../doubles/chosen.ts';
import { useDatabase } from '../../doubles/database.ts';
import { outlookWebWorld } from '../../doubles/outlook-web-account.ts';
import { testClock, testContext } from '../../doubles/run-context.ts';

useDatabase(test);

/** One browser for the file. */
let provider: OutlookWebProvider;
test.before(() => {
  provider = createOutlookWebProvider(testContext());
});
test.after.always(() => provider.close());

const client = 'nikos@buyer.test';

async function connected(t: ExecutionContext) {
  const locationId = new Types.ObjectId();
  const world = await outlookWebWorld(t, { locationId });
  await Contact.create({ locationId, name: 'Nikos', email: client });
  const clock = testClock();
  const accountId = String(world.account._id);
  return {
    ...world,
    clock,
    async run(timeout = '60s') {
      const context = world.context({
        clock,
        environment: { MAIL_REQUEST_TIMEOUT: timeout },
        parameters: { accountId },
      });
      await syncAccounts(context, { providers: [provider], concurrency: 1 });
      return context.report();
    },
    async subjects() {
      return (await Message.find({ locationId, deletedAt: null }).lean()).map(({ subject }) => subject).toSorted();
    },
  };
}

test.serial(
  'mail is read in the folders that the service tells of, and those that have not changed are left alone',
  async (t) => {
    const { outlook, run, subjects } = await connected(t);
    outlook.addFolder('Clients', 'inbox');
    outlook.addFolder('Thrown', 'deleteditems');
    outlook.addFolder('Empty');
    for (const folder of ['inbox', 'Clients', 'Thrown', 'junkemail', 'conversationhistory'])
      outlook.deliver({ from: client, folder, subject: folder, receivedAt: '2026-11-20T08:00:00Z' });
    t.like(await run(), { status: 'succeeded' });
    t.deepEqual(await subjects(), ['Clients', 'inbox']);
    const quiet = await run();
    t.like(quiet, { status: 'succeeded', counts: { pagesOpened: 4 } }, 'the folder list and three standard folders');
    outlook.deliver({ from: client, folder: 'Clients', subject: 'Later', receivedAt: '2026-11-23T08:00:00Z' });
    t.like(await run(), { status: 'succeeded', counts: { stored: 1 } });
    t.deepEqual(await subjects(), ['Clients', 'Later', 'inbox']);
  },
);

test.serial(
  'an empty inbox says nothing about other folders, and of many folders all are read in a few runs',
  async (t) => {
    const { outlook, run, subjects } = await connected(t);
    const names = Array.from({ length: 22 }, (_, index) => `Folder ${index + 10}`);
    for (const name of names) {
      outlook.addFolder(name);
      outlook.addFolder(`${name}, empty`);
      outlook.deliver({ from: client, folder: name, subject: name, receivedAt: '2026-11-20T08:00:00Z' });
    }
    t.like(await run(), { status: 'succeeded', counts: { stored: 20, foldersNotRead: 2 } });
    t.like(await run(), { status: 'succeeded', counts: { stored: 2 } });
    t.deepEqual(await subjects(), names);
  },
);

test.serial('mail that comes with an old date is found by the next audit', async (t) => {
  const { outlook, run, subjects, clock } = await connected(t);
  outlook.addFolder('Clients');
  for (const folder of ['inbox', 'Clients'])
    for (let hour = 0; hour < 30; hour += 1)
      outlook.deliver({ from: 'other@buyer.test', folder, receivedAt: new Date(Date.UTC(2026, 10, 20, hour)) });
  const old = { from: client, receivedAt: '2026-11-04T08:00:00Z' };
  const junk = outlook.deliver({ ...old, folder: 'junkemail', subject: 'No junk' });
  await run();
  outlook.move(junk, 'inbox');
  outlook.deliver({ ...old, folder: 'Clients', subject: 'Late' });
  await run();
  clock.set('2026-11-24T09:00:00Z');
  t.like(await run(), { status: 'succeeded' });
  t.deepEqual(await subjects(), ['Late', 'No junk']);
});

test.serial('calls that lead to a sign-in page end the session, although the page opens', async (t) => {
  const { web, run, stored } = await connected(t);
  web.silence = 'sign-in';
  t.like(await run(), { status: 'failed' });
  t.is((await stored()).status, 'needs-reauth');
});

test.serial('if no message can be opened, the mailbox fails and no message is parked for it', async (t) => {
  const { web, outlook, account, run, stored, subjects, clock } = await connected(t);
  for (const day of [18, 19, 20])
    outlook.deliver({ from: client, subject: `Day ${day}`, receivedAt: `2026-11-${day}T08:00:00Z` });
  Object.assign(web, { silence: '{}', silent: /action=GetItem/ });
  t.like(await run('3s'), { status: 'failed' });
  t.is((await stored()).status, 'error');
  t.deepEqual(
    (await SyncItem.find({ accountId: account._id }).lean()).map(({ attempts }) => attempts),
    [0, 0, 0],
  );
  web.silence = undefined;
  clock.advance(3_600_000);
  t.like(await run(), { status: 'succeeded' });
  t.deepEqual(await subjects(), ['Day 18', 'Day 19', 'Day 20']);
});

test.serial('a page whose calls get no answer proves nothing, however they are silent', async (t) => {
  for (const silence of chooseFrom(t, 'silences', ['hang', 'drop', '{}', 'html'] as const, 2)) {
    const { web, outlook, run, stored, subjects } = await connected(t);
    for (const day of [18, 19, 20])
      outlook.deliver({ from: client, receivedAt: `2026-11-${day}T08:00:00Z`, text: `Day ${day}` });
    t.like(await run(), { status: 'succeeded', counts: { stored: 3 } });
    const before = await stored();

    web.silence = silence;
    outlook.deliver({ from: client, receivedAt: '2026-11-23T08:00:00Z', text: 'New' });
    const report = await run('3s');
    t.is(report.status, 'failed', silence);
    const after = await stored();
    t.deepEqual(after.cursors, before.cursors);
    t.deepEqual(after.lastSyncedAt, before.lastSyncedAt);
    t.is(after.status, 'error');
    t.is(await SyncItem.countDocuments({ accountId: after._id }), 0);
    t.is((await subjects()).length, 3);

    web.silence = undefined;
    await Account.updateOne({ _id: after._id }, { $unset: { notBefore: 1 } });
    t.like(await run(), { status: 'succeeded', counts: { stored: 1 } });
  }
});
