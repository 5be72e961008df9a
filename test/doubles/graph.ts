/** Mail and contacts, with at most four requests in flight per mailbox. */

import { createEmulator, defineEmulator } from 'emulate';
import {
  decodeToken,
  deltaPage,
  encodeToken,
  plainGraph,
  startWalk,
  type DeltaItem,
  type DeltaQuirks,
  type DeltaToken,
} from './graph-delta.ts';
import {
  emptyMailbox,
  GraphMailbox,
  type GraphAddress,
  type MailboxState,
  type MessageState,
} from './graph-mailbox.ts';

interface GraphRequestRecord {
  readonly method: string;
  readonly path: string;
  readonly prefer: string;
  status: number;
}

export interface GraphOptions {
  readonly port?: number;
  readonly publicUrl?: () => string | undefined;
  readonly verify?: (token: string) => Promise<string | undefined> | string | undefined;
}

export interface GraphDouble {
  readonly url: string;
  readonly requests: GraphRequestRecord[];
  readonly quirks: DeltaQuirks;
  /** ms */
  latencyMs: number;
  maxInFlight: number;
  /** To a forgotten delta token. */
  goneAnswer: { status: number; code: string };
  mailbox(email: string, displayName?: string): GraphMailbox;
  close(): Promise<void>;
}

class GraphFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

interface Call {
  readonly mailbox: GraphMailbox;
  readonly query: URLSearchParams;
  readonly immutable: boolean;
  readonly pageSize: number | undefined;
  readonly base: string;
}

export async function startGraph(options: GraphOptions = {}): Promise<GraphDouble> {
  const double = {
    requests: [] as GraphRequestRecord[],
    quirks: { ...plainGraph },
    latencyMs: 0,
    maxInFlight: 0,
    goneAnswer: { status: 410, code: 'SyncStateNotFound' },
  };
  const inFlight = new Map<string, number>();
  let state!: { mailboxes: Record<string, MailboxState> };

  const definition = defineEmulator({
    name: 'microsoft-graph',
    state: () => ({ mailboxes: {} as Record<string, MailboxState> }),
    setup({ app, state: fresh, baseUrl }) {
      state = fresh;
      const base = () => `${options.publicUrl?.() ?? baseUrl}/v1.0`;
      app.get('/v1.0/:path{.+}', async (c) => {
        const url = new URL(c.req.url);
        const prefer = c.req.header('prefer') ?? '';
        const record: GraphRequestRecord = { method: 'GET', path: url.pathname + url.search, prefer, status: 200 };
        double.requests.push(record);
        try {
          const mailbox = await mailboxOf(c.req.header('authorization') ?? '', fresh.mailboxes);
          const call = callFor(mailbox, url, prefer, base());
          return c.json(await inTurn(mailbox, () => route(url, call, double)), 200, { 'Preference-Applied': prefer });
        } catch (error) {
          if (!(error instanceof GraphFailure)) throw error;
          record.status = error.status;
          return c.json(failureBody(error), error.status, error.headers);
        }
      });
    },
  });

  async function mailboxOf(authorization: string, mailboxes: Record<string, MailboxState>): Promise<MailboxState> {
    const token = authorization.replace(/^Bearer /i, '');
    const owner = token === '' ? undefined : await (options.verify ?? ((value: string) => value))(token);
    const found = owner === undefined ? undefined : mailboxes[owner];
    if (found) return found;
    throw new GraphFailure(401, 'InvalidAuthenticationToken', 'Access token has expired or is not yet valid.', {
      'WWW-Authenticate': 'Bearer',
    });
  }

  async function inTurn<Answer>({ email }: MailboxState, answer: () => Answer): Promise<Answer> {
    const running = (inFlight.get(email) ?? 0) + 1;
    inFlight.set(email, running);
    double.maxInFlight = Math.max(double.maxInFlight, running);
    try {
      if (running > 4)
        throw new GraphFailure(429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.', {
          'Retry-After': '1',
        });
      if (double.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, double.latencyMs));
      return answer();
    } finally {
      inFlight.set(email, (inFlight.get(email) ?? 1) - 1);
    }
  }

  const emulator = await createEmulator({ service: definition, port: options.port ?? 0 });
  return Object.assign(double, {
    url: emulator.url,
    mailbox(email: string, displayName = email) {
      const existing = (state.mailboxes[email] ??= emptyMailbox(email, displayName));
      return new GraphMailbox(existing);
    },
    close: () => emulator.close(),
  });
}

function callFor(mailbox: MailboxState, url: URL, prefer: string, base: string): Call {
  return {
    mailbox: new GraphMailbox(mailbox),
    query: url.searchParams,
    immutable: /IdType="ImmutableId"/i.test(prefer),
    pageSize: Number(/odata\.maxpagesize=(\d+)/.exec(prefer)?.[1]) || undefined,
    base,
  };
}

