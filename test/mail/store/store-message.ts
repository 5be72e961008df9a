import test from 'ava';
import { Types } from 'mongoose';
import { disconnectMailbox } from '../../../shared/mail/accounts/disconnect-mailbox.ts';
import { applyFlags, storeMessage } from '../../../shared/mail/store/store-message.ts';
import type { ParsedMessage } from '../../../shared/mail/store/parsed-message.ts';
import { Account } from '../../../shared/models/account.ts';
import { Contact } from '../../../shared/models/contact.ts';
import { Conversation } from '../../../shared/models/conversation.ts';
import { Event } from '../../../shared/models/event.ts';
import { answersSince, Message } from '../../../shared/models/message.ts';
import { useDatabase } from '../../doubles/database.ts';
import { connectedAccount, knownContact, parsedMessage, storeContext, unread } from '../../doubles/mail.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

const run = testContext();
const context = storeContext(run);
const read = { ...unread, isRead: true };

async function agency(contactEmail = 'anna@buyers.example') {
  const account = await connectedAccount();
  const contact = await knownContact(account.locationId, contactEmail);
  const from = (fields: Partial<ParsedMessage> = {}) =>
    parsedMessage({ from: [{ email: contactEmail }], to: [{ email: account.email }], ...fields });
  const conversation = (contactId = contact._id) =>
    Conversation.findOne({ locationId: account.locationId, contactId }).lean();
  const messages = () => Message.find({ locationId: account.locationId }).sort({ sentAt: 1 }).lean();
  const events = () => Event.find({ locationId: account.locationId }).lean();
  return { account, contact, from, conversation, messages, events };
}

test('mail of a contact makes a conversation, moves its activity and is announced once', async (t) => {
  const { account, contact, from, conversation, messages, events } = await agency();
  const message = from({ snippet: 'I like the villa' });
  t.is(await storeMessage(account, message, context), 'stored');
  t.is(await storeMessage(account, message, context), 'updated');
  const [stored] = await messages();
  const found = await conversation();
  t.like(found, {
    unreadCount: 1,
    lastMessageBody: 'I like the villa',
    lastMessageType: 'email',
    lastMessageAt: message.sentAt,
  });
  t.deepEqual(stored?.conversationIds, [found?._id as Types.ObjectId]);
  t.is(stored?.direction, 'inbound');
  t.deepEqual((await Contact.findById(contact._id).lean())?.lastActivityAt, message.sentAt);
  const announced = await events();
  t.is(announced.length, 1);
  t.deepEqual(announced[0]?.payload, {
    messageId: String(stored?._id),
    conversationId: String(found?._id),
    contactId: String(contact._id),
  });
});

test('storing again changes no date and no row', async (t) => {
  const { account, from, conversation, messages } = await agency();
  const message = from();
  await storeMessage(account, message, context);
  const before = { messages: await messages(), conversation: await conversation() };
  run.clock.advance(1000);
  await storeMessage(account, message, { ...context, observedAt: new Date('2026-11-23T09:00:00Z') });
  t.deepEqual(await messages(), before.messages);
  t.deepEqual({ ...(await conversation()), changes: 0 }, { ...before.conversation, changes: 0 });
});

test('mail of strangers and mail among ourselves leaves nothing behind', async (t) => {
  const { account, messages } = await agency();
  t.is(await storeMessage(account, parsedMessage({ to: [{ email: account.email }] }), context), 'unmatched');
  const internal = parsedMessage({ from: [{ email: 'boss@agency.test' }], to: [{ email: account.email }] });
  const own = storeContext(testContext({ environment: { MAIL_OWN_DOMAINS: 'agency.test' } }));
  t.is(await storeMessage(account, internal, own), 'ignored');
  for (const flags of [
    { ...unread, isDraft: true },
    { ...unread, isSpam: true },
    { ...unread, isChat: true },
    { ...unread, isDeleted: true },
  ]) {
    t.is(
      await storeMessage(account, parsedMessage({ from: [{ email: 'anna@buyers.example' }], flags }), context),
      'ignored',
    );
  }
  t.deepEqual(await messages(), []);
  t.is(await Conversation.countDocuments({ locationId: account.locationId }), 0);
});

