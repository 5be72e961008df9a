import { html } from 'hono/html';
import { section, type Fragment } from './parts.ts';

/** More are shown as a table. */
export const maxCards = 12;

export interface Overview {
  readonly id: 'feeds' | 'mailboxes';
  readonly title: string;
  readonly total: number;
  /** "3 held", in order. */
  readonly states: readonly string[];
  readonly shown: Fragment | string;
}

/** "488 ok", "3 held" */
export function countStates(states: readonly string[]): string[] {
  const groups = Map.groupBy(states, (state) => state);
  return [...groups]
    .map(([state, all]) => [all.length, state] as const)
    .sort(([a], [b]) => b - a)
    .map(([count, state]) => `${count.toLocaleString('en')} ${state}`);
}

export function renderOverview({ id, title, total, states, shown }: Overview): Fragment {
  return section(
    id,
    title,
    html`<div class="card">
      <p><strong>${states.join(' · ')}</strong></p>
      ${renderSearch({ action: `/${id}`, label: `Search ${id}` })} ${shown}
      <p><a href="/${id}">All ${total.toLocaleString('en')} ${id}</a></p>
    </div>`,
    total.toLocaleString('en'),
  );
}

export interface Search {
  readonly action: string;
  readonly label: string;
  readonly value?: string;
}

export function renderSearch({ action, label, value = '' }: Search): Fragment {
  return html`<form method="get" action="${action}" role="search" class="search">
    <input
      type="search"
      name="q"
      value="${value}"
      aria-label="${label}"
      placeholder="Name, address, location or state"
    />
    <button>Search</button>
  </form>`;
}
