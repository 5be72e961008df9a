/** `?content` returns only the part that changes. */

import { randomBytes } from 'node:crypto';
import { html } from 'hono/html';
import { second, type Clock } from '../../shared/platform/clock.ts';
import type { Logger } from '../../shared/platform/logger.ts';
import type { JobService } from '../job-service.ts';
import type { Route } from '../routes.ts';
import { actionRoute } from './action-routes.ts';
import { FormTokens } from './actions/form-tokens.ts';
import { notices } from './actions/actions.ts';
import { noNotice, noticeOf, sessionHeader, sessionOf } from './actions/session.ts';
import { askForPassword, passwordCheck } from './basic-auth.ts';
import { renderFeedPage } from './feed-page.ts';
import { renderFrontPage } from './front-page.ts';
import { readListQuery, renderFeedList, renderMailboxList } from './list-page.ts';
import { renderMailboxPage } from './mailbox-page.ts';
import { renderBody, renderPage } from './page.ts';
import { link, tokenPlace } from './parts.ts';
import { idIn, readFeedPage } from './read-feed-page.ts';
import { readMailboxPage } from './read-mailbox-page.ts';
import { readRunPage } from './read-run-page.ts';
import { readStatus } from './read-status.ts';
import { renderRunPage } from './run-page.ts';
import type { Status } from './status.ts';

/** ms; all readers share one answer. */
const sharedMs = 2 * second;

export interface StatusPageOptions {
  readonly service: JobService;
  readonly log: Logger;
  readonly shutdown: AbortSignal;
}

export function statusPageRoutes(options: StatusPageOptions): Route[] {
  const { service } = options;
  const { statusPassword, statusActions: canAct } = service.config;
  if (statusPassword === undefined) return [];
  const tokens = new FormTokens();
  const isAuthorized = passwordCheck(statusPassword);
  const guarded =
    (handle: Route['handle']): Route['handle'] =>
    (request, path) =>
      isAuthorized(request) ? handle(request, path) : askForPassword();
  const status = shared(() => readStatus(service), service.clock);
  const front = shared(async () => renderFrontPage(await status()), service.clock);

  /** @param content draws what changes; `undefined`: 404 */
  const page = (
    path: string,
    content: (query: URLSearchParams, path: string) => Promise<string | undefined>,
  ): Route => ({
    path,
    methods: ['GET', 'HEAD'],
    isGuessable: true,
    handle: guarded(async (request, target) => {
      const query = new URL(request.url).searchParams;
      const found = await content(query, target);
      const drawn = found ?? (await renderMissing(service.clock.now()));
      return send(request, drawn, {
        status: found === undefined ? 404 : 200,
        tokens,
        clock: service.clock,
        isLive: true,
      });
    }),
  });

  const pageOf = <T>(
    path: string,
    read: (id: NonNullable<ReturnType<typeof idIn>>) => Promise<T | undefined>,
    draw: (view: T, seen: { now: Date; canAct: boolean }) => Promise<string>,
  ): Route =>
    page(`${path}/*`, async (_, target) => {
      const id = idIn(target);
      await service.history();
      const view = id && (await read(id));
      return view === undefined ? undefined : draw(view, { now: service.clock.now(), canAct });
    });

  const list = (path: string, draw: (status: Status, query: URLSearchParams) => Promise<string>): Route =>
    page(path, async (query) => draw(await status(), query));

  return [
    page('/', () => front()),
    list('/feeds', ({ records, now }, query) => renderFeedList(records?.feeds ?? [], readListQuery(query), now)),
    list('/mailboxes', ({ records, now }, query) =>
      renderMailboxList(records?.mailboxes ?? [], readListQuery(query), now),
    ),
    pageOf('/feeds', readFeedPage, renderFeedPage),
    pageOf('/mailboxes', (id) => readMailboxPage(id, service.clock.now()), renderMailboxPage),
    pageOf('/runs', readRunPage, (view, seen) => renderRunPage({ ...view, ...seen })),
    actionRoute({
      ...options,
      tokens,
      guarded,
      answer: (request, content, code) =>
        send(request, content, { status: code, tokens, clock: service.clock, isLive: false }),
    }),
  ];
}

interface Sending {
  readonly status: number;
  readonly tokens: FormTokens;
  readonly clock: Clock;
  /** Not for the answer to a form: repeating it would be refused. */
  readonly isLive: boolean;
}

async function send(request: Request, content: string, { status, tokens, clock, isLive }: Sending): Promise<Response> {
  const session = sessionOf(request);
  const nonce = randomBytes(18).toString('base64');
  const isRefresh = new URL(request.url).searchParams.has('content');
  const notice = isRefresh ? undefined : notices[noticeOf(request) ?? ''];
  const mine = (await withNotice(content, notice)).replaceAll(tokenPlace, () => tokens.issue(session.id, clock.now()));
  const headers = new Headers(pageHeaders(nonce));
  if (session.isNew) headers.append('set-cookie', sessionHeader(session, request));
  if (notice !== undefined) headers.append('set-cookie', noNotice);
  return new Response(isRefresh ? mine : await renderPage(mine, { nonce, isLive }), { status, headers });
}

async function withNotice(content: string, notice: string | undefined): Promise<string> {
  if (notice === undefined) return content;
  const told = await html`<main><p class="notice" role="status">${notice}</p></main>`;
  return content.replace('<main>', () => told.toString());
}

function renderMissing(now: Date): Promise<string> {
  return renderBody({
    title: 'Not found',
    heading: 'Not found',
    now,
    main: html`<div class="card">
      <p class="lead">There is no such page.</p>
      <p class="quiet">Runs are kept for 30 days. ${link('/', 'Back to the front page')}</p>
    </div>`,
  });
}

function shared<T>(read: () => Promise<T>, clock: Clock): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= read().finally(() => void clock.wait(sharedMs).then(() => (answer = undefined)));
    return answer;
  };
}

/** Nothing external, nothing inline without the nonce, no frames, no cache. */
function pageHeaders(nonce: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Browsers send no Origin with forms under `no-referrer`.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  };
}
