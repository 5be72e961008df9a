import { html } from 'hono/html';
import { needsPerson, reconnectCommand } from './attention.ts';
import type { Seen } from './feed-page.ts';
import { mailboxPill, renderMailTrouble } from './mailboxes-section.ts';
import { renderBody } from './page.ts';
import { age, buttons, command, instant, nothing, section, table, type Fragment } from './parts.ts';
import type { MailboxView } from './read-mailbox-page.ts';
import { waitInWords } from '../../shared/runs/run-words.ts';

export function renderMailboxPage(view: MailboxView, { now, canAct }: Seen): Promise<string> {
  const { mailbox } = view;
  return renderBody({
    title: mailbox.address,
    heading: html`${mailbox.address} ${mailboxPill(mailbox)}`,
    now,
    main: html`${renderSummary(view, { now, canAct })} ${renderParked(view, now)}`,
  });
}

function renderSummary({ mailbox, queued, connectedAt }: MailboxView, { now, canAct }: Seen): Fragment {
  const { id, provider, location, lastSyncedAt, pausedAt, enabled } = mailbox;
  const job = provider === 'gmail' ? 'gmail-sync' : 'outlook-sync';
  return html`<div class="card">
    ${pausedAt ? html`<p class="lead">Paused ${age(pausedAt, now)}: no run reads it. It stays connected.</p>` : ''}
    ${renderMailTrouble(mailbox, now)}
    ${
      needsPerson(mailbox)
        ? html`<p>Connect it again:</p>
            ${command(reconnectCommand(mailbox))}`
        : ''
    }
    <dl class="facts even">
      <div>
        <dt>Last fully read</dt>
        <dd>${age(lastSyncedAt, now)}</dd>
      </div>
      <div>
        <dt>Provider</dt>
        <dd>${provider}</dd>
      </div>
      <div>
        <dt>Location</dt>
        <dd>${location}</dd>
      </div>
      <div>
        <dt>Connected</dt>
        <dd>${age(connectedAt, now, 'not known')}</dd>
      </div>
      <div>
        <dt>Waiting to be stored</dt>
        <dd>${queued.toLocaleString('en')} messages</dd>
      </div>
    </dl>
    <p class="quiet">Mailbox <code>${id}</code></p>
    ${
      enabled
        ? buttons(
            canAct,
            pausedAt ? undefined : { action: 'run', label: 'Run now', fields: { job, accountId: id } },
            pausedAt
              ? { action: 'resume-mailbox', label: 'Resume', fields: { accountId: id } }
              : { action: 'pause-mailbox', label: 'Pause', fields: { accountId: id } },
          )
        : html`<p>It is disconnected. Connect it again:</p>
            ${command(reconnectCommand(mailbox))}`
    }
  </div>`;
}

function renderParked({ mailbox, parked }: MailboxView, now: Date): Fragment {
  const total = mailbox.parked.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return section('parked', 'Parked messages', nothing('There are none.'));
  return section(
    'parked',
    'Parked messages',
    html`<div class="card">
      <p>They could not be stored, and are tried again automatically.</p>
      <ul class="reasons">
        ${mailbox.parked.map(({ reason, count }) => html`<li>${count.toLocaleString('en')} × ${reason}</li>`)}
      </ul>
      ${table({
        label: 'Parked messages',
        columns: ['Message', 'Tried', 'Again', 'Listed', 'Why'],
        rows: parked.map(({ id, attempts, nextAttemptAt, listedAt, reason }) => [
          html`<code>${id}</code>`,
          attempts === undefined ? '' : `${attempts} times`,
          nextAttemptAt ? instant(nextAttemptAt, waitInWords(nextAttemptAt, now)) : '',
          age(listedAt, now, ''),
          html`<span class="brief">${reason}</span>`,
        ]),
      })}
    </div>`,
    total.toLocaleString('en'),
  );
}