test('contacts of another location and contacts in the trash are not matched', async (t) => {
  const { account, from } = await agency();
  await knownContact(new Types.ObjectId(), 'other@buyers.example');
  await knownContact(account.locationId, 'gone@buyers.example', { deletedAt: new Date() });
  t.is(await storeMessage(account, from({ from: [{ email: 'other@buyers.example' }] }), context), 'unmatched');
  t.is(await storeMessage(account, from({ from: [{ email: 'gone@buyers.example' }] }), context), 'unmatched');
});

test('a message with several contacts is stored once and appears in each conversation', async (t) => {
  const { account, contact, from, conversation, messages, events } = await agency();
  const partner = await knownContact(account.locationId, 'ben@buyers.example');
  await storeMessage(account, from({ cc: [{ email: 'ben@buyers.example' }], snippet: 'us two' }), context);
  const [message, ...more] = await messages();
  t.is(more.length, 0);
  t.is(message?.conversationIds.length, 2);
  t.deepEqual(message?.conversationId, (await conversation(contact._id))?._id);
  for (const id of [contact._id, partner._id])
    t.like(await conversation(id), { unreadCount: 1, lastMessageBody: 'us two' });
  t.is((await events()).length, 1);
});

test('the same mail in two mailboxes of a location is one message with two sources', async (t) => {
  const { account, from, conversation, messages, events } = await agency();
  const second = await connectedAccount({ locationId: account.locationId, provider: 'outlook' });
  const message = from();
  await storeMessage(account, message, context);
  await storeMessage(second, { ...message, providerMessageId: 'other-id', flags: read }, context);
  const [stored, ...more] = await messages();
  t.is(more.length, 0);
  t.is(stored?.sources.length, 2);
  t.true(stored?.isRead, 'one of the colleagues has read it');
  t.is((await conversation())?.unreadCount, 0);
  t.is((await events()).length, 1);

  await applyFlags(account, message.providerMessageId, { isDeleted: true }, context);
  t.falsy((await messages())[0]?.deletedAt, 'the other mailbox still has it');
  t.is((await messages())[0]?.providerMessageId, 'other-id');
  await applyFlags(second, 'other-id', { isDeleted: true }, context);
  t.truthy((await messages())[0]?.deletedAt);
  t.is((await conversation())?.lastMessageAt, undefined);
  await storeMessage(account, message, context);
  t.falsy((await messages())[0]?.deletedAt, 'taken out of the trash');
  t.is((await conversation())?.unreadCount, 1);
});

test('disconnecting a mailbox keeps what another one has, and connecting again brings the rest back', async (t) => {
  const { account, from, conversation, messages } = await agency();
  const second = await connectedAccount({ locationId: account.locationId });
  const [shared, alone] = [
    from({ snippet: 'shared', sentAt: new Date('2026-11-20T08:00:00Z') }),
    from({ snippet: 'alone' }),
  ];
  await storeMessage(account, shared, context);
  await storeMessage(second, { ...shared, providerMessageId: 'x' }, context);
  await storeMessage(account, alone, context);
  await disconnectMailbox(account, context.clock);
  await disconnectMailbox(account, context.clock);
  t.deepEqual(
    (await messages()).map((message) => [message.snippet, Boolean(message.deletedAt)]),
    [
      ['shared', false],
      ['alone', true],
    ],
  );
  t.like(await conversation(), { lastMessageBody: 'shared', unreadCount: 1 });
  t.like(await Account.findById(account._id).lean(), { enabled: false, cursors: {} });
  await storeMessage(account, alone, { ...context, observedAt: new Date(run.clock.now().getTime() + 1) });
  t.is((await conversation())?.unreadCount, 1, 'work that was under way shows nothing');
  await Account.updateOne({ _id: account._id }, { enabled: true });
  run.clock.advance(2);
  await storeMessage(account, alone, context);
  t.like(await conversation(), { lastMessageBody: 'alone', unreadCount: 2 });
});

