/**
 * Units side by side: each lane claims one, works on it, and claims the next, until none is due. A lane that finds none
 * waits while others are at work: something may become due, or be put off by them.
 */

import { delay } from '../platform/clock.ts';

/** `alone`: a unit that a run did not survive, which is worked on alongside no other. */
export type Turn = 'beside-others' | 'alone';

export interface LanesOptions<Unit> {
  readonly width: number;
  /** Takes the next unit. */
  readonly claim: (turn: Turn) => Promise<Unit | undefined>;
  /** What it throws ends the lanes. */
  readonly work: (unit: Unit) => Promise<void>;
  /** In how many ms something may be due again; `undefined`: when another lane is done with its unit, if ever. */
  readonly dueInMs: () => number | undefined;
  readonly signal: AbortSignal;
}

/** Works until nothing is due. The signal ends it before the next unit. */
export async function workInLanes<Unit>(options: LanesOptions<Unit>): Promise<void> {
  const { width, claim, work, dueInMs, signal } = options;
  /** Lanes that look for a unit or have one. */
  let active = 0;
  let isAlone = false;
  let isOver = false;
  let changed = Promise.withResolvers<void>();
  const wakeAll = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };

  /** Nothing is left for this lane: it waits, or it is the last one and all is done. */
  async function rest(): Promise<void> {
    if (active > 0) return await wakened(changed.promise, dueInMs(), signal);
    isOver = true;
    wakeAll();
  }

  async function take(): Promise<boolean> {
    active += 1;
    let isTaken = false;
    try {
      let unit = await claim('beside-others');
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

/** Waits until something changes or the signal ends it, for some time at most. Without a time no timer is kept. */
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
