import test from 'ava';
import { readHostResources, resourceShortage } from '../../shared/platform/host-resources.ts';

const needs = { minFreeMb: 500, maxLoad: 4 };

test('says what is short, memory first', (t) => {
  const cases: [number, number, string | undefined][] = [
    [500, 4, undefined],
    [499, 4, 'low-memory'],
    [500, 4.01, 'high-load'],
    [0, 99, 'low-memory'],
    [100_000, 0, undefined],
  ];
  for (const [availableMb, load, reason] of cases)
    t.is<string | undefined, string | undefined>(resourceShortage({ availableMb, load }, needs)?.reason, reason);
  t.is(
    resourceShortage({ availableMb: 120, load: 0 }, needs)?.detail,
    '120 MB of memory are available, but the job needs 500 MB',
  );
  t.is(
    resourceShortage({ availableMb: 900, load: 5.5 }, needs)?.detail,
    'the 1-minute load is 5.50, the limit is 4.00',
  );
});

test('reads the host', (t) => {
  const host = readHostResources();
  t.true(host.availableMb > 0 && host.load >= 0);
});
