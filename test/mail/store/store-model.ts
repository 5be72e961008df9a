/** A model without order: any order must end the same. */

import { deepEqual, equal } from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Types } from 'mongoose';
import type { ParsedMessage } from '../../../shared/mail/store/parsed-message.ts';
import { disconnectMailbox } from '../../../shared/mail/accounts/disconnect-mailbox.ts';
import { applyFlags, storeMessage } from '../../../shared/mail/store/store-message.ts';
import { Account, type AccountDoc } from '../../../shared/models/account.ts';
import { Contact } from '../../../shared/models/contact.ts';
import { Conversation } from '../../../shared/models/conversation.ts';
import { Event } from '../../../shared/models/event.ts';
import { Message } from '../../../shared/models/message.ts';
import { useDatabase } from '../../doubles/database.ts';
import { connectedAccount, knownContact, parsedMessage, storeContext, unread } from '../../doubles/mail.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

const people = ['ann@x.example', 'Bob@X.example', 'cy@x.example'];
const start = Date.UTC(2026, 10, 20);

type Place = 'visible' | 'hidden' | 'gone';
interface Observation {
  readonly mail: number;
  readonly mailbox: number;
  readonly place: Place;
  readonly isRead: boolean;
  readonly at: number;
}

const mailShape = fc.record({
  who: fc.subarray([0, 1, 2], { minLength: 0 }),
  outbound: fc.boolean(),
  // Equal times are common: their order must not depend on arrival.
  minute: fc.integer({ min: 0, max: 4 }),
});
const change = fc.record({
  mail: fc.nat(4),
  mailbox: fc.nat(1),
  place: fc.constantFrom<Place>('visible', 'visible', 'hidden', 'gone'),
  isRead: fc.boolean(),
});
const scenario = fc.record({
  mails: fc.array(mailShape, { minLength: 5, maxLength: 5 }),
  changes: fc.array(change, { minLength: 1, maxLength: 25 }),
  lateContact: fc.boolean(),
  disconnected: fc.option(fc.nat(1)),
  order: fc.infiniteStream(fc.nat(1000)),
  width: fc.integer({ min: 1, max: 8 }),
});

test('random orders of arrivals, reads, trash, restores, deletions and late contacts end as recomputed', async (t) => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ mails, changes, lateContact, disconnected, order, width }) => {
      const context = storeContext(testContext());
      const first = await connectedAccount();
      const mailboxes = [first, await connectedAccount({ locationId: first.locationId, provider: 'outlook' })];
      for (const email of lateContact ? people.slice(0, 2) : people) await knownContact(first.locationId, email);
      const parsed = mails.map((mail, index) => compose(mail, index, first));

      const observations = changes.map((each, index): Observation => ({ ...each, at: start + index }));
      const present = new Map(observations.map((each) => [`${each.mail}/${each.mailbox}`, each]));
      const observe = async ({ mail, mailbox, place, isRead, at }: Observation) => {
        const account = mailboxes[mailbox] as AccountDoc;
        const message = {
          ...(parsed[mail] as ParsedMessage),
          providerMessageId: `${mailbox}-${mail}`,
          flags: { ...unread, isRead },
        };
        const seen = { ...context, observedAt: new Date(at) };
        if (place === 'visible') await storeMessage(account, message, seen);
        else if (place === 'hidden')
          await storeMessage(account, { ...message, flags: { ...message.flags, isDeleted: true } }, seen);
        else await applyFlags(account, message.providerMessageId, { isDeleted: true }, seen);
      };
      const shuffled = [...observations, ...observations]
        .map((each) => ({ each, rank: order.next().value as number }))
        .sort((a, b) => a.rank - b.rank);
      await sideBySide(
        shuffled.map(({ each }) => each),
        width,
        observe,
      );
      if (lateContact) await knownContact(first.locationId, people[2] as string);
      if (disconnected !== null) {
        await disconnectMailbox(mailboxes[disconnected] as AccountDoc, context.clock);
        for (const [key, { mailbox }] of present) if (mailbox === disconnected) present.delete(key);
      }
      await Account.updateMany({ locationId: first.locationId }, { enabled: true });
      // The queue guarantees that each message's present state is read last.
      await sideBySide([...present.values()], width, observe);

      // A failed t assertion would prevent shrinking.
      deepEqual(await stateOf(first.locationId), expected(parsed, mails, [...present.values()]));
      const announced = (await Event.find({ locationId: first.locationId }).lean()).map(
        ({ payload }) => payload['messageId'],
      );
      equal(new Set(announced).size, announced.length);
    }),
    { numRuns: 40, includeErrorInReport: true },
  );
  t.pass();
});

