import test from 'ava';
import { foldChanges } from '../../../shared/mail/sync/fold-changes.ts';
import type { FetchedMessage, MailChange } from '../../../shared/mail/mail-provider.ts';

const content = { providerMessageId: 'a' } as FetchedMessage;

test('each message has one change, in the order of the first mention', (t) => {
  const page: MailChange[] = [
    { kind: 'message', id: 'a' },
    { kind: 'message', id: 'b' },
    { kind: 'removed', id: 'a' },
  ];
  t.deepEqual(foldChanges(page), [
    { kind: 'removed', id: 'a' },
    { kind: 'message', id: 'b' },
  ]);
});

test('flags are merged, the last of each counts', (t) => {
  const page: MailChange[] = [
    { kind: 'flags', id: 'a', flags: { isRead: true } },
    { kind: 'flags', id: 'a', flags: { isDeleted: true } },
    { kind: 'flags', id: 'a', flags: { isRead: false } },
  ];
  t.deepEqual(foldChanges(page), [{ kind: 'flags', id: 'a', flags: { isRead: false, isDeleted: true } }]);
});

test('flags after a fetch say nothing new', (t) => {
  t.deepEqual(
    foldChanges([
      { kind: 'message', id: 'a' },
      { kind: 'flags', id: 'a', flags: { isRead: true } },
    ]),
    [{ kind: 'message', id: 'a' }],
  );
});

test('content that came before a change of flags is not believed', (t) => {
  t.deepEqual(
    foldChanges([
      { kind: 'message', id: 'a', message: content },
      { kind: 'flags', id: 'a', flags: { isRead: true } },
    ]),
    [{ kind: 'message', id: 'a' }],
  );
});

test('of repeated content the last counts', (t) => {
  const newer = { providerMessageId: 'a', folder: 'x' } as FetchedMessage;
  t.deepEqual(
    foldChanges([
      { kind: 'message', id: 'a', message: content },
      { kind: 'message', id: 'a', message: newer },
    ]),
    [{ kind: 'message', id: 'a', message: newer }],
  );
});

test('a removed message may return, a returned one may leave', (t) => {
  t.deepEqual(
    foldChanges([
      { kind: 'removed', id: 'a' },
      { kind: 'message', id: 'a' },
    ]),
    [{ kind: 'message', id: 'a' }],
  );
  t.deepEqual(
    foldChanges([
      { kind: 'message', id: 'a' },
      { kind: 'left', id: 'a' },
    ]),
    [{ kind: 'left', id: 'a' }],
  );
  t.deepEqual(
    foldChanges([
      { kind: 'removed', id: 'a' },
      { kind: 'flags', id: 'a', flags: { isRead: true } },
    ]),
    [{ kind: 'removed', id: 'a' }],
  );
});
