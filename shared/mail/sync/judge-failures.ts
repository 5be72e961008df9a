/** Asks the mailbox for something else. */

import type { SyncItemDoc } from '../../models/sync-item.ts';
import { coerceError } from '../../platform/errors.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { hasReaction, type MailError } from '../mail-error.ts';
import { failItem, postponeItem, releaseItem } from './item-attempts.ts';
import type { Mailbox } from '../mail-provider.ts';

/** In a row. */
const failuresBeforeAsking = 5;
const failuresBeforeRest = 20;

interface Failure {
  readonly item: SyncItemDoc;
  readonly thrown: MailError;
}

export class FailureJudge {
  readonly #mailbox: Mailbox;
  readonly #context: RunContext;
  #suspects: Failure[] = [];
  #inARow = 0;
  #asking: Promise<unknown> | undefined;
  #unavailable: unknown;

  constructor(mailbox: Mailbox, context: RunContext) {
    this.#mailbox = mailbox;
    this.#context = context;
  }

  get isHopeless(): boolean {
    return this.#inARow >= failuresBeforeRest;
  }

  async passed(): Promise<void> {
    this.#inARow = 0;
    await this.#blame(this.#suspects.splice(0));
  }

  /** @throws the mailbox's or the database's failure */
  async failed(item: SyncItemDoc, thrown: unknown): Promise<void> {
    const isLimit = hasReaction(thrown, 'throttled', 'pause-project');
    if (isLimit && this.#unavailable === undefined) {
      // The mailbox's limit, unless later messages can be fetched.
      this.#unavailable = thrown;
      this.#suspects.push({ item, thrown });
      throw thrown;
    }
    if (isLimit || hasReaction(thrown, 'retry', 'busy', 'admin', 'reauth', 'operator')) {
      this.#inARow += 1;
      this.#suspects.push({ item, thrown });
      const asksNow = thrown.reaction !== 'retry' || this.#suspects.length >= failuresBeforeAsking;
      if (asksNow || this.#unavailable !== undefined) await this.settle();
      return;
    }
    await this.passed();
    await this.#blame([{ item, thrown }]);
  }

  async settle(): Promise<void> {
    const accused = this.#suspects.splice(0);
    if (accused.length === 0) return;
    this.#unavailable ??= await this.#ask();
    if (this.#unavailable === undefined) return this.#blame(accused);
    await this.#release(accused);
    throw this.#unavailable;
  }

  async acquit(): Promise<void> {
    await this.#release(this.#suspects.splice(0));
  }

  async #release(accused: readonly Failure[]): Promise<void> {
    const now = this.#context.clock.now();
    for (const { item, thrown } of accused)
      await (thrown === this.#unavailable ? postponeItem(item, now) : releaseItem(item, now));
  }

  #ask(): Promise<unknown> {
    this.#asking ??= this.#mailbox
      .probe()
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      .finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #blame(failures: readonly { readonly item: SyncItemDoc; readonly thrown: unknown }[]): Promise<void> {
    const { clock, count, log } = this.#context;
    for (const { item, thrown } of failures) {
      if (await failItem(item, coerceError(thrown), clock.now())) count('parkedNow');
      log.warn(
        { err: thrown, message: item.providerMessageId, attempts: item.attempts + 1 },
        'a message could not be stored yet',
      );
    }
  }
}
