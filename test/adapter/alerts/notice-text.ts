import test from 'ava';
import { messageOf } from '../../../adapter/alerts/notice-text.ts';
import { hour } from '../../../shared/platform/clock.ts';

const now = new Date('2026-03-01T10:00:00Z');
const since = new Date(now.getTime() - 2 * hour);
const cause = (title: string) => ({ key: title, title, text: 'What it is.', command: 'node adapter --doctor' });

test('a message says what needs attention, what lasts and what is over, each with what to do', (t) => {
  const { subject, text } = messageOf(
    [
      { kind: 'over', key: 'c', title: 'Old', since },
      { kind: 'new', cause: cause('sync-feeds is late'), since: now },
      { kind: 'still', cause: cause('Mailbox'), since },
    ],
    'host-1',
    now,
  );
  t.is(subject, '[estio-cron host-1] Over: Old (and 2 more)');
  t.is(
    text,
    'Needs you:\n\nsync-feeds is late\nWhat it is.\n-> node adapter --doctor\n\n' +
      'Lasts:\n\nMailbox (for 2 h)\nWhat it is.\n-> node adapter --doctor\n\n' +
      'Over:\n\nOld: over after 2 h.\n',
  );
});

test('a subject is one short line, and many causes are counted', (t) => {
  const many = Array.from({ length: 25 }, (_, at) => ({
    kind: 'new' as const,
    cause: cause(`Box ${at}\r\nBcc: x@y.example ${'z'.repeat(300)}`),
    since: now,
  }));
  const { subject, text } = messageOf(many, 'h', now);
  t.notRegex(subject, /[\r\n]/);
  t.true(subject.length <= 200);
  t.regex(text, /and 5 more: node adapter --doctor/);
});
