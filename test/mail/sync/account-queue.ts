import test from 'ava';
import { Types } from 'mongoose';
import { AccountQueue } from '../../../shared/mail/sync/account-queue.ts';
import { Account, dueAccounts, type AccountDoc } from '../../../shared/models/account.ts';
import { claimNext, endClaim, maxLostAttempts } from '../../../shared/models/claim.ts';
import { DueTime } from '../../../shared/runs/tick.ts';
import { UnitClaims } from '../../../shared/runs/unit-claims.ts';
import { useDatabase } from '../../doubles/database.ts';
import { connectedAccount } from '../../doubles/mail.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

const later = new Date('2100-01-01');
const elsewhere = { runId: 'other-run', host: 'other-host', pid: 7 };

/** `synced`: completely read once. */
async function scene(t: { teardown(undo: () => void): void }, { synced = 0, fresh = 0, lanes = 4 }) {
  const locationId = new Types.ObjectId();
  const made = (count: number, fields: Partial<AccountDoc>) =>
    Promise.all(Array.from({ length: count }, () => connectedAccount({ locationId, ...fields })));
  const accounts = [...(await made(synced, { lastSyncedAt: new Date('2026-11-01') })), ...(await made(fresh, {}))];
  const context = testContext();
  const claims = await UnitClaims.begin(Account, context);
  t.teardown(() => claims.close());
  const quota = { mayImport: true };
  const open = (among: { accountId?: string } = {}) =>
    AccountQueue.open({
      claims,
      context,
      among: { providers: ['gmail'], locationId: String(locationId), ...among },
      due: new DueTime(later, later),
      lanes,
      mayImport: () => quota.mayImport,
    });
  return { accounts, claims, locationId, open, quota };
}

const kindOf = (unit: AccountDoc | undefined) => unit && (unit.lastSyncedAt ? 'synced' : 'import');

test('mailboxes that were read once go first, and first imports have half of the lanes', async (t) => {
  const { claims, open } = await scene(t, { synced: 1, fresh: 5 });
  const queue = await open();
  const taken = await Promise.all(Array.from({ length: 4 }, () => queue.next('with-others')));
  t.deepEqual(
    taken.map((held) => kindOf(held?.unit)),
    ['synced', 'import', 'import', undefined],
  );
  t.is(await queue.countWaiting(), 3);
  await claims.release(taken[1]!);
  queue.done(taken[1]!);
  t.is(kindOf((await queue.next('with-others'))?.unit), 'import', 'its lane is free for another import');
});

test('with one lane an import still has it when nothing else is due', async (t) => {
  const { open } = await scene(t, { fresh: 2, lanes: 1 });
  const queue = await open();
  t.is(kindOf((await queue.next('with-others'))?.unit), 'import');
  t.true(await queue.othersWait());
});

test('two accounts of one address are not read at once, here or elsewhere', async (t) => {
  const { accounts, claims, locationId, open } = await scene(t, { synced: 2 });
  const email = `shared-${locationId}@agency.example`;
  await Account.updateOne({ _id: accounts[0]!._id }, { email });
  const other = await connectedAccount({ email, lastSyncedAt: new Date('2026-11-01') });
  const query = dueAccounts({ providers: ['gmail'], accountId: String(other._id), now: new Date() }, later);
  const claim = await claimNext(Account, query, 'named', elsewhere);

  const queue = await open();
  t.is(String((await queue.next('with-others'))?.unit._id), String(accounts[1]!._id));
  t.is(await queue.next('with-others'), undefined);
  t.true(queue.freeInMs()! <= 10_000);
  const named = await open({ accountId: String(accounts[0]!._id) });
  t.is(await named.next('with-others'), undefined);
  t.is((await named.findReadElsewhere())?.claim.runId, 'other-run');

  await endClaim(Account, claim!);
  const again = await open({ accountId: String(accounts[0]!._id) });
  const held = await again.next('with-others');
  t.is(held?.unit.email, email);
  await claims.release(held!);
});

test('what no run survived is set aside, and read again when it is named', async (t) => {
  const { accounts, open } = await scene(t, { synced: 1 });
  const accountId = String(accounts[0]!._id);
  for (let n = 0; n < maxLostAttempts; n += 1) {
    const query = dueAccounts({ providers: ['gmail'], accountId, now: new Date() }, later);
    await endClaim(Account, (await claimNext(Account, query, 'named', elsewhere))!);
  }
  const queue = await open();
  t.is(await queue.next('alone'), undefined);
  t.deepEqual(
    (await queue.findSetAside()).map(({ _id }) => String(_id)),
    [accountId],
  );
  t.is(String((await (await open({ accountId })).next('with-others'))?.unit._id), accountId);
});

test('a mailbox that a run died on waits for no import, and as an import lets the others go first', async (t) => {
  const { accounts, claims, open } = await scene(t, { synced: 1, fresh: 1 });
  const claimElsewhere = async ({ _id }: AccountDoc) => {
    const query = dueAccounts({ providers: ['gmail'], accountId: String(_id), now: new Date() }, later);
    return (await claimNext(Account, query, 'named', elsewhere))!;
  };
  const queue = await open();
  const left = await claimElsewhere(accounts[0]!);
  const held = (await queue.next('with-others'))!;
  t.is(kindOf(held.unit), 'import');
  t.false(await queue.othersWait());
  await endClaim(Account, left);
  t.true(await queue.othersWait());
  await claims.release(held, 'paused');
  queue.done(held);
  t.is(await queue.next('with-others'), undefined, 'the import is left until the other one is read');
  const first = (await queue.next('alone'))!;
  t.is(kindOf(first.unit), 'synced');
  queue.done(first);

  await endClaim(Account, await claimElsewhere(accounts[1]!));
  const alone = (await queue.next('alone'))!;
  t.is(kindOf(alone.unit), 'import');
  await claims.release(first, 'paused');
  t.false(await queue.othersWait(), 'first a page, since that may end the run again');
  t.true(await queue.othersWait(), 'no other lane reads what is due');
  await claims.release(alone, 'paused');
  queue.done(alone);
  t.is(kindOf((await queue.next('with-others'))?.unit), 'synced');
  t.is(kindOf((await queue.next('with-others'))?.unit), 'import');
});

test('what was left in the middle gives way to a mailbox that a run died on', async (t) => {
  const { claims, open } = await scene(t, { synced: 2 });
  const queue = await open();
  const [paused, died] = [(await queue.next('with-others'))!, (await queue.next('with-others'))!];
  await claims.release(paused, 'paused');
  await endClaim(Account, died.unit);
  t.true(await queue.othersWait());
  t.is(await queue.next('with-others'), undefined);
  t.is(String((await queue.next('alone'))?.unit._id), String(died.unit._id));
});

test('when the quota of the day is nearly spent, imports wait and new mail does not', async (t) => {
  const { open, quota } = await scene(t, { synced: 1, fresh: 1 });
  const queue = await open();
  quota.mayImport = false;
  t.is(kindOf((await queue.next('with-others'))?.unit), 'synced');
  t.is(await queue.next('with-others'), undefined);
  t.true(await queue.othersWait(), 'an import under way stops before its next page');
  t.is(await queue.countWaiting(), 1);
});
