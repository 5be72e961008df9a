/** `emulate`'s Google service; the fault proxy adds what it lacks, as Google documents it. */

import { randomUUID } from 'node:crypto';
import { createEmulator } from 'emulate';
import { Types } from 'mongoose';
import { Account, type AccountDoc } from '../../shared/models/account.ts';
import { sealCredentials } from '../../shared/platform/crypto.ts';
import type { Environment } from '../../shared/platform/config.ts';
import { fetchOnce, startFaultProxy, type FaultProxy, type ProxiedRequest } from './fault-proxy.ts';

/** Quota units, for projects made from May 2026 on. */
const prices: readonly (readonly [RegExp, number])[] = [
  [/\/messages\/[^/]+$/, 20],
  [/\/messages$/, 5],
  [/\/history$/, 2],
  [/\/(profile|settings\/sendAs)$/, 1],
  [/\/watch$/, 100],
];

const credentialsKey = Buffer.alloc(32, 7).toString('base64');
const clientId = 'estio-test.apps.example';
const clientSecret = 'client-secret';
const users = '/gmail/v1/users/me';
/** The emulator takes 5,000 requests an hour per token. */
const controlTokens = Array.from({ length: 8 }, (_, n) => `test-control-${n}`);

interface MailboxMessage {
  readonly id: string;
  readonly threadId: string;
  readonly labelIds: readonly string[];
}

export interface GmailDouble {
  readonly email: string;
  readonly proxy: FaultProxy;
  readonly environment: Environment;
  readonly connect: (account?: Partial<AccountDoc>) => Promise<AccountDoc>;
  readonly deliver: (raw: string | Buffer, labelIds?: readonly string[], receivedAt?: Date) => Promise<string>;
  readonly modify: (
    id: string,
    change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
  ) => Promise<void>;
  readonly trash: (id: string) => Promise<void>;
  readonly untrash: (id: string) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  readonly messages: () => Promise<MailboxMessage[]>;
  /** Earlier cursors are refused. */
  readonly expireHistory: () => Promise<void>;
  readonly setAliases: (aliases: readonly { readonly email: string; readonly verified: boolean }[]) => void;
  readonly revoke: () => void;
  readonly close: () => Promise<void>;
}

interface MailboxState {
  readonly email: string;
  forgottenUpTo: bigint;
  revoked: boolean;
  aliases: readonly { readonly email: string; readonly verified: boolean }[];
  /** As delivered (base64url). */
  readonly raw: Map<string, string>;
  readonly pageTokens: Set<string>;
}

function newMailbox(email: string): MailboxState {
  return { email, forgottenUpTo: 0n, revoked: false, aliases: [], raw: new Map(), pageTokens: new Set() };
}

/** Seven-bit mail passes the emulator unchanged. */
function noteRaw(state: MailboxState, id: string, raw: Buffer): void {
  if (raw.some((byte) => byte > 0x7f)) state.raw.set(id, raw.toString('base64url'));
}

const oauthClient = {
  client_id: clientId,
  client_secret: clientSecret,
  redirect_uris: ['http://127.0.0.1/', 'https://cron.example/connect/return'],
};