test('messages without a Message-ID are kept apart; a repeated Message-ID loses nothing', async (t) => {
  const { account, from, messages } = await agency();
  const same = { messageIdHeader: 'always-the-same@scanner.example' };
  const first = from({ ...same, sentAt: new Date('2026-11-20T08:00:00Z') });
  const second = from({ ...same, sentAt: new Date('2026-11-21T08:00:00Z') });
  for (const message of [first, second, first, second]) await storeMessage(account, message, context);
  t.is((await messages()).length, 2);
});

test('enquiries that a form numbers and dates badly are each stored, in both mailboxes', async (t) => {
  const { account, from, messages } = await agency();
  const second = await connectedAccount({ locationId: account.locationId });
  for (const declaredAt of [new Date('2026-11-23T08:00:00Z'), undefined]) {
    const form = { messageIdHeader: `constant@form.example ${String(declaredAt)}`, subject: 'New enquiry' };
    const enquiries = [0, 20, 41, 41].map((seconds, n) => {
      const sentAt = new Date(Date.UTC(2026, 10, 23, 8, 0, seconds));
      return {
        ...from({ ...form, text: `I am number ${n}`, sentAt }),
        declaredAt: declaredAt && sentAt,
      } as ParsedMessage;
    });
    for (const mail of enquiries) t.is(await storeMessage(account, mail, context), 'stored');
    for (const mail of enquiries.toReversed())
      t.is(
        await storeMessage(second, { ...mail, providerMessageId: `2-${mail.providerMessageId}` }, context),
        'updated',
      );
    const stored = (await messages()).filter(({ messageIdHeader }) => messageIdHeader.startsWith(form.messageIdHeader));
    t.deepEqual(
      stored.map(({ text, sources }) => [text, sources.length]).sort(),
      enquiries.map(({ text }) => [text, 2]),
    );
  }
});

test('a mail that we sent and that came back to the mailbox is one message, also under another id', async (t) => {
  const { account, from, messages } = await agency();
  const sent = parsedMessage({
    from: [{ email: account.email }],
    to: [{ email: 'anna@buyers.example' }],
    cc: [{ email: account.email }],
  });
  await storeMessage(account, sent, context);
  await storeMessage(
    account,
    {
      ...sent,
      providerMessageId: 'came back',
      subject: `[EXTERNAL] ${sent.subject}`,
      text: `${sent.text} and a footer`,
    },
    context,
  );
  const moved = from();
  await storeMessage(account, moved, context);
  await storeMessage(account, { ...moved, providerMessageId: 'moved' }, context);
  t.deepEqual(
    (await messages()).map(({ sources }) => sources.length),
    [2, 2],
  );
});

test('what the CRM wrote into a conversation is counted, shown, and taken for the mail that it is', async (t) => {
  const { account, from, conversation, messages } = await agency();
  const mail = from({ sentAt: new Date('2026-11-23T08:00:00Z') });
  await storeMessage(account, mail, context);
  const _id = (await conversation())?._id as Types.ObjectId;
  const foreign = (fields: object) =>
    Message.collection.insertOne({ locationId: account.locationId, conversationId: _id, ...fields } as never);
  const chatAt = new Date('2026-11-23T08:10:00Z');
  await foreign({
    messageIdHeader: `chat ${String(_id)}`,
    provider: 'whatsapp',
    direction: 'inbound',
    text: 'hello',
    sentAt: chatAt,
    isRead: false,
  });
  await applyFlags(account, mail.providerMessageId, { isRead: true }, context);
  const chat = { unreadCount: 1, lastMessageAt: chatAt, lastMessageBody: 'hello', lastMessageType: 'whatsapp' };
  t.like(await conversation(), chat);
  await Conversation.updateOne({ _id }, { lastMessageBody: 'Hello! (as the CRM says it)' });
  await applyFlags(account, mail.providerMessageId, { isRead: false }, context);
  t.like(await conversation(), { ...chat, unreadCount: 2, lastMessageBody: 'Hello! (as the CRM says it)' });

  for (const [n, more] of [{}, { sources: [] }, { from: 'agent', subject: 'Offer' }].entries()) {
    const sent = parsedMessage({
      from: [{ email: account.email }],
      to: [{ email: 'anna@buyers.example' }],
      subject: 'Offer',
      sentAt: new Date(`2026-11-23T08:0${n}:30Z`),
    });
    await foreign({
      messageIdHeader: sent.messageIdHeader,
      direction: 'outbound',
      text: 'by the CRM',
      sentAt: sent.sentAt,
      isRead: true,
      ...more,
    });
    t.is(await storeMessage(account, sent, context), 'updated');
    t.like(
      (await messages()).find(({ messageIdHeader }) => messageIdHeader === sent.messageIdHeader),
      { text: 'by the CRM', conversationIds: [_id], sources: { length: 1 }, deletedAt: null },
    );
  }
  await storeMessage(account, from({ sentAt: new Date('2026-11-23T08:20:00Z'), snippet: 'and a mail' }), context);
  t.like(await conversation(), { unreadCount: 3, lastMessageBody: 'and a mail', lastMessageType: 'email' });
});

