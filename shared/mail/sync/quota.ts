/** Limits per provider: units per minute, requests in flight. */

import { delay } from '../../platform/clock.ts';

/** The rest is for others who share the limit. */
const usedShare = 0.8;
/** Share that may go at once. With `usedShare` no minute exceeds the limit. */
const burstShare = 0.2;

/** A token bucket in quota units, refilled evenly; callers are served in order. */
export class UnitBucket {
  readonly #unitsPerMs: number;
  readonly #capacity: number;
  readonly #elapsedMs: () => number;
  #units: number;
  #filledAt: number;
  #parts = 1;

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

  /** Reserves units and waits for them. The reservation remains after an abort. */
  async take(units: number, signal?: AbortSignal): Promise<void> {
    const wait = this.reserve(units);
    if (wait > 0) await delay(wait, signal);
  }

  /** Reserves units and returns the wait (ms). The stock may go into debt. */
  reserve(units: number): number {
    this.#fill();
    this.#units -= units;
    return this.#units >= 0 ? 0 : Math.ceil((-this.#units * this.#parts) / this.#unitsPerMs);
  }

  /** So many share the limit: this bucket has one part of it from now on. */
  divide(parts: number): void {
    this.#fill();
    this.#parts = parts;
    this.#units = Math.min(this.#units, this.#capacity / parts);
  }

  #fill(): void {
    const now = this.#elapsedMs();
    const filled = this.#units + ((now - this.#filledAt) * this.#unitsPerMs) / this.#parts;
    this.#units = Math.min(this.#capacity / this.#parts, filled);
    this.#filledAt = now;
  }
}

/** Limits requests in flight; can be lowered at any time. */
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

  /** Too many simultaneous requests: halves the limit. */
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
