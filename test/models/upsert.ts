import test from 'ava';
import { upsertAtOnce } from '../../shared/models/upsert.ts';

test('an upsert that lost a race is repeated; other failures are thrown', async (t) => {
  const asked: number[] = [];
  const failing = (code: number, times: number) => () => {
    asked.push(code);
    return asked.length <= times ? Promise.reject(Object.assign(new Error('no'), { code })) : Promise.resolve('found');
  };
  t.is(await upsertAtOnce(failing(11_000, 1)), 'found');
  t.is(asked.length, 2);
  asked.length = 0;
  await t.throwsAsync(upsertAtOnce(failing(11_000, 2)), { message: 'no' });
  t.is(asked.length, 2);
  asked.length = 0;
  await t.throwsAsync(upsertAtOnce(failing(13, 1)), { message: 'no' });
  t.is(asked.length, 1);
});