test("a Message-ID that someone else uses, too, covers no one's mail", async (t) => {
  const { account, contact, from, conversation, messages } = await agency();
  const other = await knownContact(account.locationId, 'ben@buyers.example');
  const second = await connectedAccount({ locationId: account.locationId });
  for (const declaredAt of [new Date('2026-11-20T08:00:00Z'), undefined]) {
    const same = { messageIdHeader: `known-${String(declaredAt)}@mail.example`, declaredAt } as Partial<ParsedMessage>;
    const anna = from({ ...same, subject: 'Offer', snippet: 'from Anna' });
    const ben = from({ ...same, subject: 'Offer', from: [{ email: 'ben@buyers.example' }], snippet: 'from Ben' });
    const again = from({ ...same, subject: 'Scan 2', snippet: 'again from Anna' });
    const tagged = (mail: ParsedMessage) => (mail === again ? mail.subject : `[EXTERNAL] ${mail.subject}`);
    const before = (await messages()).length;
    for (const mail of [ben, anna, again, anna]) await storeMessage(account, mail, context);
    for (const mail of [anna, again, ben])
      await storeMessage(
        second,
        { ...mail, providerMessageId: `2-${mail.providerMessageId}`, subject: tagged(mail) },
        context,
      );
    t.deepEqual(
      (await messages())
        .slice(before)
        .map(({ snippet, sources }) => [snippet, sources.length])
        .sort(),
      [
        ['again from Anna', 2],
        ['from Anna', 2],
        ['from Ben', 2],
      ],
    );
  }
  t.is((await conversation(other._id))?.unreadCount, 2);
  t.is((await conversation(contact._id))?.unreadCount, 4);
});

test('a copy in which our alias is resolved is the same message', async (t) => {
  const { account, messages } = await agency();
  const second = await connectedAccount({ locationId: account.locationId, aliases: ['sales@agency.example'] });
  const sent = parsedMessage({ from: [{ email: 'sales@agency.example' }], to: [{ email: 'anna@buyers.example' }] });
  await storeMessage(second, sent, context);
  await storeMessage(account, { ...sent, providerMessageId: 'resolved', from: [{ email: second.email }] }, context);
  t.deepEqual(
    (await messages()).map(({ sources }) => sources.length),
    [2],
  );
});

test('an older answer that arrives later does not overwrite a newer one', async (t) => {
  const { account, from, messages } = await agency();
  const message = from();
  await storeMessage(
    account,
    { ...message, flags: read },
    { ...context, observedAt: new Date('2026-11-23T09:00:10Z') },
  );
  await storeMessage(account, message, { ...context, observedAt: new Date('2026-11-23T09:00:05Z') });
  await applyFlags(
    account,
    message.providerMessageId,
    { isDeleted: true },
    { ...context, observedAt: new Date('2026-11-23T09:00:06Z') },
  );
  t.like((await messages())[0], { isRead: true, deletedAt: null });
  await applyFlags(
    account,
    message.providerMessageId,
    { isRead: false },
    { ...context, observedAt: new Date('2026-11-23T10:00:00Z') },
  );
  await applyFlags(
    account,
    message.providerMessageId,
    { isRead: true },
    { ...context, observedAt: new Date('2026-11-23T09:00:20Z') },
  );
  t.true((await messages())[0]?.isRead, 'an answer from the future was seen by a clock that was wrong');
});

