/**
 * Without transactions, every step is repeatable. After a kill, the caller's item repeats them.
 *
 * 1. conversations of the contacts (upsert)  2. the message (unique by identity and source)
 * 3. summaries of its conversations          4. activity of the contacts     5. the event (unique by key)
 */

import { Types } from 'mongoose';
import { eventKeys } from '../../events/event-types.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { isConnected, type AccountDoc } from '../../models/account.ts';
import { Message, type MessageDoc, type MessageSource } from '../../models/message.ts';
import { isDuplicateKey } from '../../models/upsert.ts';
import { day } from '../../platform/clock.ts';
import { EstioError } from '../../platform/errors.ts';
import { sentDate } from '../content/sent-date.ts';
import {
  ensureConversations,
  noteActivity,
  refreshConversations,
  reviveConversations,
  type Place,
} from './conversations.ts';
import { contactCandidates, createContacts } from './create-contacts.ts';
import { directionOf, isInternal, isOurs, loadOwnAddresses, participants } from './direction.ts';
import { isOwn, isOwnList } from './own-addresses.ts';
import { isExcluded, type MessageFlags } from '../mail-provider.ts';
import { isMailing, matchContacts } from './match-contacts.ts';
import { isSource, type SourceKey, type StateChange } from './merge-source.ts';
import type { OwnAddresses, ParsedMessage, StoreContext, StoreOutcome } from './parsed-message.ts';
import { authorOf, findSameMessage, identitiesOf } from './same-message.ts';
import { bySource, writeSource } from './write-source.ts';

type AccountRef = Pick<AccountDoc, '_id' | 'locationId' | 'provider'> & Partial<Pick<AccountDoc, 'email' | 'aliases'>>;
type Store = StoreContext & { readonly own: OwnAddresses };

const maxAttempts = 20;
/** For imports, back-fills and audits. */
const newsAge = day;
/** Older mail that vanishes was not deleted by a person. */
const followedDays = 90;

export async function storeMessage(
  account: AccountRef,
  given: ParsedMessage,
  context: StoreContext,
): Promise<StoreOutcome> {
  const dated = withoutFuture(given, context.clock.now());
  if (isExcluded(dated.flags))
    return (await applyFlags(account, dated.providerMessageId, dated.flags, context)) ? 'updated' : 'ignored';
  const own = context.own ?? (await loadOwnAddresses(account.locationId, context.config.mailOwnDomains));
  const message = { ...dated, automatic: isAutomatic(dated, own) };
  if (isInternal(message, own)) return (await restate(account, message, context)) ? 'updated' : 'ignored';
  const direction = directionOf(message, own, account);
  const others = participants(message)
    .filter(({ email }) => !isOwn(email, own))
    .map(({ email }) => email);
  const candidates = isMailing(others)
    ? []
    : contactCandidates(message, direction, own, context.config.mailCreateContacts);
  const strangers = await withoutContact(account.locationId, candidates);
  if (strangers.length > 0) {
    context.count(
      'contactsCreated',
      await createContacts(account.locationId, strangers, async (contactId) => context.creatingContact?.(contactId)),
    );
  }
  const contactIds = await matchContacts(account.locationId, others);
  if (contactIds.length === 0) return (await restate(account, message, context)) ? 'updated' : 'unmatched';
  return storeFor(account, message, direction, contactIds, { ...context, own });
}

/** People write to us through our own lists. */
function isAutomatic({ automatic, onlyByList, listId = '' }: ParsedMessage, own: OwnAddresses): boolean {
  return automatic && !(onlyByList && isOwnList(listId, own));
}

function withoutFuture(message: ParsedMessage, now: Date): ParsedMessage {
  if (message.receivedAt <= now) return message;
  return { ...message, receivedAt: now, sentAt: sentDate(message.declaredAt, now) };
}

