/**
 * Parallel lanes: each claims a unit, works on it and claims the next, until none is due. A lane without a unit waits
 * for the others, because their work may make one due.
 */

import { delay } from '../platform/clock.ts';

/** `alone`: a run died on the unit, so no other runs at the same time. */
export type Turn = 'with-others' | 'alone';

export interface LanesOptions<Unit> {
  readonly width: number;
  readonly claim: (turn: Turn) => Promise<Unit | undefined>;
  /** An error ends the lanes. */
  readonly work: (unit: Unit) => Promise<void>;
  /** ms until something may be due; `undefined`: not before another lane's unit ends. */
  readonly dueInMs: () => number | undefined;
  readonly signal: AbortSignal;
}

export async function workInLanes<Unit>(options: LanesOptions<Unit>): Promise<void> {
  const { width, claim, work, dueInMs, signal } = options;
  let active = 0;
  let isAlone = false;
  let isOver = false;
  let changed = Promise.withResolvers<void>();
  const wakeAll = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };

  async function rest(): Promise<void> {
    if (active > 0) return await wakened(changed.promise, dueInMs(), signal);
    isOver = true;
    wakeAll();
  }

  async function take(): Promise<boolean> {
    active += 1;
    let isTaken = false;
    try {
      let unit = await claim('with-others');
      if (unit === undefined && active === 1) {
        isAlone = true;
        unit = await claim('alone');
      }
      if (unit === undefined) return false;
      isTaken = true;
      await work(unit);
      return true;
    } finally {
      active -= 1;
      if (active === 0) isAlone = false;
      if (isTaken) wakeAll();
    }
  }

  async function lane(): Promise<void> {
    while (!signal.aborted && !isOver) {
      if (isAlone) await wakened(changed.promise, undefined, signal);
      else if (!(await take())) await rest();
    }
  }

  await Promise.all(Array.from({ length: width }, lane));
}

/** Without `ms` no timer is kept. */
async function wakened(changed: Promise<void>, ms: number | undefined, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const waited = ms === undefined ? aborted(ended) : delay(ms, ended).catch(() => {});
  await Promise.race([changed, waited]);
  over.abort();
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
