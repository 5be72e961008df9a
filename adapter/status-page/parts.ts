/** `html` escapes inserted values. */

import { randomBytes } from 'node:crypto';
import { html } from 'hono/html';
import { ageInWords } from '../../shared/runs/run-words.ts';

export type Fragment = ReturnType<typeof html>;

/** Shown in words and shape, too, not by colour alone. */
export type Tone = 'good' | 'warning' | 'bad' | 'neutral' | 'busy';

export function pill(tone: Tone, text: string): Fragment {
  return html`<span class="pill ${tone}">${text}</span>`;
}

/** "4 min ago", with the exact time as title. */
export function age(then: Date | undefined, now: Date, never = 'never'): Fragment {
  return then ? instant(then, ageInWords(then, now)) : html`<span class="quiet">${never}</span>`;
}

export function instant(time: Date, words: string): Fragment {
  return html`<time datetime="${time.toISOString()}" title="${clockTime(time)}">${words}</time>`;
}

/** "Tue, 10 Mar, 14:03:09", in the host's time zone. */
export function clockTime(time: Date): string {
  return time.toLocaleString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

export function command(line: string): Fragment {
  return html`<code class="command" tabindex="0">${line}</code>`;
}

export function section(id: string, title: string, content: unknown, aside: unknown = ''): Fragment {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}${aside ? html` <small>${aside}</small>` : ''}</h2>
    ${content}
  </section>`;
}

export function nothing(text: string): Fragment {
  return html`<p class="nothing">${text}</p>`;
}

export function link(href: string, text: unknown): Fragment {
  return html`<a href="${href}">${text}</a>`;
}

/** Placeholder; sending the page replaces it with the reader's token. */
export const tokenPlace = randomBytes(12).toString('hex');

export interface Button {
  readonly action: string;
  readonly label: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly choices?: Fragment | string;
  /** It cannot be undone. */
  readonly isGrave?: boolean;
}

/** A form with one button, because links must not change anything. */
export function button({ action, label, fields = {}, choices = '', isGrave = false }: Button): Fragment {
  return html`<form method="post" action="/actions/${action}">
    <input type="hidden" name="token" value="${tokenPlace}" />${Object.entries(fields).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
    )}${choices}<button${isGrave ? html` class="grave"` : ''}>${label}</button>
  </form>`;
}

export function buttons(canAct: boolean, ...all: readonly (Button | undefined)[]): Fragment | string {
  const shown = all.filter((one) => one !== undefined);
  return canAct && shown.length > 0 ? html`<div class="buttons">${shown.map(button)}</div>` : '';
}

export interface Table {
  /** For screen readers. */
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

export function table({ label, columns, rows }: Table): Fragment {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${columns.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
