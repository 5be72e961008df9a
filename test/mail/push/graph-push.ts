import test from 'ava';
import { graphClientState, readGraphPushes } from '../../../shared/mail/push/graph-push.ts';

const [now, before] = [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')];
const keys = { credentialsKey: now, credentialsKeyPrevious: before };
const [one, two] = ['64b000000000000000000001', '64b000000000000000000002'];
const read = (...value: readonly unknown[]) => readGraphPushes(JSON.stringify({ value }), keys);

test('of the notifications of one account one is left, and the key before the rotation counts too', (t) => {
  const [first, second] = [{ clientState: graphClientState(one, now) }, { clientState: graphClientState(two, before) }];
  t.deepEqual(read(first, { ...first, changeType: 'created' }, second), [
    { accountId: one, isOver: false },
    { accountId: two, isOver: false },
  ]);
  t.true(graphClientState(one, now).length <= 128);
});

for (const [lifecycleEvent, isOver] of [
  ['subscriptionRemoved', true],
  ['reauthorizationRequired', true],
  ['missed', false],
] as const)
  test(`after ${lifecycleEvent} the subscription is ${isOver ? '' : 'not '}over`, (t) => {
    const clientState = graphClientState(one, now);
    t.deepEqual(read({ clientState, lifecycleEvent }, { clientState }), [{ accountId: one, isOver }]);
  });

test('a forged or invalid notification is ignored', (t) => {
  const forged = [
    { clientState: `${one}.${'A'.repeat(43)}` },
    { clientState: graphClientState(one, Buffer.alloc(32, 3).toString('base64')) },
    { clientState: graphClientState(one, now).replace(one, two) },
    { clientState: one },
    { clientState: 7 },
    {},
    null,
    'text',
  ];
  t.deepEqual(read(...forged), []);
  for (const body of ['', 'null', '[]', '{"value":{}}', '<html>']) t.deepEqual(readGraphPushes(body, keys), []);
});