test('what staff deleted stays deleted while the mailbox keeps it', async (t) => {
  const { account, from, messages } = await agency();
  const message = from();
  await storeMessage(account, message, context);
  const deletedAt = new Date('2026-11-22T00:00:00Z');
  await Message.updateOne({ locationId: account.locationId }, { deletedAt });
  await storeMessage(account, { ...message, flags: read }, context);
  t.deepEqual((await messages())[0]?.deletedAt, deletedAt);
  await disconnectMailbox(account, context.clock);
  await Account.updateOne({ _id: account._id }, { enabled: true });
  run.clock.advance(1);
  await storeMessage(account, message, context);
  t.deepEqual((await messages())[0]?.deletedAt, deletedAt, 'and when the mailbox is connected again');
});

test('a conversation in the trash returns with news, not with the past', async (t) => {
  const { account, from, conversation } = await agency();
  await storeMessage(account, from(), context);
  await Conversation.updateOne({ locationId: account.locationId }, { deletedAt: new Date('2026-11-23T08:00:00Z') });
  await storeMessage(account, from({ sentAt: new Date('2026-11-01T08:00:00Z') }), { ...context, origin: 'import' });
  t.truthy((await conversation())?.deletedAt);
  await storeMessage(account, from({ sentAt: new Date('2026-11-23T07:59:00Z') }), context);
  t.falsy((await conversation())?.deletedAt);
});

test('old mail of imports and back-fills is not announced, nor when it changes later', async (t) => {
  const { account, from, events } = await agency();
  const old = from({ sentAt: new Date('2026-11-10T08:00:00Z') });
  await storeMessage(account, old, { ...context, origin: 'import' });
  await storeMessage(account, { ...old, flags: read }, context);
  t.is((await events()).length, 0);
  await storeMessage(account, from({ sentAt: new Date('2026-11-23T01:00:00Z') }), { ...context, origin: 'backfill' });
  await storeMessage(account, from({ sentAt: new Date('2026-11-10T08:00:00Z') }), context);
  await storeMessage(
    account,
    from({ from: [{ email: account.email }], to: [{ email: 'anna@buyers.example' }] }),
    context,
  );
  t.is((await events()).length, 2);
  const newsSince = new Date('2026-11-20T00:00:00Z');
  await storeMessage(account, from({ sentAt: new Date('2026-11-19T23:00:00Z') }), { ...context, newsSince });
  await storeMessage(account, from({ sentAt: new Date('2026-11-19T23:00:00Z'), receivedAt: newsSince }), {
    ...context,
    newsSince,
  });
  t.is((await events()).length, 3);
});

