import test from 'ava';
import fc from 'fast-check';
import { decodeAnswer } from '../../../shared/mail/outlook-web/decode-answers.ts';

const item = {
  __type: 'Message:#Exchange',
  ItemId: { Id: 'item-1', ChangeKey: 'x' },
  ParentFolderId: { Id: 'folder-1' },
  ConversationId: { Id: 'conversation-1' },
  Subject: 'Villa',
  From: { Mailbox: { Name: 'Nikos', EmailAddress: 'nikos@buyer.test', RoutingType: 'SMTP' } },
  ToRecipients: [{ Name: 'Agency', EmailAddress: 'office@agency.test' }],
  Body: { BodyType: 'HTML', Value: '<p>Hi</p>' },
  DateTimeReceived: '2026-11-20T08:00:00Z',
  IsRead: false,
};

const expected = {
  id: 'item-1',
  folderId: 'folder-1',
  conversationId: 'conversation-1',
  subject: 'Villa',
  from: { name: 'Nikos', email: 'nikos@buyer.test' },
  to: [{ name: 'Agency', email: 'office@agency.test' }],
  body: { html: true, content: '<p>Hi</p>' },
  receivedAt: '2026-11-20T08:00:00Z',
  isRead: false,
};

test('finds messages by the names of their fields, wherever they stand and however the names are cased', (t) => {
  t.deepEqual(decodeAnswer({ Body: { ResponseMessages: { Items: [{ RootFolder: { Items: [item] } }] } } }).items, [
    expected,
  ]);
  t.deepEqual(decodeAnswer([{ deeply: { nested: [[{ results: [item] }]] } }]).items, [expected]);
  const camel = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(camel)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value).map(([name, inner]) => [(name[0] ?? '').toLowerCase() + name.slice(1), camel(inner)]),
          )
        : value;
  t.deepEqual(decodeAnswer(camel(item)).items, [expected]);
});

test("a colleague's SMTP address is taken from where the answer has it", (t) => {
  const path = '/O=EXCHANGELABS/OU=X/CN=MARIA';
  const from = (mailbox: object) =>
    decodeAnswer({ ...item, From: { Mailbox: { Name: 'Maria', EmailAddress: path, RoutingType: 'EX', ...mailbox } } })
      .items[0]?.from;
  t.deepEqual(from({ SmtpAddress: 'maria@agency.test' }), { name: 'Maria', email: 'maria@agency.test' });
  t.deepEqual(from({ SipUri: 'sip:maria@agency.test' }), { name: 'Maria', email: 'maria@agency.test' });
  t.deepEqual(from({}), { name: 'Maria' });
});

test('conversations, folders, counts, the end of the list, what is not there, and whose mailbox it is', (t) => {
  const answer = decodeAnswer({
    SessionSettings: {
      UserEmailAddress: 'office@agency.test',
      UserProxyAddresses: ['smtp:sales@agency.test', 'X500:/o=x'],
    },
    Folders: [{ FolderId: { Id: 'f1' }, DistinguishedFolderId: 'Inbox', TotalCount: 7 }],
    Body: {
      TotalConversationsInView: 3,
      Conversations: [
        {
          ConversationId: { Id: 'c1' },
          ItemIds: [{ Id: 'i1' }, { Id: 'i2' }],
          LastDeliveryTime: '2026-11-20T08:00:00Z',
          UnreadCount: 1,
        },
      ],
    },
    Root: { IncludesLastItemInRange: true, ResponseCode: 'ErrorItemNotFound' },
  });
  t.like(answer, {
    userEmail: 'office@agency.test',
    aliases: ['sales@agency.test'],
    total: 3,
    isLast: true,
    notFound: true,
    items: [],
    folders: [{ id: 'f1', name: 'inbox', totalCount: 7 }],
    conversations: [{ id: 'c1', itemIds: ['i1', 'i2'], lastDelivery: '2026-11-20T08:00:00Z', unreadCount: 1 }],
  });
});

test('whatever JSON comes, reading it does not fail', (t) => {
  const names = fc.constantFrom(
    'ItemId',
    'Subject',
    'From',
    'Mailbox',
    'Body',
    'ToRecipients',
    'Attachments',
    'ConversationId',
    'ItemIds',
    'FolderId',
    'Id',
    'TotalItemsInView',
    'UserProxyAddresses',
    'x',
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(names, tie('value'), { maxKeys: 6 }),
    ),
  }));
  t.notThrows(() =>
    fc.assert(
      fc.property(value, (json) => decodeAnswer(json).items.every(({ id }) => typeof id === 'string')),
      { numRuns: 500 },
    ),
  );
});
