import test from 'ava';
import { parseOutlookDate, parseServiceDate } from '../../../shared/mail/outlook-web/parse-date.ts';

const now = new Date('2026-11-23T09:00:00Z');

const cases: [language: string, timeZone: string, text: string, expected: string | undefined][] = [
  ['en-US', 'UTC', 'Fri 11/20/2026 10:32 AM', '2026-11-20T10:32:00Z'],
  ['en-US', 'UTC', 'Fri 11/20/2026, 12:05 AM', '2026-11-20T00:05:00Z'],
  ['en-US', 'UTC', 'November 20, 2026 at 9:05 PM', '2026-11-20T21:05:00Z'],
  ['en-GB', 'Europe/London', 'Fri 20/11/2026 10:32', '2026-11-20T10:32:00Z'],
  ['en-GB', 'Europe/London', '1/7/2026 10:32', '2026-07-01T09:32:00Z'],
  ['el-GR', 'Asia/Nicosia', 'Παρ 20/11/2026 10:32 π.μ.', '2026-11-20T08:32:00Z'],
  ['el-GR', 'Asia/Nicosia', 'Παρ 20/11/2026 9:05 μ.μ.', '2026-11-20T19:05:00Z'],
  ['el-GR', 'Asia/Nicosia', 'Παρ 20/11/2026 12:32 πμ', '2026-11-19T22:32:00Z'],
  ['el-GR', 'Asia/Nicosia', '20 Νοεμβρίου 2026 10:32', '2026-11-20T08:32:00Z'],
  ['el-GR', 'Asia/Nicosia', 'Δευτέρα 10:32', '2026-11-23T08:32:00Z'],
  ['el-GR', 'Asia/Nicosia', 'Παρασκευή 10:32', '2026-11-20T08:32:00Z'],
  ['de-DE', 'Europe/Berlin', 'Fr 20.11.2026 10:32', '2026-11-20T09:32:00Z'],
  ['ru-RU', 'Europe/Moscow', '20 нояб. 2026 г. 10:32', '2026-11-20T07:32:00Z'],
  ['fr-FR', 'Europe/Paris', 'ven. 20 novembre 2026 10:32', '2026-11-20T09:32:00Z'],
  ['ja-JP', 'Asia/Tokyo', '2026年11月20日 10:32', '2026-11-20T01:32:00Z'],
  ['ja-JP', 'Asia/Tokyo', '11月20日(金) 10:32', '2026-11-20T01:32:00Z'],
  ['zh-CN', 'Asia/Shanghai', '2026/11/20 周五 10:32', '2026-11-20T02:32:00Z'],
  ['ko-KR', 'Asia/Seoul', '2026년 11월 20일 10:32', '2026-11-20T01:32:00Z'],
  ['en-US', 'UTC', '2026-11-20 10:32', '2026-11-20T10:32:00Z'],
  ['en-US', 'UTC', '10:32', '2026-11-23T10:32:00Z'],
  ['en-US', 'UTC', 'Thu 10:32 AM', '2026-11-19T10:32:00Z'],
  ['en-US', 'UTC', '12/24 10:00', '2025-12-24T10:00:00Z'],
  ['en-US', 'UTC', 'Yesterday 9:05 AM', '2026-11-22T09:05:00Z'],
  ['en-US', 'Pacific/Auckland', 'Yesterday at 9:05', '2026-11-21T20:05:00Z'],
  ['en-US', 'UTC', 'Today 9:05', '2026-11-23T09:05:00Z'],
  ['de-DE', 'UTC', 'Gestern um 09:05', '2026-11-22T09:05:00Z'],
  ['el-GR', 'UTC', 'Χθες 9:05 π.μ.', '2026-11-22T09:05:00Z'],
  ['ru-RU', 'UTC', 'Вчера 9:05', '2026-11-22T09:05:00Z'],
  ['fr-FR', 'UTC', 'Aujourd’hui 09:05', '2026-11-23T09:05:00Z'],
  ['ja-JP', 'UTC', '昨日 9:05', '2026-11-22T09:05:00Z'],
  ['th-TH', 'UTC', 'เมื่อวาน 9:05', '2026-11-22T09:05:00Z'],
  ['th-TH', 'UTC', '20/11/2569 10:32', '2026-11-20T10:32:00Z'],
  ['th-TH', 'UTC', 'ศ. 20 พ.ย. 2569 10:32', '2026-11-20T10:32:00Z'],
  ['th-TH', 'UTC', '20 พ.ย. 69 10:32', '2026-11-20T10:32:00Z'],
  ['th-TH', 'UTC', '๒๐/๑๑/๒๕๖๙ ๑๐:๓๒', '2026-11-20T10:32:00Z'],
  ['ar-SA', 'UTC', '٢٠‏/١١‏/٢٠٢٦ ٣:٣٢ م', '2026-11-20T15:32:00Z'],
  ['fa-IR', 'UTC', '۱۴۰۵/۸/۲۹ ۱۰:۳۲', undefined],
  ['zh-TW', 'UTC', '2026/11/20（週五） 下午3:32', '2026-11-20T15:32:00Z'],
  ['ko-KR', 'UTC', '2026-11-20 오후 3:32', '2026-11-20T15:32:00Z'],
  ['en-US', 'UTC', 'Nov 30 10:00', '2025-11-30T10:00:00Z'],
  ['en-US', 'UTC', 'Feb 30 10:00', undefined],
  ['en-US', 'UTC', '2/30/2026 10:00', undefined],
  ['en-US', 'UTC', 'Meet at 10:30', undefined],
  ['en-US', 'UTC', 'Villa in Paphos', undefined],
  ['en-US', 'UTC', '13/32/2026 10:00', undefined],
];

