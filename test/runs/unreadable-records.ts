import test from 'ava';
import { nameUnreadable } from '../../shared/runs/unreadable-records.ts';
import { testContext } from '../doubles/run-context.ts';

test('unreadable records are counted, and named with their collection and field', (t) => {
  const context = testContext();
  nameUnreadable(context, 'contacts', 'locationId', []);
  t.deepEqual(context.report().errors, []);
  nameUnreadable(context, 'contacts', 'locationId', ['a', 7]);
  nameUnreadable(
    context,
    'offers',
    '_id',
    Array.from({ length: 12 }, (_, index) => `id-${index}`),
  );
  const { counts, errors, status } = context.report();
  t.deepEqual(counts, { unreadableRecords: 14 });
  t.is(status, 'succeeded');
  t.like(errors, [
    { scope: 'contacts', code: 'unreadable-record' },
    { scope: 'offers', code: 'unreadable-record' },
  ]);
  t.true(errors[0]!.message.startsWith('contacts: locationId cannot be read in a, 7.'));
  t.true(errors[1]!.message.startsWith('offers: _id cannot be read in id-0, id-1,'));
  t.true(errors[1]!.message.includes('id-9 and 2 more.'));
});
