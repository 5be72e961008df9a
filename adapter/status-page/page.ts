/** The whole document. It loads nothing; a nonce admits style and script. */

import { hostname } from 'node:os';
import { html, raw } from 'hono/html';
import { maskAddresses } from '../../shared/platform/mask-address.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { clockTime, instant } from './parts.ts';

export async function renderPage(content: string, { nonce, isLive }: { nonce: string; isLive: boolean }) {
  const refresh = isLive
    ? html`<noscript><meta http-equiv="refresh" content="60" /></noscript>
        <script type="module" nonce="${nonce}">
          ${raw(pageScript)};
        </script>`
    : '';
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<style nonce="${nonce}">${raw(pageStyle)}</style>
${refresh}
${raw(content)}
</html>
`;
  return page.toString();
}

export interface Body {
  readonly title: string;
  /** Absent on the front page. */
  readonly heading?: unknown;
  readonly now: Date;
  readonly main: unknown;
  readonly isMasked?: boolean;
}

export async function renderBody({ title, heading, now, main, isMasked = true }: Body): Promise<string> {
  const content = await html`<title>${title}</title>
    <body>
      <header class="top">
        <div>
          ${
            heading === undefined
              ? html`<h1>estio-cron <span class="quiet">${hostname()}</span></h1>`
              : html`<nav aria-label="Way back"><a href="/">estio-cron</a> <span aria-hidden="true">/</span></nav>
                  <h1>${heading}</h1>`
          }
          <p class="quiet" id="updated">As of ${instant(now, clockTime(now))} (${timeZoneName()})</p>
        </div>
      </header>
      <main>${main}</main>
    </body>`;
  // At the end, because texts of any origin may contain addresses.
  return isMasked ? maskAddresses(content.toString()) : content.toString();
}

function timeZoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
