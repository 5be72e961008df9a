import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { Hono, type Context, type HonoRequest, type Next } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { emptyMailbox, GraphMailbox, type MailboxState } from '../graph-mailbox.ts';
import {
  findByItemId,
  conversationId,
  findConversationAnswer,
  findItemAnswer,
  getConversationItemsAnswer,
  getItemAnswer,
  messagesOf,
  renamed,
  startupAnswer,
} from './answers.ts';
import { mailPage, signInPage, type Variant } from './page.ts';

export interface OutlookWebDouble {
  readonly url: string;
  readonly variant: Variant;
  readonly actions: string[];
  readonly paths: string[];
  /** Status of every service call; 0: as usual. */
  failWith: number;
  retryAfter: string;
  refusePages: { readonly status: number; readonly retryAfter: string } | undefined;
  /** ms per service call. */
  latencyMs: number;
  silence: 'hang' | 'drop' | '{}' | 'html' | 'sign-in' | undefined;
  /** Calls that `silence` affects. */
  silent: RegExp;
  lostReminder: boolean;
  /** Origin to which every page redirects; '': none. */
  movedTo: string;
  mailbox(email: string, displayName?: string): GraphMailbox;
  signIn(email: string): {
    name: string;
    value: string;
    domain: string;
    path: string;
    expires: number;
    httpOnly: boolean;
    secure: boolean;
  }[];
  signOut(): void;
  close(): Promise<void>;
}

interface Asked {
  readonly id?: string;
  readonly folder?: string;
  readonly offset?: number;
  readonly query?: string;
}

const quiet = { silence: undefined as OutlookWebDouble['silence'], silent: /./, lostReminder: false, movedTo: '' };
/** s since 1970 */
const sessionsEnd = Date.parse('2027-01-15T00:00:00Z') / 1000;
const sessionCookie = 'OpenIdConnect.token.v1';

export async function startOutlookWeb(): Promise<OutlookWebDouble> {
  const mailboxes = new Map<string, MailboxState>();
  const sessions = new Map<string, string>();
  const double = {
    variant: { json: 'plain', layout: 'usual', language: 'en-US', conversations: false, prefetch: false } as Variant,
    actions: [] as string[],
    paths: [] as string[],
    failWith: 0,
    retryAfter: '',
    refusePages: undefined as OutlookWebDouble['refusePages'],
    latencyMs: 0,
    ...quiet,
  };
  const expires = () => sessionsEnd + sessions.size;
  const newSession = (email: string) => {
    const value = randomBytes(16).toString('hex');
    sessions.set(value, email);
    return value;
  };

  const answer = (action: string, body: Asked, mailbox: GraphMailbox) => {
    double.actions.push(action);
    return answerOf(double.variant, action, body, mailbox);
  };

  const app = new Hono<{ Variables: { mailbox: GraphMailbox } }>();
  app.get('/mail/*', async (c, next) => {
    const { refusePages: refused } = double;
    if (refused) return c.text('no', refused.status as 503, { 'retry-after': refused.retryAfter });
    if (double.movedTo === '' || new URL(c.req.url).host === new URL(double.movedTo).host) return next();
    return c.redirect(double.movedTo + c.req.path);
  });
  app.get('/login', (c) => c.html(signInPage));
  app.use(async (c, next) => {
    double.paths.push(c.req.path);
    const email = sessions.get(getCookie(c, sessionCookie) ?? '');
    const state = email === undefined ? undefined : mailboxes.get(email);
    if (!state) return c.req.method === 'GET' ? c.redirect('/login') : c.text('', 440 as 401);
    c.set('mailbox', new GraphMailbox(state));
    return next();
  });
  app.get('/mail/*', (c) => c.html(mailPage(double.variant)));
  app.get('/', (c) => c.redirect('/mail/inbox'));
  app.use('/owa/*', (c, next) => (double.silent.test(c.req.url) ? instead(double.silence, c, next) : next()));
  app.post('/owa/0/startupdata.ashx', async (c) => {
    // The site renews sessions in use.
    const lasts = { httpOnly: true, path: '/', expires: new Date(expires() * 1000) };
    setCookie(c, sessionCookie, newSession(c.get('mailbox').state.email), lasts);
    const startup = answer('StartupData', await asked(c.req), c.get('mailbox')) as object;
    return c.json(double.lostReminder ? { ...startup, reminders: getItemAnswer(undefined).Body } : startup);
  });
  app.post('/owa/0/service.svc', async (c) => {
    if (double.latencyMs > 0) await delay(double.latencyMs);
    if (double.failWith > 0)
      return c.text('', double.failWith as 500, double.retryAfter ? { 'retry-after': double.retryAfter } : {});
    return c.json(answer(c.req.query('action') ?? '', await asked(c.req), c.get('mailbox')) as object);
  });
  app.post('/stream/:action', async (c) => {
    const body = answer(c.req.param('action'), await asked(c.req), c.get('mailbox'));
    return c.text(Buffer.from(encodeURIComponent(JSON.stringify(body))).toString('base64'));
  });

  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  if (!server.listening) await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return Object.assign(double, {
    url,
    mailbox(email: string, displayName = email) {
      if (!mailboxes.has(email)) mailboxes.set(email, emptyMailbox(email, displayName));
      return new GraphMailbox(mailboxes.get(email) as MailboxState);
    },
    signIn(email: string) {
      const place = { domain: '127.0.0.1', path: '/', httpOnly: true, secure: false };
      return [{ ...place, name: sessionCookie, value: newSession(email), expires: expires() }];
    },
    signOut: () => sessions.clear(),
    async close() {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await once(server, 'close');
    },
  });
}

async function instead(silence: OutlookWebDouble['silence'], c: Context, next: Next): Promise<Response | void> {
  if (silence === 'hang') await new Promise((resolve) => c.req.raw.signal.addEventListener('abort', resolve));
  if (silence === 'drop') {
    (c.env as { incoming: { socket: { destroy(): void } } }).incoming.socket.destroy();
    await new Promise(() => undefined);
  }
  if (silence === 'sign-in') return c.redirect('/login');
  if (silence === '{}') return c.json({});
  if (silence === 'html') return c.html('<html><body>We are doing maintenance</body></html>');
  return next();
}

async function asked(request: HonoRequest): Promise<Asked> {
  const inHeader = request.header('x-owa-urlpostdata');
  return inHeader === undefined ? request.json() : JSON.parse(decodeURIComponent(inHeader));
}

function answerOf(variant: Variant, action: string, body: Asked, mailbox: GraphMailbox): unknown {
  const shaped = variant.json === 'renamed' ? renamed : (value: unknown) => value;
  const messages = () => messagesOf(mailbox, body.folder ?? 'inbox', body.query);
  if (action === 'StartupData') return shaped(startupAnswer(mailbox, body.folder ?? 'inbox'));
  if (action === 'FindItem') return shaped(findItemAnswer(messages(), body.offset ?? 0));
  if (action === 'FindConversation') return shaped(findConversationAnswer(messages(), body.offset ?? 0));
  const found = findByItemId(mailbox, body.id ?? '');
  if (action === 'GetItem') return shaped(getItemAnswer(found));
  if (action === 'GetConversationItems') {
    const wanted = found ? conversationId(found) : body.id;
    const all = Object.values(mailbox.state.messages).sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1));
    return shaped(getConversationItemsAnswer(all.filter((message) => conversationId(message) === wanted)));
  }
  if (action === 'UpdateItem' && found) mailbox.read(found.id);
  return { Body: {} };
}
