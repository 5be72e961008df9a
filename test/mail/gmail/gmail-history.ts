import test from 'ava';
import { readHistory, readLabels } from '../../../shared/mail/gmail/gmail-history.ts';

const message = { id: 'm1', threadId: 't1' };

test('labels say what a message is', (t) => {
  t.deepEqual(readLabels(['INBOX', 'UNREAD']), {
    isRead: false,
    isDraft: false,
    isDeleted: false,
    isSpam: false,
    isChat: false,
    isBulk: false,
  });
  t.like(readLabels(['TRASH']), { isRead: true, isDeleted: true });
  t.like(readLabels(['DRAFT', 'SPAM', 'CHAT']), { isDraft: true, isSpam: true, isChat: true });
  for (const label of ['CATEGORY_PROMOTIONS', 'CATEGORY_SOCIAL', 'CATEGORY_FORUMS']) t.true(readLabels([label]).isBulk);
  t.false(readLabels(['CATEGORY_UPDATES', 'CATEGORY_PERSONAL']).isBulk);
});

test('new mail is looked at', (t) => {
  t.deepEqual(readHistory([{ id: '1', messagesAdded: [{ message: { ...message, labelIds: ['INBOX', 'UNREAD'] } }] }]), [
    { kind: 'message', id: 'm1' },
  ]);
});

test('new mail of a kind that is never stored costs no look', (t) => {
  for (const label of ['DRAFT', 'SPAM', 'TRASH', 'CHAT', 'CATEGORY_PROMOTIONS']) {
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

test('trash and spam hide, and their end is looked at', (t) => {
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

test('a sent draft is looked at', (t) => {
  t.deepEqual(
    readHistory([
      { labelsRemoved: [{ message, labelIds: ['DRAFT'] }] },
      { labelsAdded: [{ message, labelIds: ['SENT'] }] },
    ]),
    [{ kind: 'message', id: 'm1' }],
  );
});

test('archiving and own labels mean nothing', (t) => {
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
