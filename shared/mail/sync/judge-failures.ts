/**
 * Whose failure it is, the message's or its mailbox's. A message that cannot be had or stored counts its attempt,
 * whatever the error says, and stops no other. Only a mailbox that is not to be had for something other than its
 * messages either ends the work, and then its messages are not blamed.
 */

import type { SyncItemDoc } from '../../models/sync-item.ts';
import { coerceError } from '../../platform/errors.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { hasReaction, type MailError } from '../mail-error.ts';
import { failItem, postponeItem, releaseItem } from './item-attempts.ts';
import type { Mailbox } from '../mail-provider.ts';

/** So many messages failing in a row for reasons that pass, and the mailbox is asked. */
const failuresBeforeAsking = 5;
/**
 * So many failing in a row although the mailbox answers: the rest waits for the next look, rather than being hammered
 * at.
 */
const failuresBeforeRest = 20;

interface Failure {
  readonly item: SyncItemDoc;
  readonly thrown: MailError;
}

export class FailureJudge {
  readonly #mailbox: Mailbox;
  readonly #context: RunContext;
  /** Failed for reasons that may be the mailbox's, since the last message that did not. */
  #suspects: Failure[] = [];
  #inARow = 0;
  #asking: Promise<unknown> | undefined;
  #unavailable: unknown;

  constructor(mailbox: Mailbox, context: RunContext) {
    this.#mailbox = mailbox;
    this.#context = context;
  }

  /** Whether so many messages have failed in a row that trying more of them now makes no sense. */
  get isHopeless(): boolean {
    return this.#inARow >= failuresBeforeRest;
  }

  /** A message was had: the mailbox is there, and what failed before failed by itself. */
  async passed(): Promise<void> {
    this.#inARow = 0;
    await this.#blame(this.#suspects.splice(0));
  }

  /**
   * A message was not had.
   *
   * @throws what is wrong with the mailbox as a whole; or with the database, which has to take note of the failure
   */
  async failed(item: SyncItemDoc, thrown: unknown): Promise<void> {
    const isLimit = hasReaction(thrown, 'throttled', 'pause-project');
    if (isLimit && this.#unavailable === undefined) {
      // The limit is the mailbox's, unless others are had after it.
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

  /**
   * Asks the mailbox about the messages that are still under suspicion.
   *
   * @throws what is wrong with it
   */
  async settle(): Promise<void> {
    const accused = this.#suspects.splice(0);
    if (accused.length === 0) return;
    this.#unavailable ??= await this.#ask();
    if (this.#unavailable === undefined) return this.#blame(accused);
    await this.#release(accused);
    throw this.#unavailable;
  }

  /** The run ends before anybody could be asked: nobody is blamed. */
  async acquit(): Promise<void> {
    await this.#release(this.#suspects.splice(0));
  }

  async #release(accused: readonly Failure[]): Promise<void> {
    const now = this.#context.clock.now();
    for (const { item, thrown } of accused)
      await (thrown === this.#unavailable ? postponeItem(item, now) : releaseItem(item, now));
  }

  /** What the mailbox itself answers with, if not well; asked once for all who wait for the answer. */
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