async function storeFor(
  account: AccountRef,
  message: ParsedMessage,
  direction: MessageSource['direction'],
  contactIds: readonly Types.ObjectId[],
  context: Store,
): Promise<StoreOutcome> {
  const now = context.clock.now();
  const source: MessageSource = {
    accountId: account._id,
    provider: account.provider,
    providerMessageId: message.providerMessageId,
    ...(message.providerThreadId === undefined ? {} : { providerThreadId: message.providerThreadId }),
    ...(message.folder === undefined ? {} : { folder: message.folder }),
    isRead: message.flags.isRead,
    direction,
    observedAt: context.observedAt ?? now,
  };
  const places = await ensureConversations(account.locationId, contactIds);
  const conversationIds = places.map(({ _id }) => _id);
  const { stored, isNew } = await putMessage(account, message, source, places, context);
  // Disconnecting sets a mark, then hides messages: it sees this one, or we see the mark.
  if (!(await isConnected(account._id))) return withdraw(account, stored, context);
  const gone = await refreshConversations([...(stored.conversationIds ?? []), ...conversationIds]);
  if (conversationIds.some((id) => gone.has(String(id)))) {
    throw new EstioError('A conversation was purged while a message was stored in it', {
      code: 'conversation-gone',
      retryable: true,
    });
  }
  if (!message.automatic) await noteActivity(contactIds, message.receivedAt);
  if (stored.isNews && stored.direction === 'inbound' && !stored.deletedAt) {
    const ids = {
      messageId: String(stored._id),
      conversationId: String(conversationIds[0]),
      contactId: String(contactIds[0]),
    };
    const { messageId, ...about } = ids;
    const mark = stored.automatic ? { automatic: true as const } : {};
    await emitEvent(
      {
        type: 'email.received',
        key: eventKeys.emailReceived(messageId),
        locationId: account.locationId,
        payload: { ...ids, ...mark },
        metadata: { sourceId: messageId, ...about },
      },
      context.clock,
    );
  }
  return isNew ? 'stored' : 'updated';
}

/** Its mailbox was just disconnected. */
async function withdraw(
  account: AccountRef,
  { _id, conversationIds }: MessageDoc,
  { clock }: Store,
): Promise<StoreOutcome> {
  await writeSource({ _id }, { kind: 'disconnected', accountId: account._id }, clock.now());
  await refreshConversations(conversationIds);
  return 'ignored';
}

/** Since the last good sync at any age, so that an outage swallows none; not old mail that became visible. */
function isNews({ receivedAt }: ParsedMessage, { origin, newsSince, clock }: StoreContext): boolean {
  if (origin === 'change') return newsSince === undefined || receivedAt >= newsSince;
  if (newsSince !== undefined && receivedAt >= newsSince) return true;
  return clock.now().getTime() - receivedAt.getTime() <= newsAge;
}

/** Trashed contacts count. */
async function withoutContact<A extends { readonly email: string }>(
  locationId: Types.ObjectId,
  addresses: readonly A[],
): Promise<A[]> {
  const known = await Promise.all(
    addresses.map(async ({ email }) => (await matchContacts(locationId, [email], { inTrash: true })).length > 0),
  );
  return addresses.filter((_, index) => !known[index]);
}