function failureBody({ code, message }: GraphFailure) {
  return {
    error: { code, message, innerError: { date: '2026-11-23T09:00:00', 'request-id': 'emulated' } },
  };
}

type Settings = Pick<GraphDouble, 'quirks' | 'goneAnswer'>;

type Route = (call: Call, id: string | undefined, url: URL, settings: Settings) => Record<string, unknown>;

const routes: readonly (readonly [RegExp, Route])[] = [
  [/^\/me$/, (call) => user(call)],
  [
    /^\/me\/mailFolders\/([^/]+)\/messages\/(?:microsoft\.graph\.)?delta(?:\(\))?$/,
    (call, id, _, settings) => delta(folder(call, id as string).id, call, settings),
  ],
  [/^\/me\/mailFolders\/delta(?:\(\))?$/, (call, _id, url) => folderDelta(call, url)],
  [/^\/me\/contacts\/delta(?:\(\))?$/, (call, _id, _, settings) => delta('contacts', call, settings)],
  [/^\/me\/mailFolders(?:\/([^/]+)\/childFolders)?$/, (call, id) => childFolders(call, id ?? 'msgfolderroot')],
  [/^\/me\/mailFolders\/([^/]+)$/, (call, id) => oneFolder(call, id as string)],
  [/^\/me(?:\/mailFolders\/([^/]+))?\/messages$/, listOf],
  [/^\/me\/messages\/([^/]+)\/attachments$/, (call, id) => ({ value: message(call, id as string).attachments })],
  [
    /^\/me\/messages\/([^/]+)$/,
    (call, id) =>
      rendered(message(call, id as string), call, call.query.get('$select') ?? '', call.query.get('$expand') ?? ''),
  ],
];

function route(url: URL, call: Call, settings: Settings): Record<string, unknown> {
  const path = decodeURIComponent(url.pathname.slice('/v1.0'.length));
  for (const [pattern, answer] of routes) {
    const match = pattern.exec(path);
    if (match) return answer(call, match[1], url, settings);
  }
  throw new GraphFailure(400, 'BadRequest', `Resource not found for the segment '${path}'.`);
}

function user(call: Call): Record<string, unknown> {
  const { state } = call.mailbox;
  const aliases = state.primary ? [state.email, ...state.aliases] : state.aliases;
  return pick(
    {
      id: 'user-id',
      displayName: state.displayName,
      mail: state.primary ?? state.email,
      userPrincipalName: state.email,
      proxyAddresses: [`SMTP:${state.primary ?? state.email}`, ...aliases.map((alias) => `smtp:${alias}`)],
    },
    call,
  );
}

function childFolders(call: Call, parentId: string): Record<string, unknown> {
  const parent = folder(call, parentId).id;
  const name = /^displayName eq '(.*)'$/.exec(call.query.get('$filter') ?? '')?.[1]?.replaceAll("''", "'");
  return {
    value: call.mailbox.state.folders
      .filter((one) => one.parentFolderId === parent && (name === undefined || one.displayName === name))
      .map((one) => pick({ ...one }, call)),
  };
}

/** Without hidden folders. Rounds of changes are never asked for: they report no mail. */
function folderDelta(call: Call, url: URL): Record<string, unknown> {
  const skip = Number(call.query.get('$skip') ?? 0);
  const top = call.pageSize ?? 10;
  const all = call.mailbox.state.folders.filter(
    ({ wellKnownName, isHidden }) => wellKnownName !== 'msgfolderroot' && !isHidden,
  );
  const next = new URL(`${call.base}${url.pathname.slice('/v1.0'.length)}${url.search}`);
  next.searchParams.set('$skip', String(skip + top));
  return {
    value: all.slice(skip, skip + top).map(({ id }) => oneFolder(call, id)),
    ...(skip + top < all.length
      ? { '@odata.nextLink': next.href }
      : { '@odata.deltaLink': `${call.base}/me/mailFolders/delta?$deltatoken=folders` }),
  };
}

function oneFolder(call: Call, id: string): Record<string, unknown> {
  const found = folder(call, id);
  const inside = Object.values(call.mailbox.state.messages).filter((message) => message.folderId === found.id);
  return pick(
    {
      id: found.id,
      displayName: found.displayName,
      parentFolderId: found.parentFolderId,
      isHidden: found.isHidden ?? false,
      totalItemCount: inside.length,
      unreadItemCount: inside.filter((message) => !message.isRead).length,
    },
    call,
  );
}

function listOf(call: Call, id: string | undefined, url: URL, { quirks }: Settings): Record<string, unknown> {
  const answer = list(id === undefined ? undefined : folder(call, id).id, url, call);
  if (Buffer.byteLength(JSON.stringify(answer)) > quirks.maxPageBytes)
    throw new GraphFailure(413, 'ErrorMessageSizeExceeded', 'The response is too large.');
  return answer;
}

