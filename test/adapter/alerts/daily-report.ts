import test from 'ava';
import { dueReport, reportMessage } from '../../../adapter/alerts/daily-report.ts';

test('a report is due once a day, at its time by the clock of its location', (t) => {
  for (const [now, at, timeZone, lastDay, day] of [
    ['2026-03-01T06:59:59Z', '07:00', 'UTC', undefined, undefined],
    ['2026-03-01T07:00:00Z', '07:00', 'UTC', '2031-01-01', '2026-03-01'],
    ['2026-03-01T07:00:00Z', '07:00', 'UTC', 'no day', '2026-03-01'],
    ['2026-03-01T07:00:00Z', '07:00', 'UTC', undefined, '2026-03-01'],
    ['2026-03-01T07:00:00Z', '07:00', 'UTC', '2026-02-28', '2026-03-01'],
    ['2026-03-01T07:01:00Z', '07:00', 'UTC', '2026-03-01', undefined],
    ['2026-03-01T23:59:00Z', '07:00', 'UTC', '2026-02-20', '2026-03-01'],
    ['2026-03-02T06:00:00Z', '07:00', 'UTC', '2026-03-01', undefined],
    ['2026-03-01T05:00:00Z', '07:00', 'Asia/Nicosia', '2026-02-28', '2026-03-01'],
    ['2026-03-01T04:59:00Z', '07:00', 'Asia/Nicosia', '2026-02-28', undefined],
    ['2026-02-28T21:00:00Z', '07:00', 'Pacific/Auckland', '2026-02-28', '2026-03-01'],
    ['2026-03-01T00:00:00Z', '00:00', 'UTC', '2026-02-28', '2026-03-01'],
    // The clocks go forward: there is no half past two.
    ['2026-03-29T01:05:00Z', '02:30', 'Europe/Berlin', '2026-03-28', '2026-03-29'],
    ['2026-03-01T07:00:00Z', '07:00', 'Moon/Crater', undefined, '2026-03-01'],
    ['2026-03-01T07:00:00Z', '07:00', '', undefined, '2026-03-01'],
  ] as const)
    t.is(dueReport(new Date(now), at, timeZone, lastDay), day, `${now} ${at} ${timeZone} ${lastDay}`);
});

test('a report says what came, changed, is held and waits', (t) => {
  const quiet = {
    location: 'Seaside',
    messages: 1,
    newListings: 0,
    changedListings: 0,
    withdrawnListings: 0,
    events: {},
    held: [],
    waiting: [],
  };
  t.deepEqual(reportMessage(quiet, '2026-03-01'), {
    subject: '[estio-cron] Seaside: the 24 hours before 2026-03-01',
    text:
      'The last 24 hours of Seaside\n\nMail: 1 message received\nListings: 0 new, 0 changed, 0 ' +
      'withdrawn\nEvents: none\n' +
      'Nothing is held or waiting.\n',
  });
  const busy = { ...quiet, events: { 'listing.new': 2 }, held: ['Villas: too many are gone'], waiting: ['3 events'] };
  t.regex(reportMessage(busy, 'x').text, /Held, waiting for you:\n- Villas: too many are gone\nWaits:\n- 3 events\n$/);
});
