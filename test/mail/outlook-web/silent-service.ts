import test from 'ava';
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
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

/** One browser for the file. */
let provider: OutlookWebProvider;
test.before(() => {
  provider = createOutlookWebProvider(testContext());
});
test.after.always(() => provider.close());

const client = 'nikos@buyer.test';

test.serial(
  'mail is read in the folders that the service tells of, and those that have not changed are left alone',
  async (t) => {
    const locationId = new Types.ObjectId();
    const world = await outlookWebWorld(t, { locationId });
    await Contact.create({ locationId, name: 'Nikos', email: client });
    const run = async () => {
      const context = world.context({
        environment: { MAIL_REQUEST_TIMEOUT: '60s' },
        parameters: { accountId: String(world.account._id) },
      });
      await syncAccounts(context, { providers: [provider], concurrency: 1 });
      return context.report();
    };
    const { outlook } = world;
    outlook.addFolder('Clients', 'inbox');
    outlook.addFolder('Thrown', 'deleteditems');
    outlook.addFolder('Empty');
    for (const folder of ['inbox', 'Clients', 'Thrown', 'junkemail', 'conversationhistory'])
      outlook.deliver({ from: client, folder, subject: folder, receivedAt: '2026-11-20T08:00:00Z' });
    const subjects = async () =>
      (await Message.find({ locationId, deletedAt: null }).lean()).map(({ subject }) => subject).toSorted();
    t.like(await run(), { status: 'succeeded' });
    t.deepEqual(await subjects(), ['Clients', 'inbox']);
    const quiet = await run();
    t.like(quiet, { status: 'succeeded', counts: { pagesOpened: 4 } }, 'the folder list and three standard folders');
    outlook.deliver({ from: client, folder: 'Clients', subject: 'Later', receivedAt: '2026-11-23T08:00:00Z' });
    t.like(await run(), { status: 'succeeded', counts: { stored: 1 } });
    t.deepEqual(await subjects(), ['Clients', 'Later', 'inbox']);
  },
);

test.serial('a page whose calls get no answer proves nothing, however they are silent', async (t) => {
  for (const silence of chooseFrom(t, 'silences', ['hang', 'drop', '{}', 'html'] as const, 2)) {
    const locationId = new Types.ObjectId();
    const world = await outlookWebWorld(t, { locationId });
    await Contact.create({ locationId, name: 'Nikos', email: client });
    const run = async (timeout: string) => {
      const context = world.context({
        environment: { MAIL_REQUEST_TIMEOUT: timeout },
        parameters: { accountId: String(world.account._id) },
      });
      await syncAccounts(context, { providers: [provider], concurrency: 1 });
      return context.report();
    };
    for (const day of [18, 19, 20])
      world.outlook.deliver({ from: client, receivedAt: `2026-11-${day}T08:00:00Z`, text: `Day ${day}` });
    t.like(await run('60s'), { status: 'succeeded', counts: { stored: 3 } });
    const before = await world.stored();

    world.web.silence = silence;
    world.outlook.deliver({ from: client, receivedAt: '2026-11-23T08:00:00Z', text: 'New' });
    const report = await run('3s');
    t.is(report.status, 'failed', silence);
    const after = await world.stored();
    t.deepEqual(after.cursors, before.cursors);
    t.deepEqual(after.lastSyncedAt, before.lastSyncedAt);
    t.is(after.status, 'error');
    t.is(await SyncItem.countDocuments({ accountId: after._id }), 0);
    t.is(await Message.countDocuments({ locationId, deletedAt: null }), 3);

    world.web.silence = undefined;
    await Account.updateOne({ _id: after._id }, { $unset: { notBefore: 1 } });
    t.like(await run('60s'), { status: 'succeeded', counts: { stored: 1 } });
  }
});
