import test from 'ava';
import fc from 'fast-check';
import { ageInWords, countsInWords, durationInWords, waitInWords } from '../../shared/runs/run-words.ts';

test('counts are reported in words, without zeros and without what only developers ask for', (t) => {
  t.is(countsInWords({ accounts: 2, apiCalls: 40, stored: 12, parked: 3, gone: 0 }), '12 e-mails stored, 3 parked');
  t.is(
    countsInWords({ feeds: 2, items: 1450, new: 1, changed: 0, same: 1449, withdrawn: 2 }),
    '1 new listing, 1,449 unchanged, 2 withdrawn',
  );
  t.is(countsInWords({ followUps: 1, eventsDelivered: 2 }), '1 follow-up due, 2 events delivered');
});

test('a run without results says what it looked at', (t) => {
  t.is(countsInWords({ accounts: 3, stored: 0 }), '3 mailboxes: nothing new');
  t.is(countsInWords({ quotaUnits: 5 }), 'nothing to do');
  t.is(countsInWords({}), 'nothing to do');
});

test('a count without words is reported by its name', (t) => {
  t.is(countsInWords({ invoicesSent: 1200 }), '1,200 invoices sent');
});

test('durations and ages are said in the units that people use', (t) => {
  for (const [ms, words] of [
    [0, '0 ms'],
    [999, '999 ms'],
    [4250, '4.3 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [345_600_000, '4 days'],
  ] as const) {
    t.is(durationInWords(ms), words);
  }
  const now = new Date('2026-03-10T12:00:00Z');
  for (const [then, words] of [
    ['2026-03-10T11:59:58Z', 'just now'],
    ['2026-03-10T11:59:20Z', '40 s ago'],
    ['2026-03-10T11:48:00Z', '12 min ago'],
    ['2026-03-09T12:00:00Z', '24 h ago'],
    ['2026-03-05T12:00:00Z', '5 days ago'],
  ] as const) {
    t.is(ageInWords(new Date(then), now), words);
  }
  t.is(waitInWords(new Date('2026-03-10T12:08:30Z'), now), 'in 8 min');
  t.is(waitInWords(new Date('2026-03-10T11:00:00Z'), now), 'now');
});

test('there are words for any counts and any duration', (t) => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.nat()), fc.nat(), (counts, ms) => {
      t.true(countsInWords(counts).length > 0);
      t.regex(durationInWords(ms), /^\d/);
    }),
  );
});
