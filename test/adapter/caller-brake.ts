import test from 'ava';
import { callerAddress, createCallerBrake } from '../../adapter/caller-brake.ts';
import { minute, second } from '../../shared/platform/clock.ts';

test('a few wrong tokens cost no delay, more cost a growing one, up to a bound', async (t) => {
  const paused: number[] = [];
  const brake = createCallerBrake({ now: () => new Date(0), wait: async (ms) => void paused.push(ms) });
  for (let i = 0; i < 13; i++) {
    t.true(await brake.enter('a'));
    brake.refused('a');
  }
  t.deepEqual(paused, [250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
});

test('the caller is the peer, or the last address that a proxy on this host names', (t) => {
  const cases: [string | undefined, string | null, string][] = [
    ['203.0.113.7', null, '203.0.113.7'],
    ['203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['::1', 'made up, 198.51.100.1 ', '198.51.100.1'],
    ['::ffff:127.0.0.1', null, '127.0.0.1'],
    ['127.0.0.1', '', '127.0.0.1'],
    ['2a00:1450:1:2:3:4:5:6', null, '2a00:1450:1:2::/64'],
    ['2a00:1450::6', null, '2a00:1450:0:0::/64'],
    ['127.0.0.1', '198.51.100.1:50123', '198.51.100.1'],
    ['127.0.0.1', '[2a00:1450:1:2:3:4:5:6]:50123', '2a00:1450:1:2::/64'],
    ['127.0.0.1', '[2a00:1450:1:2:3:4:5:6]', '2a00:1450:1:2::/64'],
    ['127.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', 'x'.repeat(1000), 'x'.repeat(64)],
    [undefined, null, 'local'],
  ];
  for (const [peer, forwarded, address] of cases) t.is(callerAddress(peer, forwarded), address);
});

/** Its pauses end on command. */
function slowClock() {
  let now = 0;
  const pauses: { ms: number; end: () => void }[] = [];
  return {
    pauses,
    pass: (ms: number) => (now += ms),
    clock: { now: () => new Date(now), wait: (ms: number) => new Promise<void>((end) => pauses.push({ ms, end })) },
  };
}

test("after some wrong tokens a caller's requests wait in line, and other callers do not", async (t) => {
  const { clock, pauses } = slowClock();
  const brake = createCallerBrake(clock);
  for (let i = 0; i < 5; i++) {
    t.true(await brake.enter('a'));
    brake.refused('a');
  }
  t.true(await brake.enter('b'), 'another address');
  const [first, second] = [brake.enter('a'), brake.enter('a')];
  await new Promise((look) => setImmediate(look));
  t.deepEqual(
    pauses.map(({ ms }) => ms),
    [250],
    'the second waits for the first',
  );
  while (pauses.length > 0) {
    pauses.shift()!.end();
    await new Promise((look) => setImmediate(look));
  }
  t.deepEqual(await Promise.all([first, second]), [true, true]);
});

test('too many waiting requests are refused; a right token or time ends the delay', async (t) => {
  const { clock, pass } = slowClock();
  const brake = createCallerBrake(clock);
  for (let i = 0; i < 8; i++) brake.refused('a');
  const waiting = Array.from({ length: 20 }, () => brake.enter('a'));
  t.is(waiting.length, 20);
  t.false(await brake.enter('a'));
  brake.accepted('a');
  t.true(await brake.enter('a'));
  for (let i = 0; i < 8; i++) brake.refused('b');
  pass(10 * minute + second);
  t.true(await brake.enter('b'));
});
