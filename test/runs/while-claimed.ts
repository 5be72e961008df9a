import test from 'ava';
import { whileClaimed } from '../../shared/runs/while-claimed.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

test('one does the work at a time, and a failure lets the next one do it', async (t) => {
  let others: boolean[] = [];
  const isDone = await whileClaimed('telling', async () => {
    others = [
      await whileClaimed('telling', () => Promise.resolve(t.fail())),
      await whileClaimed('else', async () => {}),
    ];
  });
  t.deepEqual([isDone, ...others], [true, false, true]);
  await t.throwsAsync(
    whileClaimed('telling', () => Promise.reject(new Error('no mail server'))),
    { message: 'no mail server' },
  );
  t.true(await whileClaimed('telling', async () => {}));
});
