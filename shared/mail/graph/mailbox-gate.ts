/**
 * What the requests to one mailbox share, whichever account they are for: how many at once, and the pause that Graph
 * asked for.
 */

import type { Clock } from '../../platform/clock.ts';
import { second } from '../../platform/clock.ts';
import type { MailError } from '../mail-error.ts';
import { RequestGate } from '../sync/quota.ts';

/** One below the four that Exchange allows per mailbox: the user keeps one. */
export const requestsInFlight = 3;

/** A longer pause is left to the loop: the run has other mailboxes. */
export const maxWaitInPlace = 10 * second;

export class MailboxGate {
  readonly #gate = new RequestGate(requestsInFlight);
  #pause: MailError | undefined;

  /**
   * Does `work` when it is its turn and no pause is asked for.
   *
   * @throws {MailError} what asked for a pause that is too long to be waited for
   */
  run<T>(work: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
    return this.#gate.run(async () => {
      const wait = (this.#pause?.notBefore?.getTime() ?? 0) - clock.now().getTime();
      if (wait > maxWaitInPlace) throw this.#pause as MailError;
      if (wait > 0) await clock.wait(wait, signal);
      return work();
    });
  }

  /** One at a time from now on. */
  lower(): void {
    while (this.#gate.limit > 1) this.#gate.halve();
  }

  /** Called too often: nobody asks before `notBefore`. */
  pause(asked: MailError): void {
    if (asked.notBefore && asked.notBefore > (this.#pause?.notBefore ?? 0)) this.#pause = asked;
  }
}
