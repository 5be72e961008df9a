import test from 'ava';
import {
  findCauses,
  type Facts,
  type FeedFacts,
  type JobFacts,
  type MailboxFacts,
} from '../../../adapter/alerts/cause.ts';
import { hour, minute } from '../../../shared/platform/clock.ts';

const now = new Date('2026-03-01T10:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const job: JobFacts = {
  name: 'sync-feeds',
  periodMs: hour,
  lateSince: undefined,
  lastStatuses: ['succeeded'],
  lastError: undefined,
};
const mailJob = { ...job, name: 'gmail-sync', periodMs: 15 * minute };
const mailbox: MailboxFacts = {
  id: 'm1',
  provider: 'gmail',
  email: 'office@a.example',
  locationId: 'l1',
  job: 'gmail-sync',
  isSignedOut: false,
  lastError: undefined,
  daysLeft: undefined,
  readAt: ago(minute),
};
const feed: FeedFacts = {
  id: 'f1',
  name: 'Villas',
  job: 'sync-feeds',
  lastStatus: 'ok',
  lastError: undefined,
  isHeld: false,
  readAt: ago(minute),
  succeededAt: ago(minute),
};
const facts: Facts = {
  now,
  watchedSince: ago(24 * hour),
  jobs: [job, mailJob],
  mailboxes: [mailbox],
  feeds: [feed],
  deadEvents: 0,
};
const keysOf = (more: Partial<Facts>) => findCauses({ ...facts, ...more }).map(({ key }) => key);

test('nothing is reported when all is well', (t) => {
  t.deepEqual(findCauses(facts), []);
});

test('a job that is late or failed twice in a row needs someone', (t) => {
  for (const [more, keys] of [
    [{ lastStatuses: ['failed', 'failed', 'succeeded'] }, ['job-failed:sync-feeds']],
    [{ lastStatuses: ['failed', 'succeeded', 'failed'] }, []],
    [{ lastStatuses: ['succeeded', 'failed', 'failed'] }, []],
    [{ lastStatuses: ['failed'] }, []],
    [{ lastStatuses: [] }, []],
    [{ lastStatuses: ['partial', 'partial'] }, []],
    [{ lateSince: ago(hour) }, ['job-late:sync-feeds']],
    [{ lateSince: ago(hour), lastStatuses: ['failed', 'failed'] }, ['job-late:sync-feeds', 'job-failed:sync-feeds']],
  ] as const)
    t.deepEqual(keysOf({ jobs: [{ ...job, ...more }, mailJob] }), [...keys], JSON.stringify(more));
});

test('a mailbox that is signed out, whose session ends, or that is not read needs someone', (t) => {
  for (const [more, keys] of [
    [{ isSignedOut: true, daysLeft: 2, readAt: undefined }, ['mailbox-signed-out:m1']],
    [{ daysLeft: 7 }, ['session-ends:m1']],
    [{ daysLeft: 8 }, []],
    [{ readAt: ago(45 * minute) }, []],
    [{ readAt: ago(46 * minute) }, ['mailbox-unread:m1']],
    [{ readAt: undefined }, ['mailbox-unread:m1']],
    [{ daysLeft: 0, readAt: undefined }, ['session-ends:m1', 'mailbox-unread:m1']],
  ] as const)
    t.deepEqual(keysOf({ mailboxes: [{ ...mailbox, ...more }] }), [...keys], JSON.stringify(more));
});

test('a feed that is held, has no mapping, fails or is not read needs someone', (t) => {
  for (const [more, keys] of [
    [{ isHeld: true }, ['feed-held:f1']],
    [{ lastStatus: 'held' }, ['feed-held:f1']],
    [{ lastStatus: 'needs-mapping', succeededAt: undefined }, ['feed-held:f1']],
    [{ lastStatus: 'failed' }, []],
    [{ lastStatus: 'failed', succeededAt: ago(2 * hour + minute) }, ['feed-failed:f1']],
    [{ lastStatus: 'failed', succeededAt: undefined }, ['feed-failed:f1']],
    [{ lastStatus: 'stopped', succeededAt: ago(5 * hour) }, ['feed-failed:f1']],
    [{ lastStatus: 'unchanged', succeededAt: ago(5 * hour) }, []],
    [{ readAt: ago(3 * hour + minute) }, ['feed-unread:f1']],
    [{ readAt: undefined, lastStatus: undefined }, ['feed-unread:f1']],
  ] as const)
    t.deepEqual(keysOf({ feeds: [{ ...feed, ...more }] }), [...keys], JSON.stringify(more));
});

test('mailboxes and feeds are not reported one by one while their job does not run', (t) => {
  const unread = { mailboxes: [{ ...mailbox, readAt: undefined }], feeds: [{ ...feed, readAt: undefined }] };
  const late = { lateSince: ago(hour) };
  t.deepEqual(
    keysOf({
      ...unread,
      jobs: [
        { ...job, ...late },
        { ...mailJob, ...late },
      ],
    }),
    ['job-late:sync-feeds', 'job-late:gmail-sync'],
  );
  t.deepEqual(keysOf({ ...unread, jobs: [] }), []);
  t.deepEqual(keysOf({ ...unread, watchedSince: ago(minute) }), []);
});

test('each says what to do, and events that were given up are counted', (t) => {
  const [dead] = findCauses({ ...facts, deadEvents: 1 });
  t.like(dead, { key: 'events-dead', title: '1 event was given up', command: 'node adapter --replay-event dead' });
  const all = findCauses({
    ...facts,
    jobs: [{ ...job, lastStatuses: ['failed', 'failed'], lastError: 'The disk is full' }],
    mailboxes: [{ ...mailbox, isSignedOut: true }],
    feeds: [{ ...feed, isHeld: true, lastError: 'Too many are gone' }],
    deadEvents: 3,
  });
  t.true(all.every(({ command, text }) => command?.startsWith('node adapter --') && text !== ''));
  t.deepEqual(all.map(({ text }) => text).slice(0, 1), ['The disk is full']);
});
