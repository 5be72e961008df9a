import { html } from 'hono/html';
import { durationInWords } from '../../shared/runs/run-words.ts';
import type { Fragment } from './parts.ts';

const width = 120;
const height = 24;

export function renderDurationTrend(durations: readonly number[]): Fragment | undefined {
  if (durations.length < 2) return undefined;
  const max = Math.max(...durations, 1);
  const x = (index: number) => (index / (durations.length - 1)) * width;
  const y = (ms: number) => 2 + (1 - ms / max) * (height - 4);
  const line = durations
    .map((ms, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(ms).toFixed(1)}`)
    .join('');
  const words = `typically ${durationInWords(median(durations))}, at most ${durationInWords(max)}`;
  return html`<figure class="trend">
    <svg
      viewBox="0 0 ${width} ${height}"
      preserveAspectRatio="none"
      role="img"
      aria-label="Duration of the last ${durations.length} runs: ${words}"
    >
      <path class="area" d="${line}V${height}H0z" />
      <path class="line" d="${line}" />
    </svg>
    <figcaption>${words}</figcaption>
  </figure>`;
}

function median(durations: readonly number[]): number {
  return [...durations].sort((a, b) => a - b)[Math.floor(durations.length / 2)] as number;
}
