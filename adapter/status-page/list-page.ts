import { html } from 'hono/html';
import { feedConcern, needsPerson } from './attention.ts';
import { feedState, renderFeedTable } from './feeds-section.ts';
import { byUrgency, mailboxState, renderMailboxTable } from './mailboxes-section.ts';
import { renderSearch } from './overview.ts';
import { renderBody } from './page.ts';
import { nothing, type Fragment } from './parts.ts';
import type { Feed, Mailbox } from './status.ts';

const pageSize = 100;
const attention = 'attention';

export interface ListQuery {
  readonly q: string;
  /** From 1. */
  readonly page: number;
}

export function readListQuery(query: URLSearchParams): ListQuery {
  const page = query.get('page') ?? '';
  return { q: (query.get('q') ?? '').trim().slice(0, 200), page: /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1 };
}

export function renderFeedList(feeds: readonly Feed[], query: ListQuery, now: Date): Promise<string> {
  const found = feeds.filter(
    (feed) =>
      (query.q === attention && feedConcern(feed) !== undefined) ||
      query.q === feed.id ||
      says(query.q, feed.name, feed.address, feed.location, feed.format, feedState(feed)[1], feed.lastError),
  );
  return renderList({ kind: 'feeds', all: feeds.length, found, query, now }, (shown) => renderFeedTable(shown, now));
}

export function renderMailboxList(mailboxes: readonly Mailbox[], query: ListQuery, now: Date): Promise<string> {
  const found = byUrgency(mailboxes).filter(
    (one) =>
      (query.q === attention && needsPerson(one)) ||
      query.q === one.id ||
      says(query.q, one.address, one.provider, one.location, mailboxState(one)[1], one.lastError),
  );
  return renderList({ kind: 'mailboxes', all: mailboxes.length, found, query, now }, (shown) =>
    renderMailboxTable(shown, now),
  );
}

function says(q: string, ...texts: readonly (string | undefined)[]): boolean {
  const known = texts.map((text) => text?.toLowerCase() ?? '');
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.some((text) => text.includes(word)));
}

interface List<T> {
  readonly kind: 'feeds' | 'mailboxes';
  readonly all: number;
  readonly found: readonly T[];
  readonly query: ListQuery;
  readonly now: Date;
}

function renderList<T>({ kind, all, found, query, now }: List<T>, draw: (shown: readonly T[]) => Fragment) {
  const { q, page } = query;
  const shown = found.slice((page - 1) * pageSize, page * pageSize);
  const title = kind === 'feeds' ? 'Feeds' : 'Mailboxes';
  const count =
    q === '' ? `${all.toLocaleString('en')}` : `${found.length.toLocaleString('en')} of ${all.toLocaleString('en')}`;
  return renderBody({
    title: `${title} (${count})`,
    heading: html`${title} <span class="quiet">${count}</span>`,
    now,
    main: html`<div class="card">
      ${renderSearch({ action: `/${kind}`, label: `Search ${kind}`, value: q })}
      ${shown.length === 0 ? nothing(q === '' ? 'There are none.' : 'Nothing was found.') : draw(shown)}
      ${renderPages(`/${kind}`, query, Math.ceil(found.length / pageSize))}
    </div>`,
  });
}

function renderPages(path: string, { q, page }: ListQuery, pages: number): Fragment | string {
  if (pages < 2) return '';
  const to = (number: number) =>
    `${path}?${new URLSearchParams({ ...(q ? { q } : {}), page: String(number) }).toString()}`;
  return html`<nav class="pages" aria-label="Pages">
    ${page > 1 ? html`<a href="${to(page - 1)}">Earlier</a>` : ''} Page ${page} of ${pages}
    ${page < pages ? html`<a href="${to(page + 1)}">Next</a>` : ''}
  </nav>`;
}
