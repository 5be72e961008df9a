import test from 'ava';
import mongoose from 'mongoose';
import { amountOrZero, isUnreadableAmount, storedAmount } from '../../shared/models/stored-amount.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

const cases = [
  [450_000, 450_000],
  ['450000', 450_000],
  ['450000.50', 450_000.5],
  ['450.000', 450_000],
  ['450,000', 450_000],
  ['1.200.000', 1_200_000],
  ["1'200'000", 1_200_000],
  ['1 200 000', 1_200_000],
  ['1\u00a0200', 1200],
  ['1.200,000', undefined],
  ['450.00', 450],
  ['4500.000', undefined],
  ['1,2 Mio', undefined],
  ['€ 450.000', undefined],
  ['', undefined],
  ['on request', undefined],
  [null, undefined],
  [[450_000], undefined],
] as const;

test('a price is read in the usual notations, if it is unambiguous', (t) => {
  for (const [stored, amount] of cases) t.is(storedAmount(stored), amount, JSON.stringify(stored));
  t.deepEqual(cases.map(([stored]) => stored).filter(isUnreadableAmount), [
    '1.200,000',
    '4500.000',
    '1,2 Mio',
    '€ 450.000',
    'on request',
    [450_000],
  ] as never);
});

test('the database reads amounts as the code does', async (t) => {
  const collection = mongoose.connection.db!.collection('amounts');
  await collection.insertMany(cases.map(([stored], place) => ({ place, stored })));
  const found = await collection
    .aggregate<{ amount: number }>([{ $sort: { place: 1 } }, { $project: { amount: amountOrZero('$stored') } }])
    .toArray();
  t.deepEqual(
    found.map(({ amount }) => amount),
    cases.map(([, amount]) => amount ?? 0),
  );
});
