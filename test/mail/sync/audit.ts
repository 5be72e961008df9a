import test from 'ava';
import { isAuditDue } from '../../../shared/mail/sync/audit.ts';

const at = (time: string) => new Date(`2026-11-${time}:00Z`);

test('the first run after 03:00 UTC audits, the others of the day do not', (t) => {
  t.true(isAuditDue(undefined, at('23T09:00')));
  t.false(isAuditDue(at('22T09:00'), at('23T02:59')));
  t.true(isAuditDue(at('22T09:00'), at('23T03:00')));
  t.false(isAuditDue(at('23T03:01'), at('23T23:59')));
  t.true(isAuditDue(at('23T03:01'), at('24T03:00')));
});

test('a missed night is made up for at any hour', (t) => {
  t.true(isAuditDue(at('20T03:05'), at('23T01:00')));
});
