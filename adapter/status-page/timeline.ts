import { html } from 'hono/html';
import type { RunStatus } from '../../shared/models/job-run.ts';
import { day } from '../../shared/platform/clock.ts';
import type { Fragment } from './parts.ts';
import type { RunMark } from './status.ts';

const width = 1000;
const height = 30;
const days = 7;
const minWidth = 1;
const maxWidth = 6;
/** From the top, so that results differ without colours. */
const top: Readonly<Record<RunStatus, number>> = { failed: 0, partial: 6, succeeded: 11, running: 11, skipped: 24 };

/** ms; nearer runs are one mark. */
export const minGapMs = Math.ceil((days * day) / width);

/** Midnight six days ago, in the host's time zone. */
export function startOfWeek(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - (days - 1));
}

function midnights(now: Date): Date[] {
  return Array.from(
    { length: days },
    (_, index) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - (days - 2) + index),
  );
}

export interface TimelineOptions {
  readonly job: string;
  readonly marks: readonly RunMark[];
  readonly now: Date;
}

export function renderTimeline({ job, marks, now }: TimelineOptions): Fragment {
  const start = startOfWeek(now).getTime();
  const borders = midnights(now);
  const nights = borders.slice(0, -1);
  const scale = width / ((borders.at(-1) as Date).getTime() - start);
  const x = (time: number) => (time - start) * scale;
  const slot =
    marks.length > 1 ? Math.min(maxWidth, Math.max(minWidth, (day * scale * days * 0.5) / marks.length)) : maxWidth;
  const paths = statusesIn(marks).map((status) => {
    const drawn = marks.filter((mark) => mark.status === status).map((mark) => outline(mark, x, slot, scale, now));
    return html`<path class="mark ${status}" d="${drawn.join('')}" />`;
  });
  return html`<svg
      class="timeline"
      viewBox="0 0 ${width} ${height}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${describe(job, marks)}"
    >
      ${nights.map((border) => html`<path class="grid" d="M${round(x(border.getTime()))} 0V${height}" />`)} ${paths}
      <path class="present" d="M${round(x(now.getTime()))} 0V${height}" />
    </svg>
    <ol class="days" aria-hidden="true">
      ${[new Date(start), ...nights].map((date) => html`<li>${nameOfDay(date)}</li>`)}
    </ol>`;
}

function nameOfDay(date: Date): string {
  return date.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric' });
}

function outline(mark: RunMark, x: (time: number) => number, slot: number, scale: number, now: Date): string {
  const began = mark.startedAt.getTime();
  const length = mark.status === 'running' ? now.getTime() - began : mark.durationMs;
  const from = top[mark.status];
  return `M${round(x(began))} ${from}h${round(Math.max(slot, length * scale))}V${height}H${round(x(began))}z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function statusesIn(marks: readonly RunMark[]): RunStatus[] {
  // Failures are drawn last, on top.
  return (['skipped', 'running', 'succeeded', 'partial', 'failed'] as const).filter((status) =>
    marks.some((mark) => mark.status === status),
  );
}

function describe(job: string, marks: readonly RunMark[]): string {
  const counts = statusesIn(marks)
    .reverse()
    .map((status) => `${marks.reduce((sum, mark) => sum + (mark.status === status ? mark.count : 0), 0)} ${status}`);
  return `${job} in the last ${days} days: ${counts.join(', ') || 'no run'}`;
}
