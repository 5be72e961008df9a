import { delay } from '../../platform/clock.ts';

/** The rest is for others who share the limit. */
const usedShare = 0.8;
/** With `usedShare`, no minute exceeds the limit. */
const burstShare = 0.2;

/** A token bucket; callers are served in order. */
export class UnitBucket {
  readonly #unitsPerMs: number;
  readonly #capacity: number;
  readonly #elapsedMs: () => number;
  #units: number;
  #filledAt: number;
  #parts = 1;

  /**
   * @param unitsPerMinute as the provider publishes it
   * @param elapsedMs monotonic
   */
  constructor(unitsPerMinute: number, elapsedMs: () => number = () => performance.now()) {
    this.#unitsPerMs = (unitsPerMinute * usedShare) / 60_000;
    this.#capacity = unitsPerMinute * burstShare;
    this.#elapsedMs = elapsedMs;
    this.#units = this.#capacity;
    this.#filledAt = elapsedMs();
  }

  async take(units: number, signal?: AbortSignal): Promise<void> {
    const wait = this.reserve(units);
    if (wait > 0) await delay(wait, signal);
  }

  /** Reserves units, possibly on credit. @returns the wait (ms) */
  reserve(units: number): number {
    this.#fill();
    this.#units -= units;
    return this.#units >= 0 ? 0 : Math.ceil((-this.#units * this.#parts) / this.#unitsPerMs);
  }

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
