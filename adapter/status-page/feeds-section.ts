import { html } from 'hono/html';
import { countsInWords } from '../../shared/runs/run-words.ts';
import { feedConcern } from './attention.ts';
import { countStates, maxCards, renderOverview } from './overview.ts';
import { age, link, nothing, pill, section, table, type Fragment, type Tone } from './parts.ts';
import type { Feed } from './status.ts';

const toldCounts = ['new', 'changed', 'restored', 'withdrawn', 'removed', 'missing', 'refused'];
const maxWaiting = 8;

export function renderFeeds(feeds: readonly Feed[], now: Date): Fragment {
  if (feeds.length === 0)
    return section('feeds', 'Feeds', nothing('There is no feed: look at one with node adapter --feed-preview <url>'));
  if (feeds.length > maxCards) {
    const waiting = feeds.filter((feed) => feedConcern(feed) !== undefined);
    return renderOverview({
      id: 'feeds',
      title: 'Feeds',
      total: feeds.length,
      states: countStates(feeds.map((feed) => feedState(feed)[1])),
      shown: waiting.length === 0 ? '' : renderFeedTable(waiting.slice(0, maxWaiting), now),
    });
  }
  return section(
    'feeds',
    'Feeds',
    html`<ul class="cards">
      ${feeds.map((feed) => renderFeed(feed, now))}
    </ul>`,
    String(feeds.length),
  );
}

export function renderFeedTable(feeds: readonly Feed[], now: Date): Fragment {
  return table({
    label: 'Feeds',
    columns: ['Feed', 'State', 'Listings', 'Synced', 'Location', 'Message'],
    rows: feeds.map((feed) => [
      link(`/feeds/${feed.id}`, feed.name),
      statePill(feed),
      feed.itemCount?.toLocaleString('en') ?? '',
      age(feed.lastSyncAt, now),
      feed.location,
      html`<span class="brief">${feed.removalGuard?.reason ?? feed.lastError ?? ''}</span>`,
    ]),
  });
}

function renderFeed(feed: Feed, now: Date): Fragment {
  const { id, name, location, format, itemCount, lastSyncAt } = feed;
  const listings =
    itemCount === undefined
      ? ''
      : html`<p><strong>${itemCount.toLocaleString('en')} listings</strong> · ${changesInWords(feed)}</p>`;
  return html`<li class="card">
    <div class="title">
      <h3>${link(`/feeds/${id}`, name)}</h3>
      ${statePill(feed)}
    </div>
    <p class="quiet">
      ${format} · ${location} · ${lastSyncAt ? html`synced ${age(lastSyncAt, now)}` : 'not synced yet'}
    </p>
    ${listings} ${renderTrouble(feed, now)}
  </li>`;
}

export function renderTrouble({ removalGuard, lastError }: Feed, now: Date): Fragment | string {
  if (removalGuard)
    return html`<p class="problem">
      ${removalGuard.reason}: ${removalGuard.count} of ${removalGuard.total} listings would be withdrawn. Updates
      continue; removals wait since ${age(removalGuard.heldAt, now, 'an unknown time')}.
    </p>`;
  return lastError ? html`<p class="problem">${lastError}</p>` : '';
}

export function changesInWords({ counts }: Pick<Feed, 'counts'>): string {
  const told = Object.fromEntries(
    Object.entries(counts).filter(([name, count]) => toldCounts.includes(name) && count > 0),
  );
  return Object.keys(told).length > 0 ? countsInWords(told) : 'nothing changed in the last sync';
}

export function feedState({ isActive, lastStatus, removalGuard }: Feed): readonly [Tone, string] {
  if (!isActive) return ['neutral', 'paused'];
  if (removalGuard || lastStatus === 'held' || lastStatus === 'needs-mapping') return ['warning', lastStatus ?? 'held'];
  if (lastStatus === 'failed') return ['bad', 'failed'];
  if (lastStatus === 'stopped') return ['warning', 'stopped'];
  return lastStatus === undefined ? ['neutral', 'new'] : ['good', lastStatus];
}

export function statePill(feed: Feed): Fragment {
  return pill(...feedState(feed));
}
