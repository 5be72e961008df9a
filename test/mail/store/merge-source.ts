import test from 'ava';
import { Types } from 'mongoose';
import { mergeSource, type Mergeable, type SourceChange } from '../../../shared/mail/store/merge-source.ts';
import type { MessageSource } from '../../../shared/models/message.ts';

const [first, second] = [new Types.ObjectId(), new Types.ObjectId()];
const at = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 9, minutes));
const now = at(30);

function source(fields: Partial<MessageSource> = {}): MessageSource {
  return {
    accountId: first,
    provider: 'gmail',
    providerMessageId: 'm1',
    isRead: false,
    direction: 'inbound',
    observedAt: at(0),
    deletedAt: null,
    ...fields,
  };
}

function state(fields: Partial<Extract<SourceChange, { kind: 'state' }>>): SourceChange {
  return { kind: 'state', key: { accountId: first, providerMessageId: 'm1' }, observedAt: at(10), ...fields };
}

const other = { accountId: second, providerMessageId: 'm2' };
const one: Mergeable = { sources: [source()], direction: 'inbound', isRead: false, deletedAt: null };
const two: Mergeable = { ...one, sources: [source(), source(other)] };

const cases: readonly (readonly [string, Mergeable, SourceChange, Mergeable])[] = [
  ['read in one mailbox is read', two, state({ isRead: true }), { isRead: true, deletedAt: null }],
  ['hidden in the only mailbox is deleted', one, state({ isHidden: true }), { deletedAt: now }],
  ['hidden in one of two mailboxes is there', two, state({ isHidden: true }), { deletedAt: null, accountId: second }],
  [
    'visible again is there again',
    { ...one, sources: [source({ deletedAt: at(5) })], deletedAt: at(5) },
    state({ isHidden: false }),
    { deletedAt: null },
  ],
  [
    'what staff deleted before its mailbox hid it stays deleted',
    { ...one, sources: [source({ deletedAt: at(5) })], deletedAt: at(4) },
    state({ isHidden: false }),
    { deletedAt: at(4) },
  ],
  ['what staff deleted stays deleted', { ...one, deletedAt: at(4) }, state({ isRead: true }), { deletedAt: at(4) }],
  [
    'an older answer changes nothing',
    { ...one, sources: [source({ observedAt: at(20), isRead: true })], isRead: true },
    state({ isRead: false, isHidden: true }),
    { isRead: true, deletedAt: null },
  ],
  [
    'what a clock that was ahead observed is not believed',
    { ...one, sources: [source({ observedAt: at(50), isRead: true })], isRead: true },
    state({ isRead: false }),
    { isRead: false },
  ],
  ['another message of the mailbox is not meant', one, state({ key: other, isHidden: true }), { deletedAt: null }],
  ['the mailbox was disconnected', two, { kind: 'disconnected', accountId: second }, { deletedAt: null }],
  ['the only mailbox was disconnected', one, { kind: 'disconnected', accountId: first }, { deletedAt: now }],
];

for (const [title, message, change, expected] of cases)
  test(title, (t) => void t.like(mergeSource(message, change, now), expected));

test('a copy in another mailbox is a second source, and what we sent is outbound and read in both', (t) => {
  const conversations = [new Types.ObjectId('0'.repeat(23) + '2'), new Types.ObjectId('0'.repeat(23) + '1')] as const;
  const merged = mergeSource(
    { ...one, conversationIds: [conversations[0]], receivedAt: at(2), sentAt: at(2), bcc: [] },
    {
      kind: 'seen',
      source: source({ ...other, direction: 'outbound' }),
      seen: {
        conversationIds: [conversations[1]],
        receivedAt: at(1),
        sentAt: at(1),
        automatic: false,
        bcc: [{ email: 'b@x.example' }],
      },
    },
    now,
  );
  t.like(merged, {
    direction: 'outbound',
    isRead: true,
    receivedAt: at(1),
    sentAt: at(1),
    bcc: [{ email: 'b@x.example' }],
  });
  t.deepEqual(merged.conversationIds?.map(String), [conversations[1], conversations[0]].map(String));
  t.is(merged.sources?.length, 2);
});

test('a message that the CRM wrote without a source becomes that of the mailbox', (t) => {
  const conversationId = new Types.ObjectId();
  const merged = mergeSource(
    { conversationId, direction: 'outbound', sentAt: at(5) },
    {
      kind: 'seen',
      source: source(),
      seen: { conversationIds: [], receivedAt: at(5), sentAt: at(5), automatic: false, bcc: [] },
    },
    now,
  );
  t.like(merged, { accountId: first, providerMessageId: 'm1', direction: 'outbound', isRead: true, deletedAt: null });
  t.deepEqual(merged.conversationIds, [conversationId]);
});
