import { html } from 'hono/html';
import { daysInWords } from '../../shared/mail/accounts/session-days.ts';
import { waitInWords } from '../../shared/runs/run-words.ts';
import { needsPerson } from './attention.ts';
import { countStates, maxCards, renderOverview } from './overview.ts';
import { age, instant, link, nothing, pill, section, table, type Fragment, type Tone } from './parts.ts';
import type { Mailbox } from './status.ts';

const maxWaiting = 8;

export function renderMailboxes(mailboxes: readonly Mailbox[], now: Date): Fragment {
  if (mailboxes.length === 0)
    return section(
      'mailboxes',
      'Mailboxes',
      nothing('No mailbox is connected: node adapter --connect gmail --location <id>'),
    );
  const sorted = byUrgency(mailboxes);
  if (sorted.length > maxCards) {
    const waiting = sorted.filter((mailbox) => needsPerson(mailbox) || mailbox.status === 'error');
    return renderOverview({
      id: 'mailboxes',
      title: 'Mailboxes',
      total: sorted.length,
      states: countStates(sorted.map((mailbox) => mailboxState(mailbox)[1])),
      shown: waiting.length === 0 ? '' : renderMailboxTable(waiting.slice(0, maxWaiting), now),
    });
  }
  return section(
    'mailboxes',
    'Mailboxes',
    html`<ul class="cards">
      ${sorted.map((mailbox) => renderMailbox(mailbox, now))}
    </ul>`,
    String(mailboxes.length),
  );
}

/** Mailboxes that need a person come first. */
export function byUrgency(mailboxes: readonly Mailbox[]): Mailbox[] {
  return mailboxes.toSorted((a, b) => urgency(b) - urgency(a));
}

function urgency(mailbox: Mailbox): number {
  if (!mailbox.enabled) return 0;
  if (mailbox.pausedAt) return 1;
  return mailbox.status === 'needs-reauth' ? 5 : mailbox.status === 'error' ? 4 : mailbox.parked.length > 0 ? 3 : 2;
}

export function renderMailboxTable(mailboxes: readonly Mailbox[], now: Date): Fragment {
  return table({
    label: 'Mailboxes',
    columns: ['Mailbox', 'State', 'Provider', 'Last fully read', 'Location', 'Message'],
    rows: mailboxes.map((mailbox) => [
      link(`/mailboxes/${mailbox.id}`, mailbox.address),
      mailboxPill(mailbox),
      mailbox.provider,
      age(mailbox.lastSyncedAt, now),
      mailbox.location,
      html`<span class="brief">${mailbox.lastError ?? ''}</span>`,
    ]),
  });
}

function renderMailbox(mailbox: Mailbox, now: Date): Fragment {
  const { id, address, provider, location, lastSyncedAt, parked } = mailbox;
  const sum = parked.reduce((total, { count }) => total + count, 0);
  return html`<li class="card">
    <div class="title">
      <h3>${link(`/mailboxes/${id}`, address)}</h3>
      ${mailboxPill(mailbox)}
    </div>
    <p class="quiet">${provider} · ${location} · last fully read ${age(lastSyncedAt, now)} · <code>${id}</code></p>
    ${renderMailTrouble(mailbox, now)}
    ${
      parked.length > 0
        ? html`<p class="quiet">${sum} parked: ${parked[0]?.reason}${parked.length > 1 ? ', and others' : ''}</p>`
        : ''
    }
  </li>`;
}

export function renderMailTrouble(mailbox: Mailbox, now: Date): Fragment {
  const { enabled, status, lastError, waitsUntil, daysLeft } = mailbox;
  const isTroubled = enabled && status !== 'active';
  const wait = waitsUntil
    ? html`<p class="quiet">Its provider asked us to wait: ${instant(waitsUntil, waitInWords(waitsUntil, now))}</p>`
    : '';
  const session =
    enabled && status !== 'needs-reauth' && daysLeft !== undefined
      ? html`<p class="quiet">Its session lasts ${daysInWords(daysLeft)} at most.</p>`
      : '';
  return html`${isTroubled && lastError ? html`<p class="problem">${lastError}</p>` : ''}
  ${enabled && status === 'error' ? html`<p class="quiet">The next run tries again.</p>` : ''} ${session} ${wait}`;
}

export function mailboxState({ enabled, pausedAt, status }: Mailbox): readonly [Tone, string] {
  if (!enabled) return ['neutral', 'switched off'];
  if (pausedAt) return ['neutral', 'paused'];
  if (status === 'active') return ['good', 'connected'];
  return status === 'needs-reauth' ? ['bad', 'reconnect'] : ['warning', 'error'];
}

export function mailboxPill(mailbox: Mailbox): Fragment {
  return pill(...mailboxState(mailbox));
}
