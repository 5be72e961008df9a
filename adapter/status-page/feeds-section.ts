import { html } from 'hono/html';
import { countsInWords } from '../../shared/runs/run-words.ts';
import { confirmCommand } from './attention.ts';
import { age, command, nothing, pill, section, type Fragment } from './parts.ts';
import type { Feed } from './status.ts';

/** What of a sync is told beside the number of its listings. */
const toldCounts = ['new', 'changed', 'restored', 'withdrawn', 'removed', 'missing', 'refused'];

export function renderFeeds(feeds: readonly Feed[], now: Date): Fragment {
  if (feeds.length === 0)
    return section('feeds', 'Feeds', nothing('There is no feed: look at one with node adapter --feed-preview <url>'));
  return section(
    'feeds',
    'Feeds',
    html`<ul class="cards">
      ${feeds.map((feed) => renderFeed(feed, now))}
    </ul>`,
    String(feeds.length),
  );
}

function renderFeed(feed: Feed, now: Date): Fragment {
  const { name, location, format, itemCount, lastSyncAt, lastError, removalGuard, isFormHeld } = feed;
  const listings =
    itemCount === undefined
      ? ''
      : html`<p><strong>${itemCount.toLocaleString('en')} listings</strong> · ${changes(feed)}</p>`;
  return html`<li class="card">
    <div class="title">
      <h3>${name}</h3>
      ${state(feed)}
    </div>
    <p class="quiet">
      ${format} · ${location} · ${lastSyncAt ? html`synced ${age(lastSyncAt, now)}` : 'not synced yet'}
    </p>
    ${listings}
    ${
      removalGuard
        ? html`<p class="problem">
              ${removalGuard.reason}: ${removalGuard.count} of ${removalGuard.total} listings would be withdrawn.
              Updates go on, removals wait since ${age(removalGuard.heldAt, now, 'an unknown time')}. If that is right:
            </p>
            ${command(confirmCommand(feed))}`
        : ''
    }
    ${!removalGuard && lastError ? html`<p class="problem">${lastError}</p>` : ''}
    ${!removalGuard && isFormHeld ? command(confirmCommand(feed)) : ''}
  </li>`;
}

function changes({ counts }: Feed): string {
  const told = Object.fromEntries(
    Object.entries(counts).filter(([name, count]) => toldCounts.includes(name) && count > 0),
  );
  return Object.keys(told).length > 0 ? countsInWords(told) : 'nothing changed in the last sync';
}

function state({ isActive, lastStatus, removalGuard }: Feed): Fragment {
  if (!isActive) return pill('neutral', 'switched off');
  if (removalGuard || lastStatus === 'held' || lastStatus === 'needs-mapping')
    return pill('warning', lastStatus ?? 'held');
  if (lastStatus === 'failed') return pill('bad', 'failed');
  if (lastStatus === 'stopped') return pill('warning', 'stopped');
  return lastStatus === undefined ? pill('neutral', 'new') : pill('good', lastStatus);
}
