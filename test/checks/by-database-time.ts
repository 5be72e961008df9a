import test from 'ava';
import { byDatabaseTime } from '../../shared/checks/by-database-time.ts';
import { at, testClock, testContext } from '../doubles/run-context.ts';

test("a check uses the database's time, whatever the host's clock says", async (t) => {
  const given = testContext({ clock: testClock('2030-01-01T00:00:00Z'), databaseNow: at('2026-11-23T09:00:00Z') });
  const context = await byDatabaseTime(given);
  t.deepEqual(context.clock.now(), new Date('2026-11-23T09:00:00Z'));
  context.count('seen');
  t.deepEqual(given.report().counts, { seen: 1 }, 'it reports to the same run');
  await t.notThrowsAsync(context.clock.wait(5));
});
