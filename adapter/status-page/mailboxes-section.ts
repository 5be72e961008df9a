import { html } from 'hono/html';
import { daysInWords } from '../../shared/mail/accounts/session-days.ts';
import { waitInWords } from '../../shared/runs/run-words.ts';
import { reconnectCommand } from './attention.ts';
import { age, command, instant, nothing, pill, section, type Fragment } from './parts.ts';
import type { Mailbox } from './status.ts';

/** More would make the page long; those that need somebody come first. */
const maxShown = 100;

export function renderMailboxes(mailboxes: readonly Mailbox[], now: Date): Fragment {
  if (mailboxes.length === 0)
    return section(
      'mailboxes',
      'Mailboxes',
      nothing('No mailbox is connected: node adapter --connect gmail --location <id>'),
    );
  const sorted = [...mailboxes].sort((a, b) => urgency(b) - urgency(a));
  const rest = sorted.length - maxShown;
  return section(
    'mailboxes',
    'Mailboxes',
    html`<ul class="cards">
        ${sorted.slice(0, maxShown).map((mailbox) => renderMailbox(mailbox, now))}
      </ul>
      ${rest > 0 ? html`<p class="quiet">and ${rest} more</p>` : ''}`,
    String(mailboxes.length),
  );
}

function urgency(mailbox: Mailbox): number {
  if (!mailbox.enabled) return 0;
  return mailbox.status === 'needs-reauth' ? 4 : mailbox.status === 'error' ? 3 : mailbox.parked.length > 0 ? 2 : 1;
}

function renderMailbox(mailbox: Mailbox, now: Date): Fragment {
  const { address, provider, location, lastSyncedAt, lastError, parked, waitsUntil } = mailbox;
  const troubled = mailbox.enabled && mailbox.status !== 'active';
  const wait = waitsUntil
    ? html`<p class="quiet">Its provider asked us to wait: ${instant(waitsUntil, waitInWords(waitsUntil, now))}</p>`
    : '';
  return html`<li class="card">
    <div class="title">
      <h3>${address}</h3>
      ${state(mailbox)}
    </div>
    <p class="quiet">${provider} · ${location} · read to its end ${age(lastSyncedAt, now)}</p>
    ${troubled && lastError ? html`<p class="problem">${lastError}</p>` : ''}
    ${
      mailbox.enabled && mailbox.status === 'needs-reauth'
        ? html`<p>Connect it again:</p>
            ${command(reconnectCommand(mailbox))}`
        : ''
    }
    ${mailbox.status === 'error' ? html`<p class="quiet">The next run tries again.</p>` : ''} ${session(mailbox)}
    ${wait}
    ${
      parked.length > 0
        ? html`<p>Parked:</p>
            <ul class="reasons">
              ${parked.slice(0, 5).map(({ reason, count }) => html`<li>${count} × ${reason}</li>`)}
            </ul>`
        : ''
    }
  </li>`;
}

function session({ enabled, status, daysLeft }: Mailbox): Fragment | string {
  if (!enabled || status === 'needs-reauth' || daysLeft === undefined) return '';
  return html`<p class="quiet">Its session lasts ${daysInWords(daysLeft)} at most.</p>`;
}

function state({ enabled, status }: Mailbox): Fragment {
  if (!enabled) return pill('neutral', 'switched off');
  if (status === 'active') return pill('good', 'connected');
  return status === 'needs-reauth' ? pill('bad', 'reconnect') : pill('warning', 'error');
}
