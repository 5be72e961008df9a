import test from 'ava';
import mongoose, { Types } from 'mongoose';
import type { ParsedMessage, StoreContext } from '../../../shared/mail/store/parsed-message.ts';
import { disconnectMailbox } from '../../../shared/mail/accounts/disconnect-mailbox.ts';
import { applyFlags, storeMessage } from '../../../shared/mail/store/store-message.ts';
import type { AccountDoc } from '../../../shared/models/account.ts';
import { Contact } from '../../../shared/models/contact.ts';
import { Conversation } from '../../../shared/models/conversation.ts';
import { Event } from '../../../shared/models/event.ts';
import { Message } from '../../../shared/models/message.ts';
import { useDatabase } from '../../doubles/database.ts';
import { connectedAccount, knownContact, parsedMessage, storeContext, unread } from '../../doubles/mail.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

const context = storeContext(testContext({ environment: { MAIL_CREATE_CONTACTS: 'all' } }));
const commands = [
  'insertOne',
  'insertMany',
  'updateOne',
  'updateMany',
  'deleteMany',
  'findOneAndUpdate',
  'findOne',
  'find',
  'countDocuments',
] as const;

interface Agency {
  readonly account: AccountDoc;
  readonly second: AccountDoc;
  readonly message: ParsedMessage;
  readonly told: Set<string>;
}

async function agency(): Promise<Agency> {
  const account = await connectedAccount();
  const second = await connectedAccount({ locationId: account.locationId, provider: 'outlook' });
  await knownContact(account.locationId, 'ann@x.example');
  const message = parsedMessage({
    providerMessageId: 'first',
    messageIdHeader: 'kill@x.example',
    snippet: 'hello',
    from: [{ email: 'ann@x.example' }],
    to: [{ email: account.email }],
    cc: [{ email: 'new@x.example' }],
  });
  return { account, second, message, told: new Set() };
}

const steps: Record<
  string,
  { before?: (agency: Agency) => Promise<unknown>; act: (agency: Agency, context: StoreContext) => Promise<unknown> }
> = {
  'a new message': { act: ({ account, message }, context) => storeMessage(account, message, context) },
  'a new message of an unknown person': {
    act: ({ account, message, told }, context) =>
      storeMessage(
        account,
        { ...message, from: [{ email: 'new@x.example' }], cc: [] },
        { ...context, creatingContact: async (id) => void told.add(String(id)) },
      ),
  },
  'a second mailbox': {
    before: ({ account, message }) => storeMessage(account, message, context),
    act: ({ second, message }, context) =>
      storeMessage(second, { ...message, providerMessageId: 'second', flags: { ...unread, isRead: true } }, context),
  },
  'a deletion': {
    before: ({ account, message }) => storeMessage(account, message, context),
    act: ({ account }, context) => applyFlags(account, 'first', { isDeleted: true }, context),
  },
  'a disconnection': {
    before: ({ account, message }) => storeMessage(account, message, context),
    act: ({ account }, context) => disconnectMailbox(account, context.clock),
  },
};

for (const [title, { before, act }] of Object.entries(steps)) {
  test.serial(`${title} can be cut off anywhere`, async (t) => {
    const whole = await agency();
    await before?.(whole);
    const count = await killedAt(Number.POSITIVE_INFINITY, () => act(whole, context));
    const wanted = await stateOf(whole);
    t.true(count > 3);
    // After the last command only the answer can be lost.
    for (let command = 1; command <= count + 1; command += 1) {
      const cut = await agency();
      await before?.(cut);
      await killedAt(command, () => act(cut, context));
      await act(cut, context);
      t.deepEqual(await stateOf(cut), wanted, `cut off before command ${command} of ${count}`);
    }
  });
}

class Killed extends Error {}

/** @returns how many commands it sent */
async function killedAt(nth: number, work: () => Promise<unknown>): Promise<number> {
  const prototype = mongoose.mongo.Collection.prototype as unknown as Record<
    string,
    (...parameters: unknown[]) => unknown
  >;
  const originals = commands.map((name) => [name, prototype[name]] as const);
  let sent = 0;
  for (const [name, original] of originals) {
    if (!original) continue;
    prototype[name] = function (...parameters) {
      sent += 1;
      if (sent >= nth) throw new Killed();
      return original.apply(this, parameters);
    };
  }
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  } finally {
    for (const [name, original] of originals) if (original) prototype[name] = original;
  }
  return sent;
}

/** Without ids and the change counter. */
async function stateOf({ account, told }: Agency) {
  const locationId = account.locationId;
  const ids = new Map<string, string>();
  const named = (id: Types.ObjectId) => ids.get(String(id));
  const contacts = await Contact.find({ locationId }).sort({ email: 1 }).lean();
  for (const { _id, email } of contacts) ids.set(String(_id), String(email));
  const conversations = await Conversation.find({ locationId }).lean();
  for (const { _id, contactId } of conversations) ids.set(String(_id), `with ${named(contactId)}`);
  const messages = await Message.find({ locationId }).lean();
  const events = await Event.find({ locationId }).lean();
  return {
    toldOf: [...told].map((id) => ids.get(id)),
    contacts: contacts.map(({ email, lastActivityAt }) => ({ email, lastActivityAt })),
    conversations: conversations
      .map(({ _id, unreadCount, lastMessageAt, lastMessageBody }) => ({
        who: named(_id),
        unreadCount,
        lastMessageAt,
        lastMessageBody,
      }))
      .sort((a, b) => String(a.who).localeCompare(String(b.who))),
    messages: messages.map(({ conversationId, conversationIds, isRead, deletedAt, sources }) => ({
      first: named(conversationId),
      all: conversationIds.map(named).sort(),
      isRead,
      deletedAt,
      sources: sources.map(({ providerMessageId, isRead, deletedAt }) => ({ providerMessageId, isRead, deletedAt })),
    })),
    events: events.map(({ payload }) => [
      named(payload['conversationId'] as Types.ObjectId),
      named(payload['contactId'] as Types.ObjectId),
    ]),
  };
}
