import { html } from 'hono/html';
import { age, command, section, type Fragment } from './parts.ts';
import type { Events } from './status.ts';

export function renderEvents({ pending, oldestPending, dead, deadTypes, isSent }: Events, now: Date): Fragment {
  const waiting = isSent ? 'wait for delivery' : 'wait in the database for the CRM (EVENT_WEBHOOK_URL is not set)';
  const oldest = pending > 0 ? html`${waiting}, the oldest ${age(oldestPending, now)}` : 'everything is delivered';
  const alarm = dead > 0 ? html` class="alarm"` : '';
  const givenUp = deadTypes.map(({ type, count }) => `${count} × ${type}`).join(', ') || 'none';
  return section(
    'events',
    'Events',
    html`<div class="card"><dl class="figures">
<div><dt>Pending</dt><dd>${pending.toLocaleString('en')}</dd><dd class="quiet">${oldest}</dd></div>
<div><dt>Given up</dt><dd${alarm}>${dead.toLocaleString('en')}</dd><dd class="quiet">${givenUp}</dd></div>
</dl>${
      dead > 0
        ? html`<p>Send them again:</p>
            ${command('node adapter --replay-event dead')}`
        : ''
    }</div>`,
  );
}
