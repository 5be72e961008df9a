import test from 'ava';
import fc from 'fast-check';
import { lateSince, nextRunAfter, type LateQuestion } from '../../shared/runs/schedule.ts';

const at = (time: string) => new Date(time);
const every15: LateQuestion = {
  schedule: '*/15 * * * *',
  lastRun: { startedAt: at('2026-03-10T10:00:01Z'), finishedAt: at('2026-03-10T10:00:09Z') },
  watchedSince: at('2026-03-01T00:00:00Z'),
  now: at('2026-03-10T10:20:00Z'),
  maxRunMs: 32 * 60_000,
  timeZone: 'UTC',
};

test('a job is late once the time after the one that it missed has passed too', (t) => {
  t.is(lateSince(every15), undefined);
  t.is(lateSince({ ...every15, now: at('2026-03-10T10:30:30Z') }), undefined);
  t.deepEqual(lateSince({ ...every15, now: at('2026-03-10T10:31:01Z') }), at('2026-03-10T10:15:00Z'));
});

test('a long run is not late while it is under way, nor right after it', (t) => {
  const underWay = { ...every15, lastRun: { startedAt: at('2026-03-10T10:00:01Z') } };
  t.is(lateSince({ ...underWay, now: at('2026-03-10T10:32:00Z') }), undefined);
  const ended = {
    ...every15,
    lastRun: { startedAt: at('2026-03-10T10:00:01Z'), finishedAt: at('2026-03-10T10:29:00Z') },
  };
  t.is(lateSince({ ...ended, now: at('2026-03-10T10:44:00Z') }), undefined);
});

test('a run that never ended counts from its start once it can no longer be under way', (t) => {
  const killed = { ...every15, lastRun: { startedAt: at('2026-03-10T10:00:01Z') } };
  t.deepEqual(lateSince({ ...killed, now: at('2026-03-10T10:33:00Z') }), at('2026-03-10T10:15:00Z'));
});

test('a job that has never run is measured from when someone began to watch', (t) => {
  const never = { ...every15, schedule: '0 3 * * *', lastRun: undefined, watchedSince: at('2026-03-10T04:00:00Z') };
  t.is(lateSince({ ...never, now: at('2026-03-11T12:00:00Z') }), undefined);
  t.deepEqual(lateSince({ ...never, now: at('2026-03-12T03:02:00Z') }), at('2026-03-11T03:00:00Z'));
});

test('a schedule that does not come again is never late', (t) => {
  const lastDay = { ...every15, schedule: '0 0 31 2 *', now: at('2029-01-01T00:00:00Z') };
  t.is(lateSince(lastDay), undefined);
});

for (const [title, schedule, after, expected] of [
  [
    'the hour left out in spring is fired right after the change',
    '30 2 * * *',
    '2026-03-28T12:00:00Z',
    '2026-03-29T01:00:00.000Z',
  ],
  [
    'the hour that comes twice in autumn is fired once',
    '30 2 * * *',
    '2026-10-25T00:30:00Z',
    '2026-10-26T01:30:00.000Z',
  ],
  ['quarters go on through the change in spring', '*/15 * * * *', '2026-03-29T00:45:00Z', '2026-03-29T01:00:00.000Z'],
  ['quarters go on through both hours in autumn', '*/15 * * * *', '2026-10-25T00:45:00Z', '2026-10-25T01:00:00.000Z'],
] as const) {
  test(`summer time: ${title}`, (t) => {
    t.is(nextRunAfter(schedule, at(after), 'Europe/Berlin')?.toISOString(), expected);
  });
}

test('a nightly job is not late in the night that is an hour longer', (t) => {
  const nightly: LateQuestion = {
    ...every15,
    schedule: '0 3 * * *',
    timeZone: 'Europe/Berlin',
    lastRun: { startedAt: at('2026-10-24T01:00:01Z'), finishedAt: at('2026-10-24T01:01:00Z') },
    now: at('2026-10-25T02:00:30Z'),
  };
  t.is(lateSince(nightly), undefined);
  t.deepEqual(lateSince({ ...nightly, now: at('2026-10-26T02:01:30Z') }), at('2026-10-25T02:00:00Z'));
});

test('a job that starts at each of its times is late at no moment, in any time zone', (t) => {
  const schedules = fc.constantFrom('*/15 * * * *', '0 * * * *', '0 3 * * *', '30 2 * * *', '5 4 * * 1', '0 0 1 * *');
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Nicosia', 'America/New_York', 'Australia/Lord_Howe');
  const moments = fc.date({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z'), noInvalidDate: true });
  fc.assert(
    fc.property(
      schedules,
      zones,
      moments,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (schedule, timeZone, moment, part) => {
        const startedAt = nextRunAfter(schedule, moment, timeZone) as Date;
        const next = nextRunAfter(schedule, startedAt, timeZone) as Date;
        const now = new Date(startedAt.getTime() + part * (next.getTime() - startedAt.getTime()));
        t.is(
          lateSince({
            ...every15,
            schedule,
            timeZone,
            lastRun: { startedAt, finishedAt: new Date(startedAt.getTime() + 1000) },
            now,
          }),
          undefined,
        );
      },
    ),
    { numRuns: 100 },
  );
});

test('an invalid schedule is refused', (t) => {
  for (const wrong of ['', '* * * *', '* * * * * *', '61 * * * *', 'hourly'])
    t.throws(() => nextRunAfter(wrong, at('2026-01-01T00:00:00Z')), undefined, wrong);
});
