import { Conversation } from '../models/conversation.ts';
import { Message, answersSince } from '../models/message.ts';
import { idKey, idSpellings } from '../models/stored-value.ts';

/**
 * Contacts who were written to since their follow-up was due.
 *
 * @returns their keys (`idKey`)
 */
export async function findAnswered(contacts: readonly { _id: unknown; dueAt: Date }[]): Promise<Set<string>> {
  const dueAt = new Map(contacts.map((contact) => [idKey(contact._id), contact.dueAt]));
  const conversations = await Conversation.collection
    .find({ contactId: { $in: idSpellings(...contacts.map(({ _id }) => _id)) } } as never, {
      projection: { contactId: 1 },
    })
    .toArray();
  const answered = await Promise.all(
    conversations.map(async ({ _id, contactId }) => {
      const since = dueAt.get(idKey(contactId));
      return since && Message.collection.findOne(answersSince(_id, since) as never, { projection: { _id: 1 } });
    }),
  );
  return new Set(conversations.filter((_, index) => answered[index]).map(({ contactId }) => idKey(contactId)));
}
