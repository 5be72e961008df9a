import { Schema, type QueryFilter, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';
import { alive, deletionIndexes } from './deletion.ts';
import { idSpellings } from './stored-value.ts';
import type { MailProviderName } from './account.ts';

export interface MessageSource {
  accountId: Types.ObjectId;
  provider: MailProviderName;
  providerMessageId: string;
  providerThreadId?: string;
  /** Stream (Graph: folder) of the last listing. */
  folder?: string;
  isRead: boolean;
  direction: 'inbound' | 'outbound';
  /** When the provider was asked: older answers change nothing. */
  observedAt: Date;
  /** The reconciling listing that had it last. */
  seenInWalk?: string;
  /** Left the mailbox long after receipt: kept. */
  goneAt?: Date;
  /** Deleted, trash or spam there. */
  deletedAt?: Date | null;
}

export interface MessageAttachment {
  id: string;
  name: string;
  mimeType: string;
  /** bytes */
  size: number;
  /** For `cid:` addresses in the HTML. */
  contentId?: string;
  inline?: boolean;
}

export interface MailAddress {
  name?: string;
  /** Lower case; may be empty for an internal sender. */
  email: string;
}

export interface MessageDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  /** Of the closest contact. */
  conversationId: Types.ObjectId;
  conversationIds: Types.ObjectId[];
  /** Of the first remaining source. */
  accountId: Types.ObjectId;
  provider: MailProviderName;
  providerMessageId: string;
  providerThreadId?: string;
  /** Decide direction, read state and deletion. */
  sources: MessageSource[];
  /** RFC 5322, without brackets, or a deterministic substitute. */
  messageIdHeader: string;
  direction: 'inbound' | 'outbound';
  from: MailAddress;
  /** If several. */
  authors?: MailAddress[];
  /** If not the author. */
  sender?: MailAddress;
  to: MailAddress[];
  cc: MailAddress[];
  bcc: MailAddress[];
  replyTo: MailAddress[];
  subject: string;
  text: string;
  html?: string;
  /** The beginning, without quoted history. */
  snippet: string;
  encrypted?: boolean;
  /** Out of office, notices, lists: neither activity nor answer. */
  automatic?: boolean;
  /** RFC 2919. */
  listId?: string;
  /** Parts that the provider did not deliver. */
  note?: string;
  /** Orders conversations; absent for the CRM's own. */
  receivedAt?: Date;
  /** Shown: the Date header if plausible. */
  sentAt: Date;
  /** The Date header, which separates messages with one Message-ID. */
  declaredAt?: Date;
  /** In any mailbox, or outbound. */
  isRead: boolean;
  attachments: MessageAttachment[];
  /** `email.received` was due when it was stored. */
  isNews?: boolean;
  deletedAt?: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const address = new Schema<MailAddress>({ name: String, email: { type: String, default: '' } }, { _id: false });
const source = new Schema<MessageSource>(
  {
    accountId: { type: Schema.Types.ObjectId, ref: 'Account', required: true },
    provider: { type: String, required: true },
    providerMessageId: { type: String, required: true },
    providerThreadId: String,
    folder: String,
    isRead: { type: Boolean, default: false },
    direction: { type: String, enum: ['inbound', 'outbound'], required: true },
    observedAt: { type: Date, required: true },
    seenInWalk: String,
    goneAt: Date,
    deletedAt: Date,
  },
  { _id: false },
);
const attachment = new Schema<MessageAttachment>(
  { id: String, name: String, mimeType: String, size: Number, contentId: String, inline: Boolean },
  { _id: false },
);

const schema = new Schema<MessageDoc>(
  {
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    conversationId: { type: Schema.Types.ObjectId, ref: 'Conversation', required: true },
    conversationIds: [{ type: Schema.Types.ObjectId, ref: 'Conversation' }],
    accountId: { type: Schema.Types.ObjectId, ref: 'Account', required: true },
    provider: { type: String, required: true },
    providerMessageId: { type: String, required: true },
    providerThreadId: String,
    sources: [source],
    messageIdHeader: { type: String, required: true },
    direction: { type: String, enum: ['inbound', 'outbound'], required: true },
    from: { type: address, required: true },
    authors: { type: [address], default: undefined },
    sender: address,
    to: [address],
    cc: [address],
    bcc: [address],
    replyTo: [address],
    subject: { type: String, default: '' },
    text: { type: String, default: '' },
    html: String,
    snippet: { type: String, default: '' },
    encrypted: Boolean,
    automatic: Boolean,
    listId: String,
    note: String,
    receivedAt: Date,
    sentAt: { type: Date, required: true },
    declaredAt: Date,
    isRead: { type: Boolean, default: false },
    attachments: [attachment],
    isNews: Boolean,
    deletedAt: Date,
  },
  { timestamps: true },
);

schema.index({ locationId: 1, messageIdHeader: 1 }, { unique: true });
// Sparse, since the CRM's own messages have no source; a partial index would not serve `$elemMatch`.
schema.index({ 'sources.accountId': 1, 'sources.providerMessageId': 1 }, { unique: true, sparse: true });
// A conversation's messages, newest first.
schema.index({ conversationIds: 1, receivedAt: -1, sentAt: -1, messageIdHeader: -1 });
schema.index({ conversationIds: 1, deletedAt: 1 }, { partialFilterExpression: { isRead: false } });
// For messages with only `conversationId`.
schema.index({ conversationId: 1, receivedAt: -1, sentAt: -1 });
schema.index({ conversationId: 1, deletedAt: 1 }, { partialFilterExpression: { isRead: false } });
for (const [keys, options] of deletionIndexes) schema.index(keys, options);

export const Message = defineModel<MessageDoc>('Message', 'messages', schema);

export async function findStored(
  accountId: Types.ObjectId,
  ids: readonly string[],
): Promise<Map<string, Pick<MessageSource, 'isRead' | 'deletedAt'>>> {
  if (ids.length === 0) return new Map();
  const found = await Message.find(
    { sources: { $elemMatch: { accountId, providerMessageId: { $in: [...ids] } } } },
    { sources: 1 },
  ).lean();
  const wanted = new Set(ids);
  const sources = found
    .flatMap((message) => message.sources)
    .filter((source) => source.accountId.equals(accountId) && wanted.has(source.providerMessageId));
  return new Map(sources.map((source) => [source.providerMessageId, source]));
}

export async function markSeen(accountId: Types.ObjectId, ids: readonly string[], walkId: string): Promise<void> {
  if (ids.length === 0) return;
  await Message.updateMany(
    { sources: { $elemMatch: { accountId, providerMessageId: { $in: [...ids] } } } },
    { $set: { 'sources.$[source].seenInWalk': walkId } },
    {
      arrayFilters: [{ 'source.accountId': accountId, 'source.providerMessageId': { $in: [...ids] } }],
      timestamps: false,
    },
  );
}

/**
 * Live messages received since a time.
 * @param options.unseenInWalk missing in this listing
 */
export async function* findLiveIds(
  accountId: Types.ObjectId,
  options: { readonly since: Date; readonly folder?: string; readonly unseenInWalk?: string },
): AsyncGenerator<string[]> {
  const source = {
    accountId,
    deletedAt: null,
    goneAt: null,
    ...(options.folder === undefined ? {} : { folder: options.folder }),
    ...(options.unseenInWalk === undefined ? {} : { seenInWalk: { $ne: options.unseenInWalk } }),
  };
  const matches = (candidate: MessageSource) =>
    candidate.accountId.equals(accountId) &&
    !candidate.deletedAt &&
    !candidate.goneAt &&
    (options.folder === undefined || candidate.folder === options.folder) &&
    (options.unseenInWalk === undefined || candidate.seenInWalk !== options.unseenInWalk);
  yield* idsInBatches({ sources: { $elemMatch: source }, receivedAt: { $gte: options.since } }, matches);
}

/** Older than `before` or outside the streams; longest unchecked first. */
export async function findUnlistedIds(
  accountId: Types.ObjectId,
  { before, streams, limit }: { readonly before: Date; readonly streams: readonly string[]; readonly limit: number },
): Promise<string[]> {
  const isMeant = (source: MessageSource) => source.accountId.equals(accountId) && !source.deletedAt && !source.goneAt;
  const source = { accountId, deletedAt: null, goneAt: null };
  const found = await Message.find(
    {
      $or: [
        { sources: { $elemMatch: source }, receivedAt: { $lt: before } },
        { sources: { $elemMatch: { ...source, folder: { $nin: [...streams] } } } },
      ],
    },
    { sources: 1 },
  )
    .sort({ 'sources.observedAt': 1 })
    .limit(limit)
    .lean();
  return found.flatMap((message) => message.sources.filter(isMeant).map(({ providerMessageId }) => providerMessageId));
}

/** Last seen in this stream or in none; hidden ones included. */
export function findAllIds(accountId: Types.ObjectId, folder: string): AsyncGenerator<string[]> {
  return idsInBatches(
    { 'sources.accountId': accountId },
    (source) => source.accountId.equals(accountId) && (source.folder ?? folder) === folder,
  );
}

async function* idsInBatches(
  filter: QueryFilter<MessageDoc>,
  matches: (source: MessageSource) => boolean,
): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const message of Message.find(filter, { sources: 1 }).lean().cursor()) {
    batch.push(...message.sources.filter(matches).map((source) => source.providerMessageId));
    if (batch.length >= 500) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** Hidden ones included because they may be restored. */
export async function oldestMessage(accountId: Types.ObjectId): Promise<Date | undefined> {
  const oldest = await Message.findOne(
    { 'sources.accountId': accountId, receivedAt: { $type: 'date' } },
    { receivedAt: 1 },
  )
    .sort({ receivedAt: 1 })
    .lean();
  return oldest?.receivedAt;
}

/**
 * Driver's filter: answers that are not automatic. The CRM's own messages have `sentAt` and may have only
 * `conversationId`.
 */
export function answersSince(conversationId: unknown, dueAt: Date) {
  const answer = { direction: 'outbound' as const, automatic: { $ne: true }, ...alive };
  const own = { receivedAt: null, sentAt: { $gte: dueAt }, ...answer };
  const among = { $in: idSpellings(conversationId) };
  return {
    $or: [
      { conversationIds: among, receivedAt: { $gte: dueAt }, ...answer },
      { conversationIds: among, ...own },
      { conversationId: among, ...own },
    ],
  };
}
