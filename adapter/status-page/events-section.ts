import { html } from 'hono/html';
import { age, buttons, command, section, type Fragment } from './parts.ts';
import type { DeadEvent, Events, Status } from './status.ts';

export function renderEvents(events: Events, { now, canAct }: Pick<Status, 'now' | 'canAct'>): Fragment {
  const { pending, oldestPending, dead, deadTypes, isSent } = events;
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
</dl>${dead > 0 ? renderDead(events, now, canAct) : ''}</div>`,
  );
}

/** The id is for `--replay-event`. */
function renderDead({ dead, deadEvents }: Events, now: Date, canAct: boolean): Fragment {
  const rest = dead - deadEvents.length;
  return html`<details id="dead-events">
      <summary>Which ${dead === 1 ? 'one' : 'ones'}</summary>
      <ul class="reasons">
        ${deadEvents.map((event) => renderDeadEvent(event, now))}
        ${rest > 0 ? html`<li class="quiet">and ${rest.toLocaleString('en')} more</li>` : ''}
      </ul>
    </details>
    ${
      canAct
        ? buttons(true, { action: 'replay-dead-events', label: 'Send them again' })
        : command('node adapter --replay-event dead')
    }`;
}

function renderDeadEvent({ id, type, attempts, lastError, emittedAt }: DeadEvent, now: Date): Fragment {
  const tried = attempts === undefined ? '' : `, tried ${attempts} times`;
  return html`<li>
    <strong>${type}</strong> <code>${id}</code>
    <span class="quiet">${age(emittedAt, now, 'of an unknown time')}${tried}</span>
    ${lastError ? html`<br /><span class="problem">${lastError}</span>` : ''}
  </li>`;
}
