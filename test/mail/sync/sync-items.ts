import test from 'ava';
import { beginItem, failItem } from '../../../shared/mail/sync/item-attempts.ts';
import { MailError } from '../../../shared/mail/mail-error.ts';
import type { MessageOrigin } from '../../../shared/mail/store/parsed-message.ts';
import { findDueItems, finishItem, queueItems } from '../../../shared/mail/sync/sync-items.ts';
import type { AccountDoc } from '../../../shared/models/account.ts';
import { SyncItem, type SyncItemDoc } from '../../../shared/models/sync-item.ts';
import { useDatabase } from '../../doubles/database.ts';
import { connectedAccount } from '../../doubles/mail.ts';

useDatabase(test);

const now = new Date('2026-11-23T09:00:00Z');
const failure = new MailError('no', { code: 'refused', reaction: 'retry' });

const list = (account: AccountDoc, origin: MessageOrigin, revision: string) =>
  queueItems(['m'], { account, origin, revision, now });
const due = async (account: AccountDoc) =>
  (await findDueItems(account._id, { origins: ['change', 'import', 'backfill', 'audit'], now, limit: 10 }))[0];

for (const origin of ['change', 'backfill', 'audit', 'import'] as const) {
  test(`work under way does not finish what was asked for again in the meantime: ${origin}`, async (t) => {
    const account = await connectedAccount();
    await list(account, 'import', 'first');
    const underWay = (await due(account)) as SyncItemDoc;
    t.is(await list(account, origin, 'second'), 0, 'it waits once');
    await finishItem(underWay);
    t.like(await due(account), { revision: 'second' });
    await finishItem((await due(account)) as SyncItemDoc);
    t.is(await SyncItem.countDocuments({ accountId: account._id }), 0);
  });
}

test('a failure counts though the item was asked for again in the meantime, unless a change made it new', async (t) => {
  const account = await connectedAccount();
  await list(account, 'import', 'first');
  const underWay = (await due(account)) as SyncItemDoc;
  t.true(await beginItem(underWay, now));
  await list(account, 'backfill', 'second');
  await failItem(underWay, failure, now);
  t.is(await due(account), undefined);
  await list(account, 'backfill', 'third');
  t.is(await due(account), undefined, 'a search makes nothing due that waits for its next try');
  const failed = (await SyncItem.findOne({ accountId: account._id }).lean()) as SyncItemDoc;
  t.like(failed, { attempts: 1, state: 'queued' });
  t.true(await beginItem(failed, now));
  await list(account, 'change', 'fourth');
  await failItem(failed, failure, now);
  t.like(await due(account), { attempts: 0, revision: 'fourth' });
});