test('a contact made later, and a back-fill, yield what a sync would have', async (t) => {
  const inOrder = await agency('carl@buyers.example');
  await knownContact(inOrder.account.locationId, 'late@buyers.example');
  const later = await agency('carl@buyers.example');
  const mails = [0, 1, 2].map((index) =>
    parsedMessage({
      from: [{ email: 'late@buyers.example' }],
      cc: index === 1 ? [{ email: 'carl@buyers.example' }] : [],
      sentAt: new Date(Date.UTC(2026, 10, 20, index)),
    }),
  );
  for (const mail of mails) await storeMessage(inOrder.account, mail, context);
  for (const mail of mails) await storeMessage(later.account, mail, context);
  await knownContact(later.account.locationId, 'late@buyers.example');
  for (const mail of mails.toReversed()) await storeMessage(later.account, mail, { ...context, origin: 'backfill' });
  const state = async ({ account, messages }: typeof later) => {
    const conversations = await Conversation.find({ locationId: account.locationId }).lean();
    const contacts = await Contact.find({ locationId: account.locationId }).lean();
    const name = (id: unknown) =>
      contacts.find(
        (contact) =>
          String(contact._id) === String(conversations.find((each) => String(each._id) === String(id))?.contactId),
      )?.email;
    return {
      messages: (await messages()).map((message) => ({
        id: message.messageIdHeader,
        first: name(message.conversationId),
        all: message.conversationIds.map(name).sort(),
      })),
      conversations: conversations
        .map(({ _id, unreadCount, lastMessageAt, lastMessageBody }) => ({
          who: name(_id),
          unreadCount,
          lastMessageAt,
          lastMessageBody,
        }))
        .sort((a, b) => String(a.who).localeCompare(String(b.who))),
      activity: contacts.map(({ email, lastActivityAt }) => [email, lastActivityAt?.getTime()]).sort(),
    };
  };
  t.deepEqual(await state(later), await state(inOrder));
});

test('contacts are made as the policy says, once', async (t) => {
  const { account } = await agency();
  const off = context;
  const twoWay = storeContext(testContext({ environment: { MAIL_CREATE_CONTACTS: 'two-way' } }));
  const all = storeContext(testContext({ environment: { MAIL_CREATE_CONTACTS: 'all' } }));
  const outbound = parsedMessage({
    from: [{ email: account.email }],
    to: [{ name: 'Papadopoulou, Eleni', email: 'eleni@lead.example' }],
    cc: [{ email: 'list@lead.example' }],
  });
  const inbound = parsedMessage({
    from: [{ name: 'Otto Neu', email: 'otto+web@lead.example' }],
    to: [{ email: account.email }],
  });
  t.is(await storeMessage(account, outbound, off), 'unmatched');
  t.is(await storeMessage(account, inbound, twoWay), 'unmatched');
  const made: string[] = [];
  const hook = { creatingContact: async (id: Types.ObjectId) => void made.push(String(id)) };
  t.deepEqual(
    await Promise.all([1, 2, 3].map(() => storeMessage(account, outbound, { ...twoWay, ...hook }))).then((outcomes) =>
      outcomes.sort(),
    ),
    ['stored', 'updated', 'updated'],
  );
  t.is(new Set(made).size, 1);
  // Deleted mail is not fetched again.
  await Promise.all(
    [Conversation, Message].map((model) => model.deleteMany({ locationId: account.locationId } as never)),
  );
  made.length = 0;
  t.is(
    await storeMessage(
      account,
      { ...outbound, providerMessageId: 'next', messageIdHeader: `next.${outbound.messageIdHeader}` },
      { ...twoWay, ...hook },
    ),
    'stored',
  );
  t.deepEqual(made, []);
  await knownContact(account.locationId, 'thrown-away@lead.example', { deletedAt: new Date() });
  t.is(await storeMessage(account, parsedMessage({ from: [{ email: 'Thrown-Away@lead.example' }] }), all), 'unmatched');
  const many = Array.from({ length: 501 }, (_, n) => ({ email: `n${n}@lead.example` }));
  t.is(
    await storeMessage(account, parsedMessage({ from: [{ email: account.email }], to: many }), { ...all, ...hook }),
    'unmatched',
    'a mailing makes no one a contact',
  );
  await Contact.deleteMany({ locationId: account.locationId, email: 'thrown-away@lead.example' });
  t.is(await storeMessage(account, inbound, all), 'stored');
  t.is(await storeMessage(account, parsedMessage({ from: [{ email: 'noreply@portal.example' }] }), all), 'unmatched');
  t.is(
    await storeMessage(account, parsedMessage({ from: [{ email: 'news@portal.example' }], automatic: true }), all),
    'unmatched',
  );
  const contacts = await Contact.find({ locationId: account.locationId, email: /lead|portal/ })
    .sort({ email: 1 })
    .lean();
  t.deepEqual(
    contacts.map(({ name, firstName, lastName, email, emails }) => [name, firstName, lastName, email, emails]),
    [
      ['Eleni Papadopoulou', 'Eleni', 'Papadopoulou', 'eleni@lead.example', []],
      ['Otto Neu', 'Otto', 'Neu', 'otto@lead.example', ['otto+web@lead.example']],
    ],
  );
});

