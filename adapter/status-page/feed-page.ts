import { html } from 'hono/html';
import { confirmCommand, previewCommand } from './attention.ts';
import { changesInWords, renderTrouble, statePill } from './feeds-section.ts';
import { renderListingsChart } from './listings-chart.ts';
import { renderBody } from './page.ts';
import { age, buttons, command, nothing, section, table, type Fragment } from './parts.ts';
import type { FeedView, ProblemKind } from './read-feed-page.ts';
import { inOrder, renderChanges } from './plan-section.ts';

export interface Seen {
  readonly now: Date;
  readonly canAct: boolean;
}

export function renderFeedPage(view: FeedView, { now, canAct }: Seen): Promise<string> {
  const { feed } = view;
  return renderBody({
    title: feed.name,
    heading: html`${feed.name} ${statePill(feed)}`,
    now,
    main: html`${renderSummary(view, { now, canAct })} ${renderHold(view, canAct)} ${renderListings(view, now)}
    ${renderLastChanges(view, now)} ${renderProblems(view)}`,
  });
}

function renderSummary({ feed }: FeedView, { now, canAct }: Seen): Fragment {
  const { id, isActive, itemCount, lastSyncAt, format, location, address } = feed;
  return html`<div class="card">
    ${
      itemCount === undefined
        ? html`<p class="lead">Not read yet.</p>`
        : html`<p class="lead">${itemCount.toLocaleString('en')} listings · ${changesInWords(feed)}</p>`
    }
    ${renderTrouble(feed, now)}
    <dl class="facts even">
      <div>
        <dt>Synced</dt>
        <dd>${age(lastSyncAt, now)}</dd>
      </div>
      <div>
        <dt>Format</dt>
        <dd>${format}</dd>
      </div>
      <div>
        <dt>Location</dt>
        <dd>${location}</dd>
      </div>
    </dl>
    <p class="quiet">${address} · feed <code>${id}</code></p>
    ${
      canAct
        ? buttons(
            true,
            isActive ? { action: 'run', label: 'Run now', fields: { job: 'sync-feeds', feedId: id } } : undefined,
            { action: 'preview-feed', label: 'Look at the feed', fields: { feedId: id } },
            isActive
              ? { action: 'pause-feed', label: 'Pause', fields: { feedId: id } }
              : { action: 'resume-feed', label: 'Resume', fields: { feedId: id } },
          )
        : command(previewCommand(feed))
    }
  </div>`;
}

function renderHold({ feed, held }: FeedView, canAct: boolean): Fragment | string {
  const { id, removalGuard: guard, isFormHeld } = feed;
  if (!guard && !isFormHeld) return '';
  return section(
    'held',
    'Waits for you',
    html`<div class="card">
      ${
        guard
          ? html`<p>
                ${guard.count.toLocaleString('en')} of ${guard.total.toLocaleString('en')} listings would be withdrawn:
              </p>
              <p class="references">${namesOf(held, guard.count)}</p>`
          : html`<p>Nothing of this feed is applied until someone confirms it.</p>`
      }
      ${
        canAct
          ? buttons(true, {
              action: 'plan-removals',
              label: 'Show what a confirmation would do',
              fields: { feedId: id },
            })
          : command(confirmCommand(feed))
      }
    </div>`,
  );
}

function namesOf(held: readonly string[], count: number): string {
  if (held.length === 0) return 'the next run records which ones';
  const more = count - held.length;
  return `${inOrder(held).join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`;
}

function renderListings({ history }: FeedView, now: Date): Fragment {
  const chart = renderListingsChart(history, now);
  return section(
    'listings',
    'Listings',
    chart === '' ? nothing('The next run counts them.') : html`<div class="card">${chart}</div>`,
  );
}

function renderLastChanges({ lastChanges }: FeedView, now: Date): Fragment | string {
  if (!lastChanges) return '';
  const { at, changes, notListed } = lastChanges;
  return section(
    'changes',
    'Last changes',
    html`<div class="card">
      ${renderChanges(changes)}
      ${notListed > 0 ? html`<p class="quiet">and ${notListed.toLocaleString('en')} more</p>` : ''}
    </div>`,
    age(at, now, 'at an unknown time'),
  );
}

function renderProblems({ problems, problemsNotListed }: FeedView): Fragment {
  const total = problems.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return section('problems', 'Problems', nothing('The last run found none.'));
  return section(
    'problems',
    'Problems',
    html`<div class="card">
      ${table({ label: 'Problems', columns: ['Listings', 'Kind', 'What', 'Such as'], rows: problems.map(problemRow) })}
      ${problemsNotListed > 0 ? html`<p class="quiet">and ${problemsNotListed} more</p>` : ''}
    </div>`,
    `${problems.length} ${problems.length === 1 ? 'kind' : 'kinds'}`,
  );
}

function problemRow({ code, message, count, samples }: ProblemKind): readonly unknown[] {
  return [
    count.toLocaleString('en'),
    html`<code>${code}</code>`,
    html`<span class="brief">${message}</span>`,
    html`<span class="references">${samples.join(', ')}</span>`,
  ];
}
