/** One run's claims, renewed together. A late renewal loses them; a lost claim ends only the work on its unit. */

import type { Model } from 'mongoose';
import {
  claimNext,
  endClaim,
  findClaimsOfHost,
  heldTokens,
  isHeld,
  leaseMs,
  releaseClaim,
  releaseClaims,
  renewClaims,
  type Claimable,
  type Claimant,
  type Claimed,
  type UnitKind,
  type UnitQuery,
  type UnitValues,
} from '../models/claim.ts';
import { EstioError } from '../platform/errors.ts';
import { lockHeartbeatMs } from '../platform/file-lock.ts';
import { isSameProcessAlive } from '../platform/process-identity.ts';
import { claimantOf } from './claimant.ts';
import type { RunContext } from './run-context.ts';

/** Another run has the unit: nothing more may be written. */
class ClaimLostError extends EstioError {
  override name = 'ClaimLostError';

  constructor() {
    super('The claim was lost: another run may be working on this now', { code: 'claim-lost', retryable: true });
  }
}

export interface HeldUnit<T extends Claimable> {
  readonly unit: Claimed<T>;
  /** Its signal also aborts when the claim is lost; its `assertHeld` checks the claim. */
  readonly context: RunContext;
  readonly isLost: () => boolean;
}

/** ms; after a later renewal the lease could end before the next one. */
const maxUnrenewedMs = leaseMs - lockHeartbeatMs;

export class UnitClaims<T extends Claimable> {
  readonly #model: Model<T>;
  readonly #context: RunContext;
  readonly #by: Claimant;
  /** By the claim's token. */
  readonly #held = new Map<string, AbortController>();
  readonly #timer: NodeJS.Timeout;
  readonly #onBeat: () => Promise<unknown>;
  #renewedAt = performance.now();

  private constructor(model: Model<T>, context: RunContext, by: Claimant, onBeat: () => Promise<unknown>) {
    this.#model = model;
    this.#context = context;
    this.#by = by;
    this.#onBeat = onBeat;
    this.#timer = setInterval(() => void this.#beat(), lockHeartbeatMs);
    this.#timer.unref();
  }

  /**
   * Begins to claim and ends claims that dead processes of this host left.
   *
   * @param onBeat called with each renewal
   */
  static async begin<T extends Claimable>(
    model: Model<T>,
    context: RunContext,
    onBeat: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<UnitClaims<T>> {
    const by = await claimantOf(context.runId);
    for (const left of await findClaimsOfHost(model, by.host)) {
      if (!(await isSameProcessAlive(left.claim.pid, left.claim.startTicks))) await endClaim(model, left);
    }
    return new UnitClaims(model, context, by, onBeat);
  }

  next(query: UnitQuery, kind: UnitKind): Promise<HeldUnit<T> | undefined> {
    return this.hold((by) => claimNext(this.#model, query, kind, by));
  }

  async hold(claim: (by: Claimant) => Promise<Claimed<T> | undefined>): Promise<HeldUnit<T> | undefined> {
    const asked = performance.now();
    const unit = await claim(this.#by);
    if (!unit) return undefined;
    if (this.#held.size === 0) this.#renewedAt = asked;
    const stop = new AbortController();
    this.#held.set(unit.claim.token, stop);
    const context: RunContext = {
      ...this.#context,
      signal: AbortSignal.any([this.#context.signal, stop.signal]),
      assertHeld: async () => {
        await this.#context.assertHeld();
        stop.signal.throwIfAborted();
        if (await isHeld(this.#model, unit)) return;
        stop.abort(new ClaimLostError());
        stop.signal.throwIfAborted();
      },
    };
    return { unit, context, isLost: () => stop.signal.aborted };
  }

  /** @param filter must also match @returns whether it was written */
  async settle(
    { unit }: HeldUnit<T>,
    as: 'done' | 'paused',
    values?: UnitValues<T>,
    filter?: object,
  ): Promise<boolean> {
    const isSettled = await releaseClaim(this.#model, unit, as, values, filter);
    if (isSettled) this.#held.delete(unit.claim.token);
    return isSettled;
  }

  /** Releases a held unit. A failure is only logged: the claim ends with its lease. */
  async release({ unit }: HeldUnit<T>, as: 'done' | 'paused' = 'done'): Promise<void> {
    if (!this.#held.delete(unit.claim.token)) return;
    await releaseClaim(this.#model, unit, as).catch((error: unknown) =>
      this.#context.log.warn({ err: error }, 'a claim could not be released'),
    );
  }

  async releaseAll(): Promise<void> {
    this.#held.clear();
    await releaseClaims(this.#model, this.#by.runId).catch((error: unknown) =>
      this.#context.log.warn({ err: error }, 'the claims could not be released'),
    );
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #beat(): Promise<void> {
    // Checked first: a renewal may fail or never be answered.
    if (performance.now() - this.#renewedAt >= maxUnrenewedMs) this.#lose(() => true);
    const begun = performance.now();
    try {
      await this.#onBeat();
      if (this.#held.size === 0) return;
      const before = new Set(this.#held.keys());
      const renewed = await renewClaims(this.#model, this.#by.runId);
      this.#renewedAt = begun;
      if (renewed >= before.size) return;
      const tokens = await heldTokens(this.#model, this.#by.runId);
      this.#lose((token) => before.has(token) && !tokens.has(token));
    } catch (error) {
      this.#context.log.warn({ err: error }, 'the claims could not be renewed');
    }
  }

  #lose(isLost: (token: string) => boolean): void {
    for (const [token, stop] of this.#held) {
      if (isLost(token)) stop.abort(new ClaimLostError());
    }
  }
}
