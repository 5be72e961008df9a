import test from 'ava';
import fc from 'fast-check';
import { backoffMs, parseRetryAfter } from '../../shared/platform/retry.ts';

const now = new Date('2026-11-23T09:00:00Z');

test('reads seconds and dates, and nothing else', (t) => {
  const cases: [string | null | undefined, number | undefined][] = [
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['1.5', 1500],
    ['Mon, 23 Nov 2026 09:01:00 GMT', 60_000],
    ['Monday, 23-Nov-26 09:01:00 GMT', 60_000],
    ['Mon, 23 Nov 2026 08:00:00 GMT', 0],
    ['-1', undefined],
    ['soon', undefined],
    ['', undefined],
    ['1e3', undefined],
    [null, undefined],
    [undefined, undefined],
    ['2026', 2_026_000],
  ];
  for (const [value, expected] of cases) t.is(parseRetryAfter(value, now), expected, String(value));
});

test('is never negative and never fails', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.string(), (value) => {
        const ms = parseRetryAfter(value, now);
        return ms === undefined || ms >= 0;
      }),
    ),
  );
});

test('backoff doubles up to its cap, with jitter below it', (t) => {
  const backoff = { baseMs: 1000, capMs: 60_000 };
  t.deepEqual(
    [1, 2, 3, 6, 7, 100, 5000].map((attempt) => backoffMs(attempt, backoff, 1)),
    [1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000],
  );
  t.is(backoffMs(3, backoff, 0.25), 1000);
  t.is(backoffMs(0, backoff, 1), 1000);
  fc.assert(
    fc.property(fc.nat({ max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const ms = backoffMs(attempt, backoff, random);
      return ms >= 0 && ms <= 60_000;
    }),
  );
});