for (const [language, timeZone, text, expected] of cases) {
  test(`${language} ${timeZone}: ${text}`, (t) => {
    t.is(
      parseOutlookDate(text, { language, timeZone, now })?.toISOString(),
      expected && new Date(expected).toISOString(),
    );
  });
}

test('dates written by Intl are read back, in every language and time zone', (t) => {
  for (const language of [
    'en-US',
    'en-GB',
    'el-GR',
    'de-DE',
    'fr-FR',
    'es-ES',
    'it-IT',
    'ru-RU',
    'pl-PL',
    'nl-NL',
    'sv-SE',
  ]) {
    for (const timeZone of ['UTC', 'Asia/Nicosia', 'America/New_York']) {
      for (let month = 0; month < 12; month += 1) {
        const at = new Date(Date.UTC(2026, month, 3 + month * 2, (month * 5) % 24, 7));
        const options = {
          timeZone,
          weekday: 'short',
          year: 'numeric',
          month: 'numeric',
          day: 'numeric',
          hour: 'numeric',
          minute: '2-digit',
        } as const;
        const text = at.toLocaleString(language, options);
        t.is(
          parseOutlookDate(text, { language, timeZone, now: new Date('2027-01-01') })?.toISOString(),
          at.toISOString(),
          `${language} ${timeZone} ${text}`,
        );
        const long = at.toLocaleString(language, { ...options, month: 'long' });
        t.is(
          parseOutlookDate(long, { language, timeZone, now: new Date('2027-01-01') })?.toISOString(),
          at.toISOString(),
          `${language} ${timeZone} ${long}`,
        );
      }
    }
  }
});

test('dates of service answers, with and without an offset', (t) => {
  t.is(parseServiceDate('2026-11-20T10:32:00+02:00', 'UTC')?.toISOString(), '2026-11-20T08:32:00.000Z');
  t.is(parseServiceDate('2026-11-20T10:32:00', 'Asia/Nicosia')?.toISOString(), '2026-11-20T08:32:00.000Z');
  t.is(parseServiceDate('2026-11-20T10:32:00.1234567Z', 'Asia/Nicosia')?.toISOString(), '2026-11-20T10:32:00.123Z');
  t.is(parseServiceDate('2026-11-20T10:32+0200', 'UTC')?.toISOString(), '2026-11-20T08:32:00.000Z');
  for (const none of [
    'soon',
    'room 1',
    '9',
    '0001-01-01T00:00:00',
    '0001-01-01T00:00:00Z',
    '1601-01-01T00:00:00Z',
    '2026-02-30T08:00:00Z',
    '2026-11-31T08:00:00',
    '2026-13-01T08:00:00',
    '2026-11-20T25:61:00',
    '2026-11-20T08:00:00+9999',
    '2026-11-20T08:00:00+99:99',
  ])
    t.is(parseServiceDate(none, 'UTC'), undefined, none);
});
