import test from 'ava';
import { deletedBefore } from '../../shared/models/deletion.ts';
import { trashCutoff } from '../../shared/trash/retention.ts';

const now = new Date('2026-11-23T09:00:00Z');

test('counts days of 24 hours back from now', (t) => {
  t.is(trashCutoff(now, 30).toISOString(), '2026-10-24T09:00:00.000Z');
  t.is(trashCutoff(now, 1).toISOString(), '2026-11-22T09:00:00.000Z');
  t.is(trashCutoff(now, 1.5).toISOString(), '2026-11-21T21:00:00.000Z');
});

test('refuses a retention under one day', (t) => {
  for (const days of [0, 0.99, -1, Number.NaN, Number.NEGATIVE_INFINITY]) {
    t.throws(() => trashCutoff(now, days), {
      name: 'RetentionError',
      code: 'retention-too-short',
      message: /TRASH_RETENTION_DAYS: expected at least 1 day, got .+; nothing was deleted/,
    });
  }
});

test('a record that is exactly as old as the cutoff stays', (t) => {
  t.like(deletedBefore(now), { deletedAt: { $type: 'date', $lt: now } });
});