test("a clock that is years off moves nothing: the time of receipt orders, the sender's is shown", async (t) => {
  const { account, contact, from, conversation, messages } = await agency();
  const still = testContext();
  const received = (time: string) => new Date(`2026-11-23T${time}Z`);
  for (const [snippet, sentAt, receivedAt] of [
    ['long ago', new Date('2001-01-01T00:00:00Z'), received('08:00:00')],
    ['now', received('07:30:00'), received('07:30:00')],
    ['ahead', received('08:30:00'), new Date('2031-01-01T00:00:00Z')],
  ] as const) {
    const declaredAt = snippet === 'ahead' ? new Date('2031-01-01T00:00:00Z') : sentAt;
    await storeMessage(account, from({ snippet, sentAt, declaredAt, receivedAt }), storeContext(still));
  }
  const now = still.clock.now();
  t.like(await conversation(), { lastMessageAt: now, lastMessageBody: 'ahead' });
  t.deepEqual((await Contact.findById(contact._id).lean())?.lastActivityAt, now);
  t.deepEqual(
    new Map(
      (await messages()).map(({ snippet, receivedAt, sentAt }) => [snippet, [receivedAt, sentAt.getUTCFullYear()]]),
    ),
    new Map([
      ['long ago', [received('08:00:00'), 2001]],
      ['now', [received('07:30:00'), 2026]],
      ['ahead', [now, 2026]],
    ]),
  );
});

test('what a machine wrote is stored and marked, is no activity, and is announced with the mark', async (t) => {
  const { account, contact, from, conversation, messages, events } = await agency();
  await storeMessage(account, from({ automatic: true, snippet: 'I am away' }), context);
  t.is((await messages())[0]?.automatic, true);
  t.is((await Contact.findById(contact._id).lean())?.lastActivityAt, undefined);
  t.is((await conversation())?.lastMessageAt, undefined);
  t.deepEqual(
    (await events()).map(({ payload }) => payload['automatic']),
    [true],
  );
  const away = from({ from: [{ email: account.email }], to: [{ email: contact.email as string }], automatic: true });
  await storeMessage(account, away, context);
  const { _id } = (await conversation()) as { _id: Types.ObjectId };
  t.is(
    await Message.countDocuments(answersSince(_id, new Date(0)) as never),
    0,
    'our own out-of-office answers nothing',
  );
});

test('what people write through a list of our own is theirs, through other lists it is marked', async (t) => {
  const account = await connectedAccount({ email: `me-${new Types.ObjectId().toHexString()}@agency.example` });
  await knownContact(account.locationId, 'anna@buyers.example');
  for (const listId of ['info.agency.example', 'news.portal.example'])
    await storeMessage(
      account,
      parsedMessage({ from: [{ email: 'anna@buyers.example' }], automatic: true, onlyByList: true, listId }),
      context,
    );
  const stored = await Message.find({ locationId: account.locationId }).sort({ messageIdHeader: 1 }).lean();
  t.deepEqual(stored.map(({ automatic }) => automatic).toSorted(), [true, undefined]);
});

test('a direct copy and the one that came through a list are one message, in either order', async (t) => {
  for (const order of [0, 1]) {
    const { account, from, messages } = await agency(`anna-${order}@buyers.example`);
    const direct = from({ subject: 'Viewing', text: 'At five?', messageIdHeader: `copy-${order}@x.example` });
    const throughList = {
      ...direct,
      providerMessageId: `${direct.providerMessageId}-list`,
      subject: '[Info] Viewing',
      text: 'At five?\n\n--\nTo leave this group write to leave@list.example',
      automatic: true,
      onlyByList: true,
      listId: 'info.list.example',
    };
    for (const copy of order === 0 ? [direct, throughList] : [throughList, direct])
      await storeMessage(account, copy, context);
    const [stored, ...others] = await messages();
    t.is(others.length, 0);
    t.is(stored?.sources.length, 2);
    t.falsy(stored?.automatic, 'a person wrote it');
  }
});

