import test from 'ava';
import { applyChanges } from '../../../shared/mail/sync/apply-changes.ts';
import { rememberPassed } from '../../../shared/models/passed-mail.ts';
import { SyncItem } from '../../../shared/models/sync-item.ts';
import { useDatabase } from '../../doubles/database.ts';
import { connectedAccount } from '../../doubles/mail.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

test('a message that left a stream is fetched, stored or not: it may have come back in the same round', async (t) => {
  const account = await connectedAccount();
  const context = testContext();
  const now = context.clock.now();
  await rememberPassed(account._id, 'newsletter', now);
  const page = [
    { kind: 'left', id: 'unknown' },
    { kind: 'left', id: 'newsletter' },
    { kind: 'removed', id: 'gone' },
  ] as const;
  await applyChanges(page, { account, context, revision: 'r', observedAt: now, walk: undefined });
  t.deepEqual(
    (await SyncItem.find({ accountId: account._id }).lean()).map((item) => item.providerMessageId),
    ['unknown'],
  );
});
