import { html } from 'hono/html';
import { findConcerns, type Concern } from './attention.ts';
import { renderEvents } from './events-section.ts';
import { renderFeeds } from './feeds-section.ts';
import { renderHost } from './host-section.ts';
import { renderJobs } from './jobs-section.ts';
import { renderMailboxes } from './mailboxes-section.ts';
import { renderBody } from './page.ts';
import { buttons, command, link, type Fragment } from './parts.ts';
import type { Status } from './status.ts';

const maxConcerns = 12;

export function renderFrontPage(status: Status): Promise<string> {
  const { records, now, canAct } = status;
  const concerns = findConcerns(status);
  return renderBody({
    title: `${concerns.length > 0 ? `(${concerns.length}) ` : ''}estio-cron on ${status.host.name}`,
    now,
    main: html`${renderConcerns(concerns, canAct)} ${renderJobs(status)}
    ${
      records
        ? html`${renderMailboxes(records.mailboxes, now)}${renderFeeds(records.feeds, now)}
            <div class="pair">${renderEvents(records.events, status)}${renderHost(status)}</div>`
        : renderHost(status)
    }`,
  });
}

function renderConcerns(concerns: readonly Concern[], canAct: boolean): Fragment {
  if (concerns.length === 0)
    return html`<p class="calm"><span aria-hidden="true">✓</span> Everything runs as it should.</p>`;
  const rest = concerns.length - maxConcerns;
  return html`<section id="attention" aria-labelledby="attention-title">
    <h2 id="attention-title">
      ${concerns.length === 1 ? 'One thing needs you' : `${concerns.length} things need you`}
    </h2>
    <ul class="concerns">
      ${concerns.slice(0, maxConcerns).map((concern) => renderConcern(concern, canAct))}
    </ul>
    ${
      rest > 0
        ? html`<p class="more">
            and ${rest} more: ${link('/feeds?q=attention', 'feeds')} and ${link('/mailboxes?q=attention', 'mailboxes')}
            that need you
          </p>`
        : ''
    }
  </section>`;
}

function renderConcern(
  { severity, title, text, href, remedy, hasButton, command: line }: Concern,
  canAct: boolean,
): Fragment {
  // A button replaces the command.
  const isDecided = canAct && hasButton && href !== undefined;
  const isTyped = line !== undefined && !(canAct && (remedy ?? hasButton));
  return html`<li class="${severity}">
    <h3>${href === undefined ? title : link(href, title)}</h3>
    ${text === '' ? '' : html`<p>${text}</p>`}${isTyped ? command(line) : ''}
    ${buttons(canAct, remedy)}${isDecided ? html`<p>${link(href, 'Review and decide')}</p>` : ''}
  </li>`;
}
