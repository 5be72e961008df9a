/** The cursor is a history id, which never moves back, and a page inside a walk. */

import type { gmail_v1 } from '@googleapis/gmail';
import type { AccountDoc } from '../../models/account.ts';
import { minute } from '../../platform/clock.ts';
import { hasReaction, MailError } from '../mail-error.ts';
import type {
  ChangePage,
  Cursor,
  FetchedMessage,
  ListPage,
  ListQuery,
  Mailbox,
  MailboxContext,
  MailboxIdentity,
  MailProvider,
  MissingPart,
} from '../mail-provider.ts';
import { UnitBucket } from '../sync/quota.ts';
import { GmailClient, readUnitPrices, type GmailLimits } from './gmail-client.ts';
import { directionByLabels, newerHistoryId, readHistory, readLabels } from './gmail-history.ts';

const stream = 'mailbox';
const pageSize = 500;
const maxClockError = 10 * minute;
/** Of walks in a run: page tokens that are always refused would never let one end. */
const maxRestarts = 3;

interface GmailCursor {
  readonly historyId: string;
  readonly pageToken?: string;
  readonly end?: string;
}

/** One per run: accounts share the project's quota. */
export function gmailProvider(): MailProvider {
  let limits: GmailLimits | undefined;
  let runs = 1;
  return {
    name: 'gmail',
    quota: {
      divide(among) {
        runs = among;
        limits?.project.divide(runs);
      },
      takeSpent() {
        const { spent = 0 } = limits ?? {};
        if (limits) limits.spent = 0;
        return spent;
      },
      putBack(units) {
        if (limits) limits.spent += units;
      },
    },
    open(account, context) {
      limits ??= {
        project: new UnitBucket(context.config.gmailProjectUnitsPerMinute),
        accounts: new Map(),
        prices: readUnitPrices(context.config.gmailUnitPrices),
        spent: 0,
      };
      limits.project.divide(runs);
      return Promise.resolve(new GmailMailbox(account, context, limits));
    },
  };
}

class GmailMailbox implements Mailbox {
  readonly concurrency: number;
  readonly snapshot = 'list';
  readonly listsAll = true;
  readonly #client: GmailClient;
  readonly #context: MailboxContext;
  #restarts = 0;

  constructor(account: AccountDoc, context: MailboxContext, limits: GmailLimits) {
    this.concurrency = 2 * context.config.gmailConcurrency;
    this.#client = new GmailClient(account, context, limits);
    this.#context = context;
  }

