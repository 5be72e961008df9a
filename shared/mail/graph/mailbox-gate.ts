import type { Clock } from '../../platform/clock.ts';
import { second } from '../../platform/clock.ts';
import type { MailError } from '../mail-error.ts';
import { RequestGate } from '../sync/quota.ts';

/** Exchange allows four per mailbox; the user keeps one. */
export const requestsInFlight = 3;

/** ms; longer pauses leave time for other mailboxes. */
export const maxWaitInPlace = 10 * second;

export class MailboxGate {
  readonly #gate = new RequestGate(requestsInFlight);
  #pause: MailError | undefined;

  /**
   * Waits for its turn and short pauses.
   *
   * @throws {MailError} that asked for a longer pause
   */
  run<T>(work: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
    return this.#gate.run(async () => {
      const wait = (this.#pause?.notBefore?.getTime() ?? 0) - clock.now().getTime();
      if (wait > maxWaitInPlace) throw this.#pause as MailError;
      if (wait > 0) await clock.wait(wait, signal);
      return work();
    });
  }

  lower(): void {
    while (this.#gate.limit > 1) this.#gate.halve();
  }

  pause(asked: MailError): void {
    if (asked.notBefore && asked.notBefore > (this.#pause?.notBefore ?? 0)) this.#pause = asked;
  }
}