function delta(scope: string, call: Call, { quirks, goneAnswer }: Settings): Record<string, unknown> {
  const { state } = call.mailbox;
  const given = call.query.get('$skiptoken') ?? call.query.get('$deltatoken');
  const token = given === null ? freshToken(scope, call) : decodeToken(given);
  if (!token || token.scope !== scope)
    throw new GraphFailure(400, 'ErrorInvalidUrlQuery', 'The delta token is malformed.');
  if (token.generation !== state.generation)
    throw new GraphFailure(
      goneAnswer.status,
      goneAnswer.code,
      'The sync state generation is not found; please restart the full synchronization.',
    );
  if (token.immutable !== call.immutable)
    throw new GraphFailure(400, 'ErrorInvalidIdMalformed', 'The id type of the token and of the request differ.');
  const page = deltaPage(state, token, call.pageSize ?? 10, quirks);
  const value = page.items.map((item) =>
    scope === 'contacts' ? renderedContact(item, call, token.select) : renderedChange(item, call, token),
  );
  const path =
    scope === 'contacts' ? '/me/contacts/delta' : `/me/mailFolders('${encodeURIComponent(scope)}')/messages/delta`;
  const link = (name: string, next: DeltaToken) =>
    `${call.base}${path.replace(/\('(.*)'\)/, '/$1')}?${name}=${encodeToken(next)}`;
  const answer = {
    '@odata.context': `${call.base}/$metadata#Collection(message)`,
    ...(page.next ? { '@odata.nextLink': link('$skiptoken', page.next) } : {}),
    ...(page.delta ? { '@odata.deltaLink': link('$deltatoken', page.delta) } : {}),
    value,
  };
  if (Buffer.byteLength(JSON.stringify(answer)) > quirks.maxPageBytes)
    throw new GraphFailure(413, 'ErrorMessageSizeExceeded', 'The response is too large.');
  return answer;
}

function freshToken(scope: string, call: Call): DeltaToken {
  const filter = call.query.get('$filter') ?? '';
  const since = /^receivedDateTime g[et] (\S+)$/.exec(filter)?.[1];
  if (filter !== '' && since === undefined)
    throw new GraphFailure(400, 'ErrorInvalidUrlQuery', `The following filter is not supported for delta: ${filter}`);
  if (call.query.has('$search'))
    throw new GraphFailure(400, 'ErrorInvalidUrlQuery', '$search is not supported for delta.');
  return startWalk(call.mailbox.state, {
    scope,
    select: call.query.get('$select') ?? '',
    expand: call.query.get('$expand') ?? '',
    since: since === undefined ? '' : new Date(since).toISOString(),
    immutable: call.immutable,
  });
}

function renderedChange(item: DeltaItem, call: Call, token: DeltaToken): Record<string, unknown> {
  const found = call.mailbox.state.messages[item.id];
  const id = shownId(item.id, found, call);
  if (item.as === 'removed' || !found)
    return { '@odata.type': '#microsoft.graph.message', id, '@removed': { reason: 'deleted' } };
  if (item.as === 'flags')
    return {
      '@odata.type': '#microsoft.graph.message',
      '@odata.etag': etag(found.version),
      id,
      isRead: found.isRead,
      parentFolderId: found.folderId,
    };
  return rendered(found, call, token.select, token.expand);
}

function renderedContact(item: DeltaItem, call: Call, select: string): Record<string, unknown> {
  const found = call.mailbox.state.contacts[item.id];
  if (item.as === 'removed' || !found) return { id: item.id, '@removed': { reason: 'deleted' } };
  const { version, ...fields } = found;
  return { '@odata.etag': etag(version), ...selected({ parentFolderId: 'contacts', ...fields }, select) };
}

