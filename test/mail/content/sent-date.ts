import test from 'ava';
import { parseDateHeader, sentDate } from '../../../shared/mail/content/sent-date.ts';

const dates: [header: string, time: string | undefined][] = [
  ['Mon, 23 Nov 2026 10:30:00 +0200', '2026-11-23T08:30:00.000Z'],
  ['23 Nov 2026 08:30:00 GMT', '2026-11-23T08:30:00.000Z'],
  ['Mon, 23 Nov 2026 10:30:00 +0200 (EET)', '2026-11-23T08:30:00.000Z'],
  ['Mon, 23 Nov 2026 08:30:00', '2026-11-23T08:30:00.000Z'],
  ['Mon, 23 Nov 26 08:30 +0000', '2026-11-23T08:30:00.000Z'],
  ['Mon Nov 23 08:30:00 2026', '2026-11-23T08:30:00.000Z'],
  ['2026-11-23T08:30:00Z', '2026-11-23T08:30:00.000Z'],
  ['Mon, 23 Nov 2026 08:30:00 XYZ', '2026-11-23T08:30:00.000Z'],
  ['Sat, 30 Feb 2026 08:30:00 +0000', undefined],
  ['Feb 30, 2026 08:30', undefined],
  ['2026-02-30T08:30:00Z', undefined],
  ['Mon, 31 Nov 2026 08:30:00 +0000', undefined],
  ['Sat, 29 Feb 2020 08:30:00 +0000', '2020-02-29T08:30:00.000Z'],
  ['Mon, 23 Nov 2026 08:30:00 +9999', undefined],
  ['Mon, 23 Nov 2026 08:30:00 -1561', undefined],
  ['Mon, 23 Nov 2026 08:30:00 -1201', undefined],
  ['Mon, 23 Nov 2026 08:30:00 +200', undefined],
  ['Mon, 23 Nov 2026 10:30:00 GMT+0200', '2026-11-23T08:30:00.000Z'],
  ['lun., 23 nov. 2026 09:30:00 +0100', '2026-11-23T08:30:00.000Z'],
  ['Mon, 23 Nov 2026 22:30:00 +1400', '2026-11-23T08:30:00.000Z'],
  ['not a date', undefined],
  ['1', undefined],
  ['', undefined],
];
for (const [header, time] of dates) {
  test(`the Date header "${header}" is read`, (t) => {
    t.is(parseDateHeader(header)?.toISOString(), time);
  });
}

test('a date that cannot be true gives way to the receipt', (t) => {
  const received = new Date('2026-11-23T09:00:00Z');
  t.is(sentDate(undefined, received), received);
  t.is(sentDate(new Date('2038-01-19T00:00:00Z'), received), received);
  t.is(sentDate(new Date(0), received), received);
  t.is(sentDate(new Date(Number.NaN), received), received);
  for (const believable of ['2026-11-23T09:05:00Z', '2026-11-01T00:00:00Z'])
    t.is(sentDate(new Date(believable), received).toISOString(), new Date(believable).toISOString());
});
