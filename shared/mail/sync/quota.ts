/** Limits on what is sent to a provider: units per minute, and requests in flight. */

import { delay } from '../../platform/clock.ts';

/** Share of the published limit that is used; the rest is for others who share it. */
const usedShare = 0.8;
/** Share of a minute's limit that may go at once. With `usedShare` no minute ever sees more than the limit. */
const burstShare = 0.2;

/** A token bucket in a provider's quota units. It refills evenly; waiting callers are served in their order. */
export class UnitBucket {
  readonly #unitsPerMs: number;
  readonly #capacity: number;
  readonly #elapsedMs: () => number;
  #units: number;
  #filledAt: number;

  /**
   * @param unitsPerMinute the provider's published limit
   * @param elapsedMs a monotonic clock
   */
  constructor(unitsPerMinute: number, elapsedMs: () => number = () => performance.now()) {
    this.#unitsPerMs = (unitsPerMinute * usedShare) / 60_000;
    this.#capacity = unitsPerMinute * burstShare;
    this.#elapsedMs = elapsedMs;
    this.#units = this.#capacity;
    this.#filledAt = elapsedMs();
  }

  /** Reserves units and waits until they are there. A reservation is kept even when the wait is aborted. */
  async take(units: number, signal?: AbortSignal): Promise<void> {
    const wait = this.reserve(units);
    if (wait > 0) await delay(wait, signal);
  }

  /** Reserves units; answers in how many ms they are there. The stock may be in debt: later callers wait longer. */
  reserve(units: number): number {
    const now = this.#elapsedMs();
    this.#units = Math.min(this.#capacity, this.#units + (now - this.#filledAt) * this.#unitsPerMs);
    this.#filledAt = now;
    this.#units -= units;
    return this.#units >= 0 ? 0 : Math.ceil(-this.#units / this.#unitsPerMs);
  }
}

/** At most so many requests in flight; the limit can be lowered while they run. */
export class RequestGate {
  #limit: number;
  #inFlight = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  /** The provider says that there are too many requests at once: half of them from now on. */
  halve(): void {
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    while (this.#inFlight >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#inFlight += 1;
    try {
      return await work();
    } finally {
      this.#inFlight -= 1;
      this.#waiting.shift()?.();
    }
  }
}