export async function startGmail(email = `agent-${randomUUID()}@agency.example`): Promise<GmailDouble> {
  const emulator = await createEmulator({
    service: 'google',
    port: 0,
    seed: {
      tokens: Object.fromEntries(['test-control', ...controlTokens].map((token) => [token, { login: email }])),
      google: {
        users: [{ email, name: 'Agent' }],
        oauth_clients: [oauthClient],
      },
    },
  });
  const state = newMailbox(email);
  const { control, currentHistoryId } = controlOf(emulator.url);
  const proxy = await startFaultProxy({
    target: emulator.url,
    answer: (request, forward) => answerFor(state, currentHistoryId, request, forward),
    price: ({ path }) => (path.startsWith(users) ? (prices.find(([pattern]) => pattern.test(path))?.[1] ?? 1) : 0),
  });

  return {
    email,
    proxy,
    environment: {
      GOOGLE_API_URL: proxy.url,
      GOOGLE_TOKEN_URL: `${proxy.url}/oauth2/token`,
      GOOGLE_AUTH_URL: `${proxy.url}/o/oauth2/v2/auth`,
      GOOGLE_CLIENT_ID: clientId,
      GOOGLE_CLIENT_SECRET: clientSecret,
      GMAIL_UNITS_PER_MINUTE: '10000000',
      GMAIL_PROJECT_UNITS_PER_MINUTE: '100000000',
      CREDENTIALS_KEY: credentialsKey,
    },
    async connect(account = {}) {
      const _id = account._id ?? new Types.ObjectId();
      const refreshToken = await signIn(emulator.url, email);
      const credentials = sealCredentials({ refreshToken }, String(_id), {
        credentialsKey,
        credentialsKeyPrevious: undefined,
      });
      const created = await Account.create({
        _id,
        locationId: new Types.ObjectId(),
        provider: 'gmail',
        email,
        credentials,
        credentialsVersion: 1,
        ...account,
      });
      return created.toObject();
    },
    async deliver(raw, labelIds = ['INBOX', 'UNREAD'], receivedAt) {
      const message = await control('POST', '/messages', {
        raw: Buffer.from(raw).toString('base64url'),
        labelIds,
        ...(receivedAt ? { internalDate: String(receivedAt.getTime()) } : {}),
      });
      noteRaw(state, String(message['id']), Buffer.from(raw));
      return String(message['id']);
    },
    modify: async (id, { add = [], remove = [] }) =>
      void (await control('POST', `/messages/${id}/modify`, { addLabelIds: add, removeLabelIds: remove })),
    trash: async (id) => void (await control('POST', `/messages/${id}/trash`)),
    untrash: async (id) => void (await control('POST', `/messages/${id}/untrash`)),
    remove: async (id) => void (await control('DELETE', `/messages/${id}`)),
    messages: () => allMessages(control),
    async expireHistory() {
      state.forgottenUpTo = BigInt(await currentHistoryId());
    },
    setAliases: (list) => void (state.aliases = list),
    revoke: () => void (state.revoked = true),
    async close() {
      await proxy.close();
      await emulator.close();
    },
  };
}

type Control = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