function list(folderId: string | undefined, url: URL, call: Call): Record<string, unknown> {
  const { query } = call;
  let rows = Object.values(call.mailbox.state.messages).filter(
    (row) => folderId === undefined || row.folderId === folderId,
  );
  const search = query.get('$search');
  if (search !== null) {
    if (query.has('$filter') || query.has('$orderby'))
      throw new GraphFailure(
        400,
        'SearchWithFilter',
        "The query parameter '$search' cannot be combined with '$filter' or '$orderby'.",
      );
    const words = [...search.matchAll(/participants:([^\s")]+)/g)].map((match) => (match[1] as string).toLowerCase());
    if (words.length === 0) throw new GraphFailure(400, 'BadRequest', `Syntax error in $search: ${search}`);
    rows = rows.filter((row) => participants(row).some((address) => words.includes(address)));
  }
  for (const condition of (query.get('$filter') ?? '').split(' and ').filter(Boolean)) {
    const match = /^receivedDateTime (ge|gt|le|lt) (\S+)$/.exec(condition);
    if (!match) throw new GraphFailure(400, 'ErrorInvalidUrlQuery', `Could not understand: ${condition}`);
    const bound = new Date(match[2] as string).toISOString();
    const holds = {
      ge: (at: string) => at >= bound,
      gt: (at: string) => at > bound,
      le: (at: string) => at <= bound,
      lt: (at: string) => at < bound,
    }[match[1] as 'ge'];
    rows = rows.filter((row) => holds(row.receivedAt));
  }
  rows.sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : a.receivedAt > b.receivedAt ? -1 : a.id < b.id ? 1 : -1));
  const top = Math.min(Number(query.get('$top') ?? call.pageSize ?? 10), 1000);
  const skip = Number(query.get('$skip') ?? 0);
  const next = new URL(`${call.base}${url.pathname.slice('/v1.0'.length)}${url.search}`);
  next.searchParams.set('$skip', String(skip + top));
  return {
    '@odata.context': `${call.base}/$metadata#users('me')/messages`,
    ...(skip + top < rows.length ? { '@odata.nextLink': next.href } : {}),
    value: rows
      .slice(skip, skip + top)
      .map((row) => rendered(row, call, query.get('$select') ?? '', query.get('$expand') ?? '')),
  };
}

function folder(call: Call, nameOrId: string) {
  const found = call.mailbox.state.folders.find(
    (candidate) => candidate.id === nameOrId || candidate.wellKnownName === nameOrId.toLowerCase(),
  );
  if (!found && !/^AQMk|^(recoverableitemsdeletions|archive|clutter)$/i.test(nameOrId))
    throw new GraphFailure(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
  if (!found)
    throw new GraphFailure(
      404,
      'ErrorItemNotFound',
      `The specified folder could not be found in the store: ${nameOrId}`,
    );
  return found;
}

function message(call: Call, id: string): MessageState {
  const immutableId = id.includes('~') ? (id.split('~')[0] as string) : id;
  if (call.immutable === id.includes('~')) throw new GraphFailure(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
  const found = call.mailbox.state.messages[immutableId];
  if (!found || (id.includes('~') && shownId(found.id, found, call) !== id))
    throw new GraphFailure(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
  return found;
}

/** A mutable id changes with the folder. */
function shownId(id: string, found: MessageState | undefined, call: Call): string {
  return call.immutable ? id : `${id}~${(found?.folderId ?? 'gone').slice(4, 12)}`;
}

function rendered(row: MessageState, call: Call, select: string, expand: string): Record<string, unknown> {
  const full = {
    id: shownId(row.id, row, call),
    parentFolderId: row.folderId,
    conversationId: row.conversationId,
    internetMessageId: row.internetMessageId,
    subject: row.subject,
    from: row.from ? { emailAddress: row.from } : undefined,
    sender: row.sender ? { emailAddress: row.sender } : undefined,
    toRecipients: recipients(row.to),
    ccRecipients: recipients(row.cc),
    bccRecipients: recipients(row.bcc),
    replyTo: recipients(row.replyTo),
    body: row.body,
    bodyPreview: row.body.content.slice(0, 255),
    internetMessageHeaders: select.includes('internetMessageHeaders') ? row.headers : undefined,
    hasAttachments: row.attachments.some((attachment) => !attachment.isInline),
    receivedDateTime: row.receivedAt.replace('.000Z', 'Z'),
    sentDateTime: row.sentAt.replace('.000Z', 'Z'),
    isRead: row.isRead,
    isDraft: row.isDraft,
  };
  const attachments = expand.startsWith('attachments')
    ? {
        attachments: row.attachments.map((attachment) => ({
          '@odata.type': '#microsoft.graph.fileAttachment',
          ...attachment,
        })),
      }
    : {};
  return { '@odata.etag': etag(row.version), ...selected(full, select), ...attachments };
}

function pick(full: Record<string, unknown>, call: Call): Record<string, unknown> {
  return selected(full, call.query.get('$select') ?? '');
}

function selected(full: Record<string, unknown>, select: string): Record<string, unknown> {
  if (select === '') return full;
  const names = new Set(['id', ...select.split(',').map((name) => name.trim())]);
  return Object.fromEntries(Object.entries(full).filter(([name, value]) => names.has(name) && value !== undefined));
}

function recipients(addresses: readonly GraphAddress[]) {
  return addresses.map((emailAddress) => ({ emailAddress }));
}

function participants(row: MessageState): string[] {
  return [row.from, row.sender, ...row.to, ...row.cc, ...row.bcc].map(
    (address) => address?.address?.toLowerCase() ?? '',
  );
}

function etag(version: number): string {
  return `W/"${version}"`;
}
