/** The small pieces that the sections are made of. `html` escapes whatever is put into it. */

import { html } from 'hono/html';
import { ageInWords } from '../../shared/runs/run-words.ts';

export type Fragment = ReturnType<typeof html>;

/** How a thing is; words and a shape tell it, not the colour alone. */
export type Tone = 'good' | 'warning' | 'bad' | 'neutral' | 'busy';

export function pill(tone: Tone, text: string): Fragment {
  return html`<span class="pill ${tone}">${text}</span>`;
}

/** "4 min ago", with the exact time for machines and for who points at it. */
export function age(then: Date | undefined, now: Date, never = 'never'): Fragment {
  return then ? instant(then, ageInWords(then, now)) : html`<span class="quiet">${never}</span>`;
}

/** A time in words. */
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

/** Something to type into a terminal. */
export function command(line: string): Fragment {
  return html`<code class="command" tabindex="0">${line}</code>`;
}

/** A section with its heading. */
export function section(id: string, title: string, content: unknown, aside = ''): Fragment {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}${aside ? html` <small>${aside}</small>` : ''}</h2>
    ${content}
  </section>`;
}

/** What is shown where there is nothing. */
export function nothing(text: string): Fragment {
  return html`<p class="nothing">${text}</p>`;
}