function compose(
  mail: { who: number[]; outbound: boolean; minute: number },
  index: number,
  account: AccountDoc,
): ParsedMessage {
  const them = mail.who.map((who) => ({ email: (people[who] as string).toLowerCase() }));
  const us = [{ email: account.email }];
  return parsedMessage({
    messageIdHeader: `model-${index}@x.example`,
    from: mail.outbound ? us : them[0] ? [them[0]] : [{ email: 'stranger@y.example' }],
    to: mail.outbound ? (them.length > 0 ? them : [{ email: 'stranger@y.example' }]) : us,
    cc: mail.outbound ? [] : them.slice(1),
    sentAt: new Date(start + mail.minute * 60_000),
    snippet: `mail ${index}`,
  });
}

async function sideBySide<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
}

async function stateOf(locationId: Types.ObjectId) {
  const messages = await Message.find({ locationId, deletedAt: null }).sort({ messageIdHeader: 1 }).lean();
  const conversations = await Conversation.find({ locationId }).lean();
  const contacts = await Contact.find({ locationId }).sort({ email: 1 }).lean();
  const contactOf = new Map(conversations.map(({ _id, contactId }) => [String(_id), String(contactId)]));
  return {
    messages: messages.map(({ messageIdHeader, isRead, direction, conversationIds }) => ({
      id: messageIdHeader,
      isRead,
      direction,
      who: contacts.flatMap(({ _id }, index) =>
        conversationIds.some((id) => contactOf.get(String(id)) === String(_id)) ? [index] : [],
      ),
    })),
    conversations: contacts.map(({ _id }) => {
      const conversation = conversations.find(({ contactId }) => contactId.equals(_id));
      return {
        unread: conversation?.unreadCount ?? 0,
        last: conversation?.lastMessageBody,
        at: conversation?.lastMessageAt?.getTime(),
      };
    }),
  };
}

/** Computed naively. */
function expected(parsed: ParsedMessage[], mails: { who: number[]; outbound: boolean }[], present: Observation[]) {
  const live = parsed.flatMap((message, index) => {
    const seen = present.filter(({ mail, place }) => mail === index && place === 'visible');
    const { who, outbound } = mails[index] as { who: number[]; outbound: boolean };
    if (seen.length === 0 || who.length === 0) return [];
    return [{ message, who, outbound, isRead: outbound || seen.some(({ isRead }) => isRead) }];
  });
  return {
    messages: live.map(({ message, isRead, outbound, who }) => ({
      id: message.messageIdHeader,
      isRead,
      direction: outbound ? 'outbound' : 'inbound',
      who: [...who],
    })),
    conversations: people.map((_, person) => {
      const own = live.filter(({ who }) => who.includes(person));
      const last = own
        .toSorted(
          (a, b) =>
            a.message.sentAt.getTime() - b.message.sentAt.getTime() ||
            (a.message.messageIdHeader < b.message.messageIdHeader ? -1 : 1),
        )
        .at(-1);
      return {
        unread: own.filter(({ isRead }) => !isRead).length,
        last: last?.message.snippet,
        at: last?.message.sentAt.getTime(),
      };
    }),
  };
}
