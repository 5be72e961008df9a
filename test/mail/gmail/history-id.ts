import test from 'ava';
import { newerHistoryId } from '../../../shared/mail/gmail/history-id.ts';

test('history ids are compared as numbers of any length and never go back', (t) => {
  t.is(newerHistoryId('9', '10'), '10');
  t.is(newerHistoryId('18446744073709551615', '18446744073709551614'), '18446744073709551615');
});
