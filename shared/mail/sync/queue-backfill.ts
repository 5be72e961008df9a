/** Searches only mailboxes that were read completely: changes are reported only from then on. */

import { randomUUID } from 'node:crypto';
import type { Types } from 'mongoose';
import { scopeOf, type AccountDoc } from '../../models/account.ts';
import { Contact } from '../../models/contact.ts';
import { Conversation } from '../../models/conversation.ts';
import {
  dropRequest,
  findKeptRequests,
  keepRequest,
  noteFailedRequest,
  type KeptRequestDoc,
} from '../../models/kept-request.ts';
import { Message } from '../../models/message.ts';
import { isDatabaseFailure } from '../../platform/database-failure.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { hasReaction, MailError } from '../mail-error.ts';
import { listedMessages, type ListedContent, type ListQuery, type Mailbox } from '../mail-provider.ts';
import { addressesOf } from '../store/match-contacts.ts';
import { queueItems } from './sync-items.ts';

/** Per mailbox. */
const backfillMessages = 100;
const failuresBeforeGivingUp = 5;

type Context = Pick<RunContext, 'job' | 'clock' | 'count' | 'signal'>;

export async function* queueBackfill(
  contactId: Types.ObjectId,
  account: AccountDoc,
  mailbox: Mailbox,
  context: Context,
): AsyncGenerator<ListedContent> {
  const request = await keepRequest({ job: context.job, contactId, accountId: account._id });
  if (!account.lastSyncedAt) return;
  yield* queueFound(request, account, mailbox, context);
  await dropRequest(request);
}

/**
 * Those that are refused or keep failing are dropped and recorded.
 * @throws the mailbox's or the database's failure
 */
export async function* queueKeptBackfills(
  account: AccountDoc,
  mailbox: Mailbox,
  context: Context & Pick<RunContext, 'problem'>,
): AsyncGenerator<ListedContent> {
  const tried = new Set<string>();
  const untried = async () =>
    (await findKeptRequests(context.job, account._id).lean<KeptRequestDoc[]>()).filter(
      ({ _id }) => !tried.has(String(_id)),
    );
  for (let requests = await untried(); requests.length > 0; requests = await untried()) {
    for (const request of requests) {
      tried.add(String(request._id));
      try {
        yield* queueFound(request, account, mailbox, context);
      } catch (thrown) {
        if (!isOfSearch(thrown, context.signal)) throw thrown;
        if (!hasReaction(thrown, 'park')) await mailbox.probe();
        context.problem(scopeOf(account), thrown);
        if (!hasReaction(thrown, 'park') && (request.failures ?? 0) + 1 < failuresBeforeGivingUp) {
          await noteFailedRequest(request);
          continue;
        }
      }
      await dropRequest(request);
    }
  }
}

function isOfSearch(thrown: unknown, signal: AbortSignal): boolean {
  if (signal.aborted || isDatabaseFailure(thrown)) return false;
  return !(thrown instanceof MailError) || hasReaction(thrown, 'park', 'retry', 'operator', 'stale-page');
}

async function* queueFound(
  { contactId, since }: Pick<KeptRequestDoc, 'contactId' | 'since'>,
  account: AccountDoc,
  mailbox: Mailbox,
  context: Context,
): AsyncGenerator<ListedContent> {
  const contact = await Contact.findOne(
    { _id: contactId, locationId: account.locationId, deletedAt: null },
    { email: 1, emails: 1 },
  ).lean();
  const participants = contact ? addressesOf(contact) : [];
  if (participants.length === 0) return;
  const isAll = yield* queuePages({ participants }, backfillMessages);
  if (since && !isAll) yield* queuePages({ participants, since }, Number.POSITIVE_INFINITY);

  /** @returns whether the listing is complete */
  async function* queuePages(query: ListQuery, maxEntries: number): AsyncGenerator<ListedContent, boolean> {
    let listed = 0;
    let pageToken: string | undefined;
    let isCut = false;
    do {
      context.signal.throwIfAborted();
      const observedAt = context.clock.now();
      const page = await mailbox.list(query, pageToken);
      const entries = page.entries.slice(0, maxEntries - listed);
      listed += entries.length;
      isCut = entries.length < page.entries.length;
      pageToken = page.nextPageToken;
      const known = await idsInConversation(
        contactId,
        account,
        entries.map(({ id }) => id),
      );
      const missing = entries.filter(({ id }) => !known.has(id));
      const revision = randomUUID();
      await queueItems(
        missing.map(({ id }) => id),
        { account, origin: 'backfill', revision, now: context.clock.now() },
      );
      context.count('backfilled', missing.length);
      yield { revision, messages: listedMessages(missing), observedAt };
    } while (pageToken && listed < maxEntries);
    return !pageToken && !isCut;
  }
}

async function idsInConversation(
  contactId: Types.ObjectId,
  account: AccountDoc,
  ids: readonly string[],
): Promise<Set<string>> {
  const conversation = await Conversation.findOne({ locationId: account.locationId, contactId }, { _id: 1 }).lean();
  if (!conversation) return new Set();
  const messages = await Message.find(
    {
      conversationIds: conversation._id,
      sources: { $elemMatch: { accountId: account._id, providerMessageId: { $in: [...ids] } } },
    },
    { sources: 1 },
  ).lean();
  return new Set(messages.flatMap((message) => message.sources.map((source) => source.providerMessageId)));
}
