/** How a feed's record tells of a run: what staff read, and what the next run goes on with. Pure. */

import type { FeedValues, FormHold, PropertyFeedDoc, RemovalGuard } from '../models/property-feed.ts';
import { EstioError } from '../platform/errors.ts';
import { describeFailure } from './failure-messages.ts';
import type { Plan } from './plan/plan-feed.ts';
import { confirmCommand } from './plan/problems.ts';
import type { Verdict } from './plan/verdict.ts';
import { noValidators } from './read/reading-version.ts';

/** A run that may not do anything with its feed before a person has looked. */
export class FeedHeldError extends EstioError {
  override name = 'FeedHeldError';
  readonly hold: FormHold;

  constructor(message: string, hold: FormHold) {
    super(message, { code: hold.code });
    this.hold = hold;
  }
}

/** The error that tells of a feed that is held as a whole. */
export function heldError(
  { _id, formHold }: Pick<PropertyFeedDoc, '_id' | 'formHold'>,
  { is: _, of, ...asked }: Verdict & { is: 'hold' },
  now: Date,
): FeedHeldError {
  const { code, count } = asked;
  const confirm = `or confirm that it is right: ${confirmCommand(_id)}`;
  const message =
    code === 'ids-moved'
      ? `The feed's ids now point to different listings: ${count} of ${of} changed items carry another listing's ` +
        'reference or place (are the ids row numbers?). Nothing was changed. Set idFrom to reference on the feed, so ' +
        `that its listings are known by their references, ${confirm}`
      : `The feed seems to have changed its form: ${count} of ${of} changed listings lost most of their fields ` +
        `(price, place, type, images). Nothing was changed. Check the feed's format or mapping, ${confirm}`;
  const heldAt = formHold?.code === code ? formHold.heldAt : now;
  return new FeedHeldError(message, { heldAt, ...asked });
}

/** How the record tells of a run that read its feed to the end, with what it holds back. */
export function successValues(
  feed: Pick<PropertyFeedDoc, '_id' | 'formHold'>,
  { hold, hollow }: Pick<Plan, 'hold' | 'hollow'>,
  startedAt: Date,
): FeedValues {
  const held = [removalsHeld(hold), hollowHeld(hollow)].filter((text) => text !== undefined);
  const formHold: FormHold | null =
    hollow > 0
      ? { heldAt: feed.formHold?.heldAt ?? startedAt, code: 'format-changed', count: hollow, isAside: true }
      : null;
  return {
    lastStatus: held.length > 0 ? 'held' : 'ok',
    lastError: held.length > 0 ? `${held.join('. ')}. Look at the feed; to confirm: ${confirmCommand(feed._id)}` : null,
    removalGuard: hold ?? null,
    formHold,
    lastSuccessAt: startedAt,
  };
}

function removalsHeld(hold: RemovalGuard | undefined): string | undefined {
  return hold && `${hold.reason}: ${hold.count} of ${hold.total} listings wait for confirmation`;
}

function hollowHeld(hollow: number): string | undefined {
  if (hollow === 0) return undefined;
  return `${hollow} listings lost most of their fields in the feed and were left as they are`;
}

const statuses: Readonly<Record<string, string>> = {
  stopped: 'stopped',
  'format-changed': 'held',
  'ids-moved': 'held',
  'needs-mapping': 'needs-mapping',
};

/**
 * How the record tells of a run that failed or was stopped.
 *
 * @param address of the feed, as it may be shown
 * @param isSentOnce the feed sends each change once
 */
export function failureValues(error: EstioError, address: string, isSentOnce = false): FeedValues {
  return {
    lastStatus: statuses[error.code] ?? 'failed',
    lastError: describeFailure(error, address, isSentOnce),
    ...(error instanceof FeedHeldError ? { formHold: error.hold } : {}),
  };
}

/**
 * What a run that lost its lock keeps: the run that has it now knows better, but what is stored is of no one answer.
 */
export const valuesOfLostRun: FeedValues = noValidators;
