import test from 'ava';
import fc from 'fast-check';
import { RequestGate, UnitBucket } from '../../../shared/mail/sync/quota.ts';

test('a fifth of the limit may go at once, the rest evenly', (t) => {
  let now = 0;
  const bucket = new UnitBucket(6000, () => now);
  for (let n = 0; n < 60; n += 1) t.is(bucket.reserve(20), 0);
  t.is(bucket.reserve(20), 250);
  now = 250;
  t.is(bucket.reserve(20), 250);
});

test('no minute sees more units than the limit', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ units: fc.integer({ min: 1, max: 100 }), idleMs: fc.integer({ min: 0, max: 20_000 }) }), {
        minLength: 50,
        maxLength: 300,
      }),
      (requests) => {
        let now = 0;
        const bucket = new UnitBucket(6000, () => now);
        const sent: { at: number; units: number }[] = [];
        for (const { units, idleMs } of requests) {
          now += idleMs % 7 === 0 ? idleMs : 0;
          now += bucket.reserve(units);
          sent.push({ at: now, units });
        }
        for (const { at } of sent) {
          const within = sent.filter((other) => other.at >= at && other.at < at + 60_000);
          if (within.reduce((sum, { units }) => sum + units, 0) > 6000 + 100) return false;
        }
        return true;
      },
    ),
    { seed: 4, numRuns: 50 },
  );
  t.pass();
});

test('so many requests are in flight and not one more; half of them after a complaint', async (t) => {
  const gate = new RequestGate(4);
  let inFlight = 0;
  const peaks: number[] = [];
  const send = () =>
    gate.run(async () => {
      inFlight += 1;
      peaks.push(inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
    });
  await Promise.all(Array.from({ length: 20 }, send));
  t.is(Math.max(...peaks), 4);
  gate.halve();
  t.is(gate.limit, 2);
  peaks.length = 0;
  await Promise.all(Array.from({ length: 20 }, send));
  t.is(Math.max(...peaks), 2);
});

test('a failing request frees its place', async (t) => {
  const gate = new RequestGate(1);
  await t.throwsAsync(gate.run(() => Promise.reject(new Error('no'))));
  t.is(await gate.run(() => Promise.resolve('yes')), 'yes');
});
