/** The whole document. Nothing in it is loaded from elsewhere; style and script are let in by a nonce. */

import { html, raw } from 'hono/html';
import { findConcerns, type Concern } from './attention.ts';
import { renderEvents } from './events-section.ts';
import { renderFeeds } from './feeds-section.ts';
import { renderHost } from './host-section.ts';
import { renderJobs } from './jobs-section.ts';
import { renderMailboxes } from './mailboxes-section.ts';
import { maskAddresses } from '../../shared/platform/mask-address.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { clockTime, command, instant, type Fragment } from './parts.ts';
import type { Status } from './status.ts';

/** Draws the page around its content. */
export async function renderPage(content: string, nonce: string): Promise<string> {
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<noscript><meta http-equiv="refresh" content="60"></noscript>
<style nonce="${nonce}">${raw(pageStyle)}</style>
<script type="module" nonce="${nonce}">${raw(pageScript)}</script>
${raw(content)}
</html>
`;
  return page.toString();
}

/** Draws what changes while the page is open: its title and its body. */
export async function renderContent(status: Status): Promise<string> {
  const { records, now } = status;
  const concerns = findConcerns(status);
  const content = await html`<title>
      ${concerns.length > 0 ? `(${concerns.length}) ` : ''}estio-cron on ${status.host.name}
    </title>
    <body>
      <header class="top">
        <div>
          <h1>estio-cron <span class="quiet">${status.host.name}</span></h1>
          <p class="quiet" id="updated">As of ${instant(now, clockTime(now))} (${timeZoneName()})</p>
        </div>
      </header>
      <main>
        ${renderConcerns(concerns)} ${renderJobs(status)}
        ${
          records
            ? html`${renderMailboxes(records.mailboxes, now)}${renderFeeds(records.feeds, now)}
                <div class="pair">${renderEvents(records.events, now)}${renderHost(status)}</div>`
            : renderHost(status)
        }
      </main>
    </body>`;
  // Here and nowhere else: messages of providers, of feeds and of whatever comes have addresses too.
  return maskAddresses(content.toString());
}

function timeZoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function renderConcerns(concerns: readonly Concern[]): Fragment {
  if (concerns.length === 0)
    return html`<p class="calm"><span aria-hidden="true">✓</span> Everything runs as it should.</p>`;
  return html`<section id="attention" aria-labelledby="attention-title">
    <h2 id="attention-title">
      ${concerns.length === 1 ? 'One thing needs you' : `${concerns.length} things need you`}
    </h2>
    <ul class="concerns">
      ${concerns.map(
        ({ severity, title, text, command: line }) =>
          html`<li class="${severity}">
            <h3>${title}</h3>
            ${text === '' ? '' : html`<p>${text}</p>`}${line === undefined ? '' : command(line)}
          </li>`,
      )}
    </ul>
  </section>`;
}