async function putMessage(
  account: AccountRef,
  message: ParsedMessage,
  source: MessageSource,
  places: readonly Place[],
  context: Store,
): Promise<{ stored: MessageDoc; isNew: boolean }> {
  const now = context.clock.now();
  const conversationIds = places.map(({ _id }) => _id);
  const trashed = places.filter(({ inTrash }) => inTrash).map(({ _id }) => _id);
  const { receivedAt, sentAt, automatic, bcc } = message;
  const seen = { conversationIds, receivedAt, sentAt, automatic, bcc };
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const { known, identity } = await findKnown(account, message, context.own);
    try {
      if (known) {
        const stored = await writeSource({ _id: known._id }, { kind: 'seen', source, seen }, now, known);
        // Purged in between: new again.
        if (stored) return { stored, isNew: false };
      } else {
        const isNew = isNews(message, context) && !isOurs(message, context.own);
        if (trashed.length > 0) await reviveConversations(trashed, receivedAt, isNew);
        const stored: MessageDoc = {
          _id: new Types.ObjectId(),
          ...newMessage(account, message, source, conversationIds, identity),
          ...(isNew ? { isNews: true } : {}),
          createdAt: now,
          updatedAt: now,
        };
        await Message.collection.insertOne(stored);
        return { stored, isNew: true };
      }
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
  throw new EstioError(
    `Message ${message.messageIdHeader} could not be stored because it was written at the same time; ` +
      'the next run tries again',
    {
      code: 'message-busy',
      retryable: true,
    },
  );
}

async function findKnown(
  account: AccountRef,
  message: ParsedMessage,
  own: OwnAddresses,
): Promise<{ known: MessageDoc | undefined; identity: string }> {
  const { providerMessageId } = message;
  const identities = identitiesOf(message);
  const key = { accountId: account._id, providerMessageId };
  const found = await Message.find({
    $or: [bySource(key), { locationId: account.locationId, messageIdHeader: { $in: identities } }],
  }).lean<MessageDoc[]>();
  const known =
    found.find(({ sources }) => sources?.some((source) => isSource(source, key))) ??
    findSameMessage(found, message, account._id, own);
  const free = identities.find((identity) => found.every((each) => each.messageIdHeader !== identity));
  return { known, identity: known?.messageIdHeader ?? free ?? (identities.at(-1) as string) };
}

function newMessage(
  account: AccountRef,
  message: ParsedMessage,
  source: MessageSource,
  conversationIds: readonly Types.ObjectId[],
  identity: string,
): Omit<MessageDoc, '_id' | 'createdAt' | 'updatedAt'> {
  const {
    from,
    sender,
    to,
    cc,
    bcc,
    replyTo,
    subject,
    text,
    html,
    snippet,
    encrypted,
    automatic,
    listId,
    note,
    receivedAt,
    sentAt,
    declaredAt,
    attachments,
  } = message;
  const author = authorOf(message);
  return {
    locationId: account.locationId,
    conversationId: conversationIds[0] as Types.ObjectId,
    conversationIds: [...conversationIds].sort((a, b) => (String(a) < String(b) ? -1 : 1)),
    accountId: source.accountId,
    provider: source.provider,
    providerMessageId: source.providerMessageId,
    ...(source.providerThreadId === undefined ? {} : { providerThreadId: source.providerThreadId }),
    sources: [{ ...source, deletedAt: null }],
    messageIdHeader: identity,
    direction: source.direction,
    from: author,
    ...(from.length > 1 ? { authors: [...from] } : {}),
    ...(sender && sender.email !== author.email ? { sender } : {}),
    to: [...to],
    cc: [...cc],
    bcc: [...bcc],
    replyTo: [...replyTo],
    subject,
    text,
    ...(html === undefined ? {} : { html }),
    snippet,
    ...(encrypted ? { encrypted } : {}),
    ...(automatic ? { automatic } : {}),
    ...(listId === undefined ? {} : { listId }),
    ...(note === undefined ? {} : { note }),
    receivedAt,
    sentAt,
    ...(declaredAt ? { declaredAt } : {}),
    isRead: source.isRead || source.direction === 'outbound',
    attachments: [...attachments],
    deletedAt: null,
  };
}

/**
 * A vanished old message stays, because archive policies move old mail, unless MAIL_FOLLOW_DELETIONS says otherwise.
 *
 * @returns whether it is stored
 */
export function applyGone(
  account: Pick<AccountDoc, '_id'>,
  providerMessageId: string,
  context: StoreContext,
): Promise<boolean> {
  const { clock, config } = context;
  const followed = config.mailFollowDeletions === 'all' ? undefined : followedDays * day;
  return writeState(account, providerMessageId, context, {
    isHidden: true,
    ...(followed === undefined ? {} : { keepBefore: new Date(clock.now().getTime() - followed) }),
  });
}

/**
 * Applies read, trash and spam flags. A hidden message reappears when all flags are known and none excludes it.
 *
 * @returns `false`: not stored
 */
export async function applyFlags(
  account: Pick<AccountDoc, '_id'>,
  providerMessageId: string,
  flags: Partial<MessageFlags>,
  context: StoreContext,
): Promise<boolean> {
  const excluding = [flags.isDraft, flags.isDeleted, flags.isSpam, flags.isChat];
  const isHidden = isExcluded(flags) ? true : excluding.every((flag) => flag === false) ? false : undefined;
  return writeState(account, providerMessageId, context, {
    ...(flags.isRead === undefined ? {} : { isRead: flags.isRead }),
    ...(isHidden === undefined ? {} : { isHidden }),
  });
}

async function writeState(
  account: Pick<AccountDoc, '_id'>,
  providerMessageId: string,
  context: StoreContext,
  state: Pick<StateChange, 'isRead' | 'isHidden' | 'keepBefore'>,
): Promise<boolean> {
  const key: SourceKey = { accountId: account._id, providerMessageId };
  const now = context.clock.now();
  const observedAt = context.observedAt ?? now;
  const message = await writeSource(bySource(key), { kind: 'state', key, ...state, observedAt }, now);
  if (!message) return false;
  await refreshConversations(message.conversationIds);
  return true;
}

function restate(account: AccountRef, message: ParsedMessage, context: StoreContext): Promise<boolean> {
  return applyFlags(account, message.providerMessageId, message.flags, context);
}
