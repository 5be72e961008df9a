import test from 'ava';
import { workInLanes, type LanesOptions, type Turn } from '../../shared/runs/work-in-lanes.ts';

const never = new AbortController().signal;

function lanes(
  options: Partial<Omit<LanesOptions<string>, 'claim'>> & { readonly claim: (turn: Turn) => string | undefined },
): Promise<void> {
  const { claim, ...rest } = options;
  return workInLanes<string>({
    width: 2,
    work: () => new Promise((resolve) => setImmediate(resolve)),
    dueInMs: () => undefined,
    signal: never,
    ...rest,
    claim: (turn) => Promise.resolve(claim(turn)),
  });
}

test('lanes work in parallel until nothing is left', async (t) => {
  const waiting = ['a', 'b', 'c', 'd', 'e'];
  const done: string[] = [];
  let [atWork, most] = [0, 0];
  await lanes({
    claim: (turn) => (turn === 'alone' ? undefined : waiting.shift()),
    async work(unit) {
      most = Math.max(most, (atWork += 1));
      await new Promise((resolve) => setImmediate(resolve));
      atWork -= 1;
      done.push(unit);
    },
  });
  t.deepEqual(done.toSorted(), ['a', 'b', 'c', 'd', 'e']);
  t.is(most, 2);
});

test('without any unit the work ends at once', async (t) => {
  let claims = 0;
  await lanes({ width: 4, claim: () => ((claims += 1), undefined) });
  t.true(claims <= 5, `${claims} claims`);
});

test('a unit that no run survived goes last and alone', async (t) => {
  const [sound, suspects] = [
    ['a', 'b', 'c'],
    ['x', 'y'],
  ];
  const atWork = new Set<string>();
  const done: string[] = [];
  await lanes({
    width: 3,
    claim: (turn) => (turn === 'alone' ? suspects.shift() : sound.shift()),
    async work(unit) {
      atWork.add(unit);
      await new Promise((resolve) => setImmediate(resolve));
      if (['x', 'y'].includes(unit)) t.deepEqual([...atWork], [unit]);
      atWork.delete(unit);
      done.push(unit);
    },
  });
  t.deepEqual(done.slice(3), ['x', 'y']);
});

test('a lane with nothing to do takes what another one puts off, and what becomes due in the meantime', async (t) => {
  const waiting = ['long'];
  const done: string[] = [];
  const long = Promise.withResolvers<void>();
  await lanes({
    claim: (turn) => (turn === 'alone' ? undefined : waiting.shift()),
    async work(unit) {
      if (unit === 'long') {
        setImmediate(() => waiting.push('due'));
        await long.promise;
      }
      done.push(unit);
      if (unit === 'due') long.resolve();
    },
    dueInMs: () => 1,
  });
  t.deepEqual(done, ['due', 'long']);
});

test('a run that is asked to stop begins nothing', async (t) => {
  const stop = new AbortController();
  const done: string[] = [];
  await lanes({
    width: 1,
    claim: () => 'again',
    work: async (unit) => {
      if (done.push(unit) === 3) stop.abort();
    },
    signal: stop.signal,
  });
  t.is(done.length, 3);
});
