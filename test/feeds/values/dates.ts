import test from 'ava';
import fc from 'fast-check';
import { parseDate } from '../../../shared/feeds/values/dates.ts';

const iso = (text: string, options?: Parameters<typeof parseDate>[1]): string | null =>
  parseDate(text, options)?.toISOString() ?? null;

test('dates are read in all the shapes of feeds', (t) => {
  const readings: Readonly<Record<string, string>> = {
    '2023-04-04 11:45:01': '2023-04-04T11:45:01.000Z',
    '2009-01-01-12:30:00': '2009-01-01T12:30:00.000Z',
    '2009-01-01-12:30': '2009-01-01T12:30:00.000Z',
    '2014-10-28': '2014-10-28T00:00:00.000Z',
    '21/11/2024 15:57': '2024-11-21T15:57:00.000Z',
    '28/2/2011 17:30': '2011-02-28T17:30:00.000Z',
    '31.01.2020': '2020-01-31T00:00:00.000Z',
    '21-Jan-2009': '2009-01-21T00:00:00.000Z',
    'Tue, 03 Jun 2025 09:39:21 GMT': '2025-06-03T09:39:21.000Z',
    'March 5, 2024': '2024-03-05T00:00:00.000Z',
    '2026-07-04T00:00:00+03:00': '2026-07-03T21:00:00.000Z',
    '2026-06-23T00:00:00.000Z': '2026-06-23T00:00:00.000Z',
    '2024-11-21T10:00:00+03': '2024-11-21T07:00:00.000Z',
    '20241121T100000Z': '2024-11-21T10:00:00.000Z',
    '20241121T100000-0330': '2024-11-21T13:30:00.000Z',
    '20240101-12:30:00': '2024-01-01T12:30:00.000Z',
    '20240131': '2024-01-31T00:00:00.000Z',
    '20240131123456': '2024-01-31T12:34:56.000Z',
    '1717000000': '2024-05-29T16:26:40.000Z',
    '01-2024': '2024-01-01T00:00:00.000Z',
    '2024-01-01 24:00': '2024-01-02T00:00:00.000Z',
    '21-Nov-24': '2024-11-21T00:00:00.000Z',
    '21-NOV-24 10:15:00': '2024-11-21T10:15:00.000Z',
    '21 de noviembre de 2024': '2024-11-21T00:00:00.000Z',
    'jueves, 21 de noviembre de 2024, 10:15': '2024-11-21T10:15:00.000Z',
    '21st November 2024': '2024-11-21T00:00:00.000Z',
    '21.11.2024 10:15 Uhr': '2024-11-21T10:15:00.000Z',
    '21.11.2024, 10:15': '2024-11-21T10:15:00.000Z',
    '2024-11-21 10:00 CET': '2024-11-21T09:00:00.000Z',
    '2024-07-21 10:00 CEST': '2024-07-21T08:00:00.000Z',
    'Thu, 21 Nov 2024 10:00:00 EET': '2024-11-21T08:00:00.000Z',
    '5/6/24 3:05 pm': '2024-06-05T15:05:00.000Z',
  };
  for (const [text, expected] of Object.entries(readings)) t.is(iso(text), expected, text);
});

test('an invalid date is null', (t) => {
  for (const text of [
    '',
    '0000-00-00',
    '0000-00-00 00:00:00',
    '2023-02-30',
    '31/11/2024',
    '2024-13-01',
    '2024-01-01 25:00',
    'yesterday',
    '12345',
    '21-Foo-24',
    '2024-11-21 10:00 XYZ',
    '31-Nov-24',
    'CET',
  ])
    t.is(iso(text), null, text);
});

test('the order of day and month is the format’s, unless a number settles it', (t) => {
  t.is(iso('05/06/2024', { order: 'dmy' }), '2024-06-05T00:00:00.000Z');
  t.is(iso('05/06/2024', { order: 'mdy' }), '2024-05-06T00:00:00.000Z');
  t.is(iso('05/26/2024', { order: 'dmy' }), '2024-05-26T00:00:00.000Z');
  t.is(iso('26/05/2024', { order: 'mdy' }), '2024-05-26T00:00:00.000Z');
});

test('a date without a zone is in the feed’s zone, summer time included', (t) => {
  t.is(iso('2024-07-01 12:00', { timeZone: 'Europe/Madrid' }), '2024-07-01T10:00:00.000Z');
  t.is(iso('2024-01-01 12:00', { timeZone: 'Europe/Madrid' }), '2024-01-01T11:00:00.000Z');
  t.is(iso('2024-01-01T12:00:00Z', { timeZone: 'Europe/Madrid' }), '2024-01-01T12:00:00.000Z');
  t.is(iso('2024-01-01 12:00', { timeZone: 'Australia/Sydney' }), '2024-01-01T01:00:00.000Z');
});

test('a date in a zone by its name is not in the feed’s', (t) => {
  t.is(iso('2024-11-21 10:00 CET', { timeZone: 'America/New_York' }), '2024-11-21T09:00:00.000Z');
  t.is(iso('21.11.2024 10:15 Uhr', { timeZone: 'Europe/Berlin' }), '2024-11-21T09:15:00.000Z');
});

test('any day written in any shape is read back', (t) => {
  const days = fc.date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(days, (date) => {
      const [year = '', month = '', day = ''] = date.toISOString().slice(0, 10).split('-');
      const expected = `${year}-${month}-${day}T00:00:00.000Z`;
      for (const text of [
        `${year}-${month}-${day}`,
        `${day}/${month}/${year}`,
        `${day}.${month}.${year}`,
        `${year}${month}${day}`,
      ])
        t.is(iso(text), expected, text);
    }),
  );
});