  async identity(): Promise<MailboxIdentity> {
    const { emailAddress } = await this.#profile();
    if (!emailAddress)
      throw new MailError("Gmail did not return the mailbox's address", { code: 'bad-answer', reaction: 'retry' });
    const { sendAs = [] } = await this.#client.call({
      method: 'settings.sendAs.list',
      send: (api, options) => api.users.settings.sendAs.list({ userId: 'me' }, options),
    });
    // The primary address has no verification status.
    const verified = sendAs.filter((alias) => alias.isPrimary || alias.verificationStatus === 'accepted');
    return { email: emailAddress, aliases: verified.flatMap((alias) => alias.sendAsEmail ?? []), isGranted: true };
  }

  async probe(): Promise<void> {
    await this.#profile();
  }

  streams(): Promise<readonly string[]> {
    return Promise.resolve([stream]);
  }

  /** A message's own history id may be too old. */
  async begin(): Promise<Cursor> {
    return gmailCursor({ historyId: validHistoryId((await this.#profile()).historyId) });
  }

  async changes(_: string, cursor: Cursor): Promise<ChangePage> {
    const walk = cursor as unknown as GmailCursor;
    const page = await this.#historyPage(walk);
    // The walk covers its first page's present; later pages may name a later one.
    const end = newerHistoryId(walk.historyId, walk.end ?? validHistoryId(page.historyId));
    const pageToken = nextPage('history.list', page.nextPageToken, walk.pageToken);
    if (!walk.pageToken && !pageToken && BigInt(page.historyId ?? 0) < BigInt(walk.historyId))
      await this.#refuseFuture(walk.historyId);
    return {
      changes: readHistory(page.history ?? []),
      cursor: gmailCursor(pageToken ? { historyId: walk.historyId, pageToken, end } : { historyId: end }),
      more: pageToken !== undefined,
    };
  }

  /** A future id (from another mailbox, or a wrong answer) would hide all new mail. */
  async #refuseFuture(historyId: string): Promise<void> {
    const { historyId: present } = await this.#profile();
    if (BigInt(validHistoryId(present)) >= BigInt(historyId)) return;
    throw new MailError(`Gmail's history ends at ${present}, before the last sync at ${historyId}`, {
      code: 'history-ahead',
      reaction: 'cursor-expired',
    });
  }

  async #historyPage(walk: GmailCursor): Promise<gmail_v1.Schema$ListHistoryResponse> {
    const list = (pageToken: string | undefined) =>
      this.#client.call({
        method: 'history.list',
        hasPageToken: pageToken !== undefined,
        send: (api, options) =>
          api.users.history.list(
            {
              userId: 'me',
              startHistoryId: walk.historyId,
              maxResults: pageSize,
              historyTypes: ['messageAdded', 'messageDeleted', 'labelAdded', 'labelRemoved'],
              ...(pageToken ? { pageToken } : {}),
            },
            options,
          ),
      });
    try {
      return await list(walk.pageToken);
    } catch (thrown) {
      if (!this.#restartsAfter(thrown)) throw thrown;
      return list(undefined);
    }
  }

  #restartsAfter(thrown: unknown): boolean {
    if (!hasReaction(thrown, 'stale-page')) return false;
    this.#restarts += 1;
    if (this.#restarts <= maxRestarts) return true;
    throw new MailError('Gmail refuses the page tokens that it has just issued', {
      code: 'bad-answer',
      reaction: 'retry',
    });
  }

  async list(given: ListQuery, pageToken?: string): Promise<ListPage> {
    const participants = given.participants?.filter(isSearchable);
    if (given.participants && participants) {
      this.#context.count('addressesNotSearched', given.participants.length - participants.length);
      if (participants.length === 0) return { entries: [], partial: true };
    }
    const query = participants ? { ...given, participants } : given;
    // Unread ids, then read ids: an id costs a hundredth of a message.
    const [phase, token] = query.readState ? splitPhase(pageToken) : [undefined, pageToken];
    const page = await this.#client
      .call({
        method: 'messages.list',
        hasPageToken: token !== undefined,
        send: (api, options) =>
          api.users.messages.list(
            { userId: 'me', maxResults: pageSize, q: searchText(query, phase), ...(token ? { pageToken: token } : {}) },
            options,
          ),
      })
      .catch((thrown: unknown) => {
        this.#restartsAfter(thrown);
        throw thrown;
      });
    const entries = (page.messages ?? []).flatMap(({ id }) =>
      id ? [{ id, ...(phase ? { isRead: phase === 'read' } : {}) }] : [],
    );
    const nextToken = nextPage('messages.list', page.nextPageToken, token);
    const next = phase ? joinPhase(phase, nextToken) : nextToken;
    return { entries, ...(next ? { nextPageToken: next } : {}) };
  }

  /** Only raw has everything as sent (charsets, nested messages), at the same price. */
  async fetch(id: string): Promise<FetchedMessage | undefined> {
    let message;
    let missing: readonly MissingPart[] | undefined;
    try {
      message = await this.#message(id, 'raw');
    } catch (thrown) {
      if (thrown instanceof MailError && thrown.code === 'gone') return undefined;
      if (!hasReaction(thrown, 'park')) throw thrown;
      message = await this.#message(id, 'metadata');
      missing = ['text', 'attachments'];
    }
    const raw = message.raw ? Buffer.from(message.raw, 'base64url') : headersOnly(message.payload);
    if (!raw)
      throw new MailError(`Gmail returned message ${id} without content`, { code: 'no-content', reaction: 'park' });
    const labelIds = message.labelIds ?? [];
    const receivedAt = readInternalDate(message);
    return {
      providerMessageId: id,
      ...(message.threadId ? { providerThreadId: message.threadId } : {}),
      folder: stream,
      flags: this.#isStillToBeSent(labelIds, receivedAt)
        ? { ...readLabels(labelIds), isDraft: true }
        : readLabels(labelIds),
      receivedAt,
      directionHint: directionByLabels(labelIds),
      content: { kind: 'raw', raw },
      ...(missing ? { missing } : {}),
    };
  }

  #isStillToBeSent(labelIds: readonly string[], at: Date): boolean {
    const isUnderWay = labelIds.includes('SENT') || labelIds.includes('INBOX');
    return !isUnderWay && at.getTime() > this.#context.clock.now().getTime() + maxClockError;
  }

  #message(id: string, format: 'raw' | 'metadata'): Promise<gmail_v1.Schema$Message> {
    return this.#client.call({
      method: 'messages.get',
      send: (api, options) => api.users.messages.get({ userId: 'me', id, format }, options),
    });
  }

  async renewWatch(): Promise<Date | undefined> {
    const topicName = this.#context.config.gmailPubsubTopic;
    if (!topicName) return undefined;
    const watch = await this.#client.call({
      method: 'watch',
      send: (api, options) => api.users.watch({ userId: 'me', requestBody: { topicName } }, options),
    });
    return watch.expiration ? new Date(Number(watch.expiration)) : undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #profile(): Promise<gmail_v1.Schema$Profile> {
    return this.#client.call({
      method: 'getProfile',
      send: (api, options) => api.users.getProfile({ userId: 'me' }, options),
    });
  }
}

