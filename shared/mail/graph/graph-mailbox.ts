import { hasReaction, isLocalFailure, MailError } from '../mail-error.ts';
import type {
  ChangePage,
  Cursor,
  FetchedMessage,
  ListEntry,
  ListPage,
  ListQuery,
  MailboxContext,
  Mailbox,
  MailChange,
  MailboxIdentity,
  MissingPart,
} from '../mail-provider.ts';
import { advance, beginWalk, deltaPath, readDeltaCursor, type DeltaCursor } from './delta-cursor.ts';
import type { Folders } from './folders.ts';
import { leadsNowhere, ownPath, type GraphClient } from './graph-client.ts';
import { isHeavy, mayBeContent } from './graph-errors.ts';
import type { GraphAttachment, GraphMessage, GraphPage } from './graph-types.ts';
import { requestsInFlight } from './mailbox-gate.ts';
import { contentOfPage } from './page-content.ts';
import {
  attachmentFields,
  isWhole,
  messageEnvelope,
  messageState,
  messageWithoutBody,
  toFetchedMessage,
  wholeMessage,
} from './message-fields.ts';

export interface GraphMailboxParts {
  readonly graph: GraphClient;
  readonly folders: Folders;
  readonly context: MailboxContext;
  readonly syncExtras: () => Promise<void>;
  readonly renewWatch: () => Promise<Date | undefined>;
}

const idPageSize = 1000;
const searchPageSize = 25;

const lessAndLess: readonly { readonly query: string; readonly missing: readonly MissingPart[] }[] = [
  { query: `$select=${wholeMessage}&$expand=${attachmentFields}`, missing: [] },
  { query: `$select=${wholeMessage}`, missing: [] },
  { query: `$select=${messageWithoutBody}`, missing: ['text'] },
  { query: `$select=${messageEnvelope}`, missing: ['text', 'headers'] },
];

export class GraphMailbox implements Mailbox {
  readonly concurrency = requestsInFlight;
  readonly snapshot = 'changes';
  readonly listsAll = true;
  readonly #graph: GraphClient;
  readonly #folders: Folders;
  readonly #context: MailboxContext;
  readonly #extras: () => Promise<void>;
  readonly renewWatch: () => Promise<Date | undefined>;
  readonly #graphUrl: string;
  readonly #lightStreams = new Set<string>();

  constructor({ graph, folders, context, syncExtras, renewWatch }: GraphMailboxParts) {
    this.#graph = graph;
    this.#folders = folders;
    this.#context = context;
    this.#extras = syncExtras;
    this.renewWatch = renewWatch;
    this.#graphUrl = context.config.microsoftGraphUrl;
  }

  streams(): Promise<readonly string[]> {
    return this.#folders.streams();
  }

  isQuiet(stream: string, cursor: Cursor | undefined): Promise<boolean> {
    return this.#folders.isQuiet(stream, cursor && readDeltaCursor(cursor));
  }

