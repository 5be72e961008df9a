import test from 'ava';
import { newerHistoryId, readHistory, readLabels } from '../../../shared/mail/gmail/gmail-history.ts';

const message = { id: 'm1', threadId: 't1' };

test('labels decide the kind of a message', (t) => {
  t.deepEqual(readLabels(['INBOX', 'UNREAD']), {
    isRead: false,
    isDraft: false,
    isDeleted: false,
    isSpam: false,
    isChat: false,
  });
  t.like(readLabels(['TRASH']), { isRead: true, isDeleted: true });
  t.like(readLabels(['DRAFT', 'SPAM', 'CHAT']), { isDraft: true, isSpam: true, isChat: true });
});

const categories = ['PERSONAL', 'PROMOTIONS', 'SOCIAL', 'FORUMS', 'UPDATES'].map((name) => `CATEGORY_${name}`);

test('the inbox tab in which Gmail shows a message is ignored', (t) => {
  for (const category of categories) {
    t.deepEqual(readLabels(['INBOX', category]), readLabels(['INBOX']));
    t.deepEqual(readHistory([{ messagesAdded: [{ message: { ...message, labelIds: [category, 'INBOX'] } }] }]), [
      { kind: 'message', id: 'm1' },
    ]);
    t.deepEqual(readHistory([{ labelsAdded: [{ message, labelIds: [category] }] }]), []);
    t.deepEqual(readHistory([{ labelsRemoved: [{ message, labelIds: [category] }] }]), []);
  }
});

test('new mail is fetched', (t) => {
  t.deepEqual(readHistory([{ id: '1', messagesAdded: [{ message: { ...message, labelIds: ['INBOX', 'UNREAD'] } }] }]), [
    { kind: 'message', id: 'm1' },
  ]);
});

test('new mail of a kind that is never stored is not fetched', (t) => {
  for (const label of ['DRAFT', 'SPAM', 'TRASH', 'CHAT']) {
    t.like(readHistory([{ messagesAdded: [{ message: { ...message, labelIds: [label] } }] }])[0], {
      kind: 'flags',
      id: 'm1',
    });
  }
});

test('the read state follows from the record alone', (t) => {
  t.deepEqual(
    readHistory([
      { labelsRemoved: [{ message, labelIds: ['UNREAD'] }] },
      { labelsAdded: [{ message, labelIds: ['UNREAD', 'STARRED'] }] },
    ]),
    [
      { kind: 'flags', id: 'm1', flags: { isRead: true } },
      { kind: 'flags', id: 'm1', flags: { isRead: false } },
    ],
  );
});

test('trash and spam hide a message; when it leaves them, it is fetched', (t) => {
  t.deepEqual(readHistory([{ labelsAdded: [{ message, labelIds: ['TRASH'] }] }]), [
    { kind: 'flags', id: 'm1', flags: { isDeleted: true } },
  ]);
  t.deepEqual(readHistory([{ labelsAdded: [{ message, labelIds: ['SPAM'] }] }]), [
    { kind: 'flags', id: 'm1', flags: { isSpam: true } },
  ]);
  t.deepEqual(readHistory([{ labelsRemoved: [{ message, labelIds: ['TRASH', 'UNREAD'] }] }]), [
    { kind: 'message', id: 'm1' },
  ]);
});

test('a sent draft is fetched', (t) => {
  t.deepEqual(
    readHistory([
      { labelsRemoved: [{ message, labelIds: ['DRAFT'] }] },
      { labelsAdded: [{ message, labelIds: ['SENT'] }] },
    ]),
    [
      { kind: 'message', id: 'm1' },
      { kind: 'message', id: 'm1' },
    ],
  );
});

test('scheduled mail is ignored until it is sent', (t) => {
  t.like(readLabels(['SCHEDULED']), { isDraft: true });
  t.deepEqual(readHistory([{ labelsAdded: [{ message, labelIds: ['SENT'] }] }]), [{ kind: 'message', id: 'm1' }]);
  t.deepEqual(readHistory([{ labelsRemoved: [{ message, labelIds: ['SCHEDULED'] }] }]), [
    { kind: 'message', id: 'm1' },
  ]);
});

test('archiving and user labels are ignored', (t) => {
  t.deepEqual(
    readHistory([
      { labelsRemoved: [{ message, labelIds: ['INBOX'] }] },
      { labelsAdded: [{ message, labelIds: ['Label_7', 'IMPORTANT'] }] },
    ]),
    [],
  );
});

test('a deleted message is gone for good', (t) => {
  t.deepEqual(readHistory([{ messagesDeleted: [{ message }] }]), [{ kind: 'removed', id: 'm1' }]);
});

test('a page or a record may be empty', (t) => {
  t.deepEqual(readHistory([]), []);
  t.deepEqual(readHistory([{ id: '5' }, { messagesAdded: [{}] }]), []);
});

test('history ids are compared as numbers of any length and never go back', (t) => {
  t.is(newerHistoryId('9', '10'), '10');
  t.is(newerHistoryId('18446744073709551615', '18446744073709551614'), '18446744073709551615');
});