function gmailCursor(cursor: GmailCursor): Cursor {
  return cursor as unknown as Cursor;
}

function headersOnly(payload: gmail_v1.Schema$MessagePart | undefined): Buffer | undefined {
  if (!payload?.headers?.length) return undefined;
  const lines = payload.headers
    .filter(({ name }) => name && !/^content-/i.test(name))
    .map(({ name, value }) => `${name}: ${value ?? ''}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

function validHistoryId(id: string | null | undefined): string {
  if (id && /^\d+$/.test(id)) return id;
  throw new MailError('Gmail returned a history id that is not a number', {
    code: 'bad-history-id',
    reaction: 'retry',
  });
}

function readInternalDate({ id, internalDate }: gmail_v1.Schema$Message): Date {
  if (internalDate && /^\d{1,15}$/.test(internalDate)) return new Date(Number(internalDate));
  throw new MailError(`Gmail returned message ${id} without its time of receipt`, {
    code: 'no-date',
    reaction: 'park',
  });
}

function nextPage(method: string, next: string | null | undefined, used: string | undefined): string | undefined {
  if (next && next === used)
    throw new MailError(`Gmail ${method}: a page of the answer links to itself`, {
      code: 'bad-answer',
      reaction: 'retry',
    });
  return next ?? undefined;
}

/** Gmail leaves out spam and trash. */
function searchText(query: ListQuery, phase: Phase | undefined): string {
  const words = ['-in:chats', '-in:drafts'];
  if (query.since) words.push(`after:${Math.floor(query.since.getTime() / 1000)}`);
  if (query.participants) words.push(anyOf(query.participants));
  if (phase) words.push(`is:${phase}`);
  return words.join(' ');
}

function isSearchable(address: string): boolean {
  return /^[^\s{}()"]+@[^\s{}()"]+$/.test(address);
}

function anyOf(participants: readonly string[]): string {
  const fields = ['from', 'to', 'cc', 'bcc'];
  const terms = participants.flatMap((address) => fields.map((field) => `${field}:${address}`));
  return `{${terms.join(' ')}}`;
}

type Phase = 'unread' | 'read';

function splitPhase(pageToken: string | undefined): [Phase, string | undefined] {
  if (!pageToken) return ['unread', undefined];
  const [phase, ...token] = pageToken.split(':');
  return [phase as Phase, token.join(':') || undefined];
}

function joinPhase(phase: Phase, token: string | undefined): string | undefined {
  if (token) return `${phase}:${token}`;
  return phase === 'unread' ? 'read:' : undefined;
}
