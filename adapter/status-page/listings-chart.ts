import { html } from 'hono/html';
import { day as dayMs } from '../../shared/platform/clock.ts';
import type { Fragment } from './parts.ts';

/** `day`: `2026-11-30` */
export interface ShownDay {
  readonly day: string;
  readonly counts: Readonly<Record<string, number>>;
}

const days = 30;
const width = 600;
const height = 90;
const order = ['ACTIVE', 'RESERVED', 'SOLD', 'RENTED', 'WITHDRAWN'];
const words: Readonly<Record<string, string>> = {
  ACTIVE: 'on offer',
  RESERVED: 'reserved',
  SOLD: 'sold',
  RENTED: 'rented',
  WITHDRAWN: 'withdrawn',
};

export function renderListingsChart(history: readonly ShownDay[], now: Date): Fragment | string {
  const bars = placed(history, now);
  const last = bars.at(-1);
  if (!last) return '';
  const max = Math.max(1, ...bars.map(({ counts }) => sum(counts)));
  const statuses = statusesOf(bars);
  const slot = width / days;
  const paths = statuses.map((status, index) => {
    const below = statuses.slice(0, index);
    const drawn = bars
      .filter(({ counts }) => (counts[status] ?? 0) > 0)
      .map(({ place, counts }) => {
        const from = (below.reduce((total, one) => total + (counts[one] ?? 0), 0) / max) * height;
        const tall = ((counts[status] ?? 0) / max) * height;
        const [x, y] = [round(place * slot + 1), round(height - from)];
        return `M${x} ${y}h${round(slot - 2)}v${round(-tall)}h${round(2 - slot)}z`;
      });
    return html`<path class="listings ${toneOf(status)}" d="${drawn.join('')}" />`;
  });
  const told = statuses.map((status) => `${(last.counts[status] ?? 0).toLocaleString('en')} ${wordFor(status)}`);
  return html`<figure class="chart">
    <svg
      viewBox="0 0 ${width} ${height}"
      preserveAspectRatio="none"
      role="img"
      aria-label="Listings by status on ${bars.length} of the last ${days} days; the last: ${told.join(', ')}"
    >
      ${paths}
    </svg>
    <figcaption>
      ${statuses.map((status, index) => html`<span><i class="${toneOf(status)}"></i>${told[index]}</span>`)}
      <span class="quiet">30 days, at most ${max.toLocaleString('en')}</span>
    </figcaption>
  </figure>`;
}

interface Bar extends ShownDay {
  /** 0: the first day shown. */
  readonly place: number;
}

function placed(history: readonly ShownDay[], now: Date): Bar[] {
  const today = Math.floor(now.getTime() / dayMs);
  return history
    .map((one) => ({ ...one, place: days - 1 - (today - Math.floor(Date.parse(one.day) / dayMs)) }))
    .filter(({ place }) => place >= 0 && place < days);
}

function statusesOf(bars: readonly Bar[]): string[] {
  const found = new Set(bars.flatMap(({ counts }) => Object.keys(counts)));
  return [...order.filter((status) => found.has(status)), ...[...found].filter((one) => !order.includes(one)).sort()];
}

function toneOf(status: string): string {
  return order.includes(status) ? status.toLowerCase() : 'other';
}

function wordFor(status: string): string {
  return words[status] ?? `of the status ${status}`;
}

function sum(counts: ShownDay['counts']): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
