import test from 'ava';
import { quotaDay } from '../../../shared/mail/sync/quota-day.ts';

test("Google's days begin at midnight Pacific Time", (t) => {
  t.is(quotaDay(new Date('2026-11-30T07:59:59Z')), '2026-11-29');
  t.is(quotaDay(new Date('2026-11-30T08:00:00Z')), '2026-11-30');
  t.is(quotaDay(new Date('2026-07-01T07:00:00Z')), '2026-07-01');
});