function controlOf(url: string) {
  let controls = 0;
  const control: Control = async (method, path, body) => {
    const response = await fetchOnce(`${url}${users}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${controlTokens[(controls += 1) % controlTokens.length]}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`emulator: ${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return text ? (JSON.parse(text) as Record<string, unknown>) : {};
  };
  const currentHistoryId = async () =>
    String((await control('GET', '/history?startHistoryId=99999999999999999999999'))['historyId']);
  return { control, currentHistoryId };
}

async function allMessages(control: Control): Promise<MailboxMessage[]> {
  const found: MailboxMessage[] = [];
  for (let pageToken: unknown = '0'; pageToken !== undefined;) {
    const page = await control('GET', `/messages?includeSpamTrash=true&maxResults=500&pageToken=${pageToken}`);
    for (const { id } of (page['messages'] ?? []) as { id: string }[]) {
      found.push((await control('GET', `/messages/${id}?format=minimal`)) as unknown as MailboxMessage);
    }
    pageToken = page['nextPageToken'];
  }
  return found;
}

async function answerFor(
  state: MailboxState,
  currentHistoryId: () => Promise<string>,
  request: ProxiedRequest,
  forward: (path: string) => Promise<Response>,
): Promise<Response | undefined> {
  const { path, query, method } = request;
  const pageToken = query.get('pageToken');
  const isListing = method === 'GET' && (path === `${users}/messages` || path === `${users}/history`);
  if (isListing && pageToken !== null && !state.pageTokens.has(pageToken))
    return json(400, apiError(400, 'invalidArgument', 'Invalid pageToken'));
  const answer = await answerInstead(state, currentHistoryId, request, forward);
  if (isListing) return notingToken(state, answer ?? (await forward(`${path}?${query}`)));
  const id = /\/messages\/([^/]+)$/.exec(path)?.[1];
  const raw = method === 'GET' && query.get('format') === 'raw' ? state.raw.get(id ?? '') : undefined;
  return answer || raw === undefined ? answer : asDelivered(raw, await forward(`${path}?${query}`));
}

async function notingToken({ pageTokens }: MailboxState, answer: Response): Promise<Response> {
  const body = (await answer.json()) as { nextPageToken?: string };
  if (body.nextPageToken) pageTokens.add(body.nextPageToken);
  return json(answer.status, body);
}

async function asDelivered(raw: string, answer: Response): Promise<Response> {
  const body = (await answer.json()) as object;
  return json(answer.status, answer.ok ? { ...body, raw } : body);
}

async function answerInstead(
  { email, revoked, aliases, forgottenUpTo }: MailboxState,
  currentHistoryId: () => Promise<string>,
  request: ProxiedRequest,
  forward: (path: string) => Promise<Response>,
): Promise<Response | undefined> {
  const { path, query } = request;
  if (path === '/oauth2/token' && revoked)
    return json(400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' });
  if (!path.startsWith(users)) return undefined;
  if (revoked) return json(401, apiError(401, 'authError', 'Invalid Credentials'));
  if (path === `${users}/profile`) {
    return json(200, { emailAddress: email, messagesTotal: 0, threadsTotal: 0, historyId: await currentHistoryId() });
  }
  if (path === `${users}/settings/sendAs`) {
    const own = { sendAsEmail: email, isPrimary: true, isDefault: true };
    return json(200, {
      sendAs: [
        own,
        ...aliases.map((alias) => ({
          sendAsEmail: alias.email,
          verificationStatus: alias.verified ? 'accepted' : 'pending',
        })),
      ],
    });
  }
  if (path === `${users}/history` && BigInt(query.get('startHistoryId') ?? 0) < forgottenUpTo) {
    return json(404, apiError(404, 'notFound', 'Requested entity was not found.'));
  }
  if (path === `${users}/messages` && request.method === 'GET' && query.has('q')) return searchMessages(query, forward);
  return undefined;
}

async function signIn(url: string, email: string): Promise<string> {
  const redirectUri = 'http://127.0.0.1/';
  const consent = await fetch(`${url}/o/oauth2/v2/auth/callback`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      email,
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: 'https://www.googleapis.com/auth/gmail.readonly',
    }),
  });
  const code = new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const answer = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uri: redirectUri,
    }),
  });
  return ((await answer.json()) as { refresh_token: string }).refresh_token;
}

/**
 * The emulator knows neither `-in:` nor `{one of}`. It pages by offset, so a group is the union of its words' results.
 */
async function searchMessages(query: URLSearchParams, forward: (path: string) => Promise<Response>): Promise<Response> {
  const text = query.get('q') ?? '';
  const group = /\{([^}]*)\}/.exec(text)?.[1]?.split(/\s+/).filter(Boolean) ?? [];
  const words = text
    .replace(/\{[^}]*\}/, '')
    .replace(/-in:drafts/g, '-label:drafts')
    .replace(/-in:chats/g, '-label:CHAT')
    .replace(/\s+/g, ' ')
    .trim();
  const list = async (q: string, pageToken: string) => {
    const page = new URLSearchParams({ q, maxResults: query.get('maxResults') ?? '500', pageToken });
    return (await (await forward(`${users}/messages?${page}`)).json()) as {
      messages: { id: string }[];
      nextPageToken?: string;
    };
  };
  if (group.length === 0) return json(200, await list(words, query.get('pageToken') ?? '0'));
  const wanted = new Set<string>();
  for (const word of new Set(group.map((part) => part.replace(/^b?cc:/, '')))) {
    for (const { id } of (await list(`${words} ${word}`, '0')).messages) wanted.add(id);
  }
  const all = (await list(words, '0')).messages;
  return json(200, { messages: all.filter(({ id }) => wanted.has(id)), resultSizeEstimate: wanted.size });
}

function json(status: number, body: unknown): Response {
  return Response.json(body, { status });
}

/** Google's error format. */
export function apiError(code: number, reason: string, message: string): unknown {
  return { error: { code, message, errors: [{ message, domain: 'global', reason }] } };
}