  async begin(stream: string, since: Date): Promise<Cursor> {
    return {
      ...beginWalk(since.toISOString(), { filtered: true, light: this.#lightStreams.has(stream) }),
    };
  }

  async identity(): Promise<MailboxIdentity> {
    interface Me {
      readonly mail?: string | null;
      readonly userPrincipalName?: string;
      readonly proxyAddresses?: readonly string[];
    }
    const me = await this.#graph.get<Me>('/me?$select=id,mail,userPrincipalName,proxyAddresses', { what: 'profile' });
    const email = me?.mail ?? me?.userPrincipalName;
    if (!email)
      throw new MailError('Graph returned no address for this mailbox', { code: 'no-mailbox', reaction: 'admin' });
    // "SMTP:" is primary, "smtp:" an alias; others are not mail.
    const proxies = (me?.proxyAddresses ?? []).flatMap(
      (entry) => /^smtp:(.+@.+)$/i.exec(entry)?.[1]?.toLowerCase() ?? [],
    );
    const aliases = [...new Set([...proxies, me?.userPrincipalName?.toLowerCase() ?? ''])];
    return {
      email,
      aliases: aliases.filter((address) => address.includes('@') && address !== email.toLowerCase()),
      delivered: proxies,
      isGranted: true,
    };
  }

  // A profile may exist without a mailbox.
  async probe(): Promise<void> {
    await this.#graph.get('/me/mailFolders/inbox?$select=id', { what: 'inbox' });
  }

  async changes(stream: string, given: Cursor): Promise<ChangePage> {
    const cursor = readDeltaCursor(given);
    const { page, cursor: used } = (await this.#folders.isReadable(stream))
      ? await this.#deltaPage(stream, cursor)
      : { page: undefined, cursor };
    if (page === undefined) {
      // The folder is gone: an empty walk has its messages checked once.
      if (cursor.link !== undefined)
        throw new MailError(`Folder ${stream} no longer exists`, {
          code: 'folder-gone',
          reaction: 'cursor-expired',
        });
      return { changes: [], cursor: given, more: false };
    }
    const items = page.value ?? [];
    const next = this.#ownLink(page['@odata.nextLink']);
    if (next !== undefined && next === used.link) throw leadsNowhere(`delta of ${stream}`);
    const delta = this.#ownLink(page['@odata.deltaLink']);
    if (next === undefined && delta === undefined) {
      throw new MailError(`Graph returned a delta page of ${stream} without a link to the next one`, {
        code: 'bad-answer',
        reaction: 'retry',
      });
    }
    const changes: MailChange[] = [];
    const content = cursor.light
      ? await contentOfPage(
          this.#graph,
          stream,
          items.filter((item) => !this.#isBefore(item, cursor)),
        )
      : undefined;
    for (const item of items) changes.push(...(await this.#toChange(content?.get(item.id) ?? item, stream, cursor)));
    const after = advance(used, items.length, next, delta);
    const more = next !== undefined || after.phase === 'walk';
    return { changes, cursor: { ...after, ...(more ? {} : await this.#folders.stateOf(stream)) }, more };
  }

  async list(query: ListQuery, pageToken?: string): Promise<ListPage> {
    if (query.stream !== undefined && !(await this.#folders.isReadable(query.stream))) return { entries: [] };
    const path = pageToken ?? listPath(query);
    const page = query.participants
      ? await this.#searchPage(path)
      : await this.#graph.get<GraphPage<GraphMessage>>(path, { what: `list of ${query.stream ?? 'mailbox'}` });
    const entries: ListEntry[] = [];
    for (const item of page?.value ?? []) entries.push(...(await this.#entryOf(item, query)));
    const next = this.#ownLink(page?.['@odata.nextLink']);
    return { entries, ...(next ? { nextPageToken: next } : {}), ...(query.participants ? { partial: true } : {}) };
  }

  async #entryOf(item: GraphMessage, { stream, participants, since }: ListQuery): Promise<ListEntry[]> {
    if (item.isDraft || (since && item.receivedDateTime && new Date(item.receivedDateTime) < since)) return [];
    const isWholeMailbox = stream === undefined && participants === undefined;
    const place = isWholeMailbox ? await this.#folders.roleOf(item.parentFolderId) : {};
    if (place.isDeleted || place.isSpam || place.isDraft) return [];
    const message = isWhole(item) ? await this.#completedIfPossible(item) : undefined;
    return [
      {
        id: item.id,
        ...(item.isRead === undefined ? {} : { isRead: item.isRead }),
        ...(message ? { message } : {}),
        ...(isWholeMailbox && place.stream === undefined ? { isElsewhere: true } : {}),
      },
    ];
  }

  async fetch(id: string): Promise<FetchedMessage | undefined> {
    const { message, missing } = await this.#asMuchAsPossible(id);
    return message && this.#completed(message, undefined, missing);
  }

  syncExtras(): Promise<void> {
    return this.#extras();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Drops only what Graph refuses for good. */
  async #asMuchAsPossible(
    id: string,
  ): Promise<{ readonly message: GraphMessage | undefined; readonly missing: readonly MissingPart[] }> {
    const what = `message ${id.slice(-12)}`;
    let refused: unknown;
    for (const { query, missing } of lessAndLess) {
      // The text is too large, not the attachments.
      if (refused instanceof MailError && refused.code === 'too-large' && !missing.includes('text')) continue;
      try {
        const message = await this.#graph.get<GraphMessage>(`/me/messages/${encodeURIComponent(id)}?${query}`, {
          what,
        });
        if (message && typeof message.id !== 'string')
          throw new MailError(`Graph, ${what}: expected a message, got something else`, {
            code: 'bad-answer',
            reaction: 'retry',
          });
        if (missing.includes('text')) this.#context.count('bodiesTooLarge');
        return { message, missing };
      } catch (thrown) {
        if (!hasReaction(thrown, 'park') || thrown.code === 'id-malformed') throw thrown;
        refused ??= thrown;
      }
    }
    throw refused;
  }

  /** Halves the page, at last walks without content. */
  async #deltaPage(
    stream: string,
    given: DeltaCursor,
  ): Promise<{ page: GraphPage<GraphMessage> | undefined; cursor: DeltaCursor }> {
    for (let cursor = given; ;) {
      try {
        return {
          page: await this.#graph.get<GraphPage<GraphMessage>>(deltaPath(stream, cursor), {
            what: `delta of ${stream}`,
            pageSize: cursor.pageSize,
          }),
          cursor,
        };
      } catch (error) {
        const simpler = await this.#simplerQuery(stream, cursor, error);
        if (simpler === undefined) throw error;
        cursor = simpler;
      }
    }
  }

  async #searchPage(path: string): Promise<GraphPage<GraphMessage> | undefined> {
    try {
      return await this.#graph.get(path, { what: 'search' });
    } catch (error) {
      if (!(error instanceof MailError) || !mayBeContent(error)) throw error;
      this.#context.count('pagesHalved');
      return this.#graph.get(withoutContent(path), { what: 'search' });
    }
  }

  /** Throws when only a new walk helps. */
  async #simplerQuery(stream: string, cursor: DeltaCursor, error: unknown): Promise<DeltaCursor | undefined> {
    if (!(error instanceof MailError)) return undefined;
    if (isHeavy(error)) {
      if (cursor.pageSize > 1) {
        this.#context.count('pagesHalved');
        // Unless Graph says `too-large`, each try may cost a time-out.
        return { ...cursor, pageSize: Math.ceil(cursor.pageSize / (error.code === 'too-large' ? 2 : 5)) };
      }
      if (cursor.light) return undefined;
      // If this fails too, the page is not to blame.
      if (error.code !== 'too-large')
        await this.#graph.get('/me/mailFolders/inbox?$select=id', { what: 'folder inbox' });
      throw this.#walkLight(stream, error);
    }
    if (mayBeContent(error) && !cursor.light) {
      // If the folder answers, one message breaks the page.
      await this.#graph.get(deltaPath(stream, beginWalk(cursor.since, { filtered: true, light: true })), {
        what: `delta of ${stream}`,
        pageSize: 1,
      });
      throw this.#walkLight(stream, error);
    }
    if (!['bad-request', 'id-malformed'].includes(error.code)) return undefined;
    if (cursor.link !== undefined)
      throw new MailError(`Graph no longer accepts the link of ${stream} (${error.message})`, {
        code: 'link-refused',
        reaction: 'cursor-expired',
        cause: error,
      });
    if (cursor.expanded) return { ...cursor, expanded: false };
    throw new MailError(`Graph refuses the delta query of ${stream} (${error.message})`, {
      code: 'query-refused',
      reaction: 'operator',
      cause: error,
    });
  }

  #walkLight(stream: string, cause: MailError): MailError {
    this.#lightStreams.add(stream);
    return new MailError(
      `A message in ${stream} makes every page fail (${cause.code}): the folder is listed again ` + 'without content',
      { code: cause.code, reaction: 'cursor-expired', cause },
    );
  }

  async #toChange(item: GraphMessage, stream: string, cursor: DeltaCursor): Promise<MailChange[]> {
    if (item['@removed']) return [{ kind: 'left', id: item.id }];
    if (isWhole(item)) {
      if (this.#isBefore(item, cursor)) return [];
      const message = await this.#completedIfPossible(item, stream);
      return [message ? { kind: 'message', id: item.id, message } : this.#listedOnly(item)];
    }
    if (cursor.light) return this.#isBefore(item, cursor) ? [] : [this.#listedOnly(item)];
    // Only the read state changed: no content (microsoft-graph-docs#7776).
    const fields = Object.keys(item).filter((name) => !name.startsWith('@'));
    const onlyRead =
      item.isRead !== undefined && fields.every((name) => ['id', 'isRead', 'parentFolderId'].includes(name));
    return [
      onlyRead
        ? { kind: 'flags', id: item.id, flags: { isRead: item.isRead as boolean } }
        : { kind: 'message', id: item.id },
    ];
  }

  #listedOnly({ id, receivedDateTime }: GraphMessage): MailChange {
    return { kind: 'message', id, ...(receivedDateTime ? { receivedAt: new Date(receivedDateTime) } : {}) };
  }

  /** A round includes changes to old mail. */
  #isBefore(item: GraphMessage, cursor: DeltaCursor): boolean {
    return (
      cursor.phase === 'walk' &&
      !cursor.filtered &&
      item.receivedDateTime !== undefined &&
      new Date(item.receivedDateTime).getTime() < Date.parse(cursor.since)
    );
  }

  async #completed(item: GraphMessage, stream?: string, missing: readonly MissingPart[] = []): Promise<FetchedMessage> {
    const role = stream === undefined ? await this.#folders.roleOf(item.parentFolderId) : { stream };
    if (item.attachments !== undefined || !item.hasAttachments) return toFetchedMessage(item, role, missing);
    try {
      const listed = await this.#graph.get<GraphPage<GraphAttachment>>(
        `/me/messages/${encodeURIComponent(item.id)}/attachments?$select=id,name,contentType,size,isInline`,
        { what: 'attachments' },
      );
      return toFetchedMessage({ ...item, attachments: listed?.value ?? [] }, role, missing);
    } catch (thrown) {
      if (!hasReaction(thrown, 'park', 'admin')) throw thrown;
      return toFetchedMessage(item, role, [...missing, 'attachments']);
    }
  }

  /** A message that fails alone must not hold up the page. */
  async #completedIfPossible(item: GraphMessage, stream?: string): Promise<FetchedMessage | undefined> {
    try {
      return await this.#completed(item, stream);
    } catch (thrown) {
      if (this.#context.signal.aborted || !isLocalFailure(thrown)) throw thrown;
      return undefined;
    }
  }

  #ownLink(link: string | undefined): string | undefined {
    return link === undefined ? undefined : ownPath(link, this.#graphUrl);
  }
}

function withoutContent(path: string): string {
  const [address = '', query = ''] = path.split('?', 2);
  const kept = query.split('&').filter((part) => !/^(\$|%24)(select|expand)=/i.test(part));
  return `${address}?${[...kept, `$select=${messageState}`].join('&')}`;
}

/** `$search` sorts by date and allows neither `$filter` nor `$orderby`. */
function listPath(query: ListQuery): string {
  const base =
    query.stream === undefined ? '/me/messages' : `/me/mailFolders/${encodeURIComponent(query.stream)}/messages`;
  if (query.participants) {
    const words = query.participants.map((address) => `participants:${address.replace(/["\\]/g, '')}`).join(' OR ');
    const search = encodeURIComponent(`"${words}"`);
    return `${base}?$search=${search}&$top=${searchPageSize}&$select=${wholeMessage}&$expand=${attachmentFields}`;
  }
  const filter = query.since
    ? `&$filter=${encodeURIComponent(`receivedDateTime ge ${query.since.toISOString()}`)}`
    : '';
  const order = encodeURIComponent('receivedDateTime desc');
  return `${base}?$top=${idPageSize}&$select=${messageState}&$orderby=${order}${filter}`;
}