test('many runs that store the same mail at once store it once and count it right', async (t) => {
  const { account, from, conversation, messages, events } = await agency();
  const second = await connectedAccount({ locationId: account.locationId });
  const mails = Array.from({ length: 12 }, (_, index) =>
    from({ sentAt: new Date(Date.UTC(2026, 10, 23, 8, index)), snippet: `n${index}` }),
  );
  const work = mails.flatMap((mail) =>
    [1, 2, 3].flatMap(() => [
      storeMessage(account, mail, context),
      storeMessage(second, { ...mail, providerMessageId: `b-${mail.providerMessageId}` }, context),
    ]),
  );
  const outcomes = await Promise.all(work);
  t.is(outcomes.filter((outcome) => outcome === 'stored').length, 12);
  t.deepEqual(
    (await messages()).map(({ sources }) => sources.length),
    mails.map(() => 2),
  );
  t.like(await conversation(), { unreadCount: 12, lastMessageBody: 'n11' });
  t.is(await Conversation.countDocuments({ locationId: account.locationId }), 1);
  t.is((await events()).length, 12);
});

test('provider ids and names that look like expressions are only text', async (t) => {
  const { account, from, messages } = await agency();
  const message = from({
    providerMessageId: '$locationId',
    providerThreadId: '$$ROOT',
    bcc: [{ name: '$subject', email: '$x@y.example' }],
  });
  await storeMessage(account, message, context);
  await storeMessage(account, { ...message, flags: read }, context);
  t.like((await messages())[0], {
    providerMessageId: '$locationId',
    providerThreadId: '$$ROOT',
    isRead: true,
    bcc: [{ name: '$subject', email: '$x@y.example' }],
  });
});

test('the queries of the store are served by indexes', async (t) => {
  const { account, contact, from, conversation } = await agency();
  await storeMessage(account, from({ providerMessageId: 'indexed' }), context);
  const conversationId = (await conversation())?._id;
  const plans = [
    Message.find({ sources: { $elemMatch: { accountId: account._id, providerMessageId: 'indexed' } } }),
    Message.find({
      $or: [
        { sources: { $elemMatch: { accountId: account._id, providerMessageId: 'indexed' } } },
        { locationId: account.locationId, messageIdHeader: { $in: ['x', 'y'] } },
      ],
    }),
    Message.find({ 'sources.accountId': account._id, _id: { $gt: account._id } }),
    Message.find({ conversationIds: conversationId, deletedAt: null, isRead: false }),
    Message.find({
      conversationId,
      'conversationIds.0': { $exists: false },
      deletedAt: null,
      isRead: false,
      direction: 'inbound',
    }),
    Message.find({
      conversationId,
      'conversationIds.0': { $exists: false },
      receivedAt: null,
      deletedAt: null,
      sentAt: { $gt: new Date(0) },
    })
      .sort({ sentAt: -1 })
      .limit(1),
    Message.find({ conversationIds: conversationId, receivedAt: null, deletedAt: null }).sort({ sentAt: -1 }).limit(1),
    Message.find({ conversationIds: conversationId, receivedAt: { $type: 'date' }, deletedAt: null })
      .sort({ receivedAt: -1, sentAt: -1, messageIdHeader: -1 })
      .limit(1),
    Conversation.find({ locationId: account.locationId, contactId: contact._id }),
    Account.find({ locationId: account.locationId }),
  ];
  for (const query of plans) {
    const plan = JSON.stringify(await query.explain('queryPlanner'));
    t.regex(plan, /IXSCAN|EXPRESS_IXSCAN/, JSON.stringify(query.getFilter()));
    t.notRegex(plan, /"COLLSCAN"|"stage":"SORT"/, JSON.stringify(query.getFilter()));
  }
});
