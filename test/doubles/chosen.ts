/** `npm test` plays a random part of the long suites (SUITE_SEED repeats it), SUITE_LONG=1 all. */

import { randomInt } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { seeded } from './seeded.ts';

export const isLong = process.env['SUITE_LONG'] === '1';

export function choose(t: ExecutionContext, what: string, all: number, ofARun: number): readonly number[] {
  return chooseFrom(
    t,
    what,
    Array.from({ length: all }, (_, index) => index + 1),
    ofARun,
  );
}

export function chooseFrom<T>(t: ExecutionContext, what: string, all: readonly T[], ofARun: number): readonly T[] {
  if (isLong || all.length <= ofARun) return all;
  const seed = Number(process.env['SUITE_SEED'] ?? randomInt(1_000_000));
  const random = seeded(seed);
  const drawn = all.map((one) => ({ one, place: random() })).sort((a, b) => a.place - b.place);
  const chosen = drawn.slice(0, ofARun).map(({ one }) => one);
  t.log(`${what} ${chosen.join(', ')} of ${all.length}; the same again: SUITE_SEED=${seed}`);
  return chosen;
}
