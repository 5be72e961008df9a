import type { FeedValues, FormHold, PropertyFeedDoc, RemovalGuard } from '../models/property-feed.ts';
import { EstioError } from '../platform/errors.ts';
import { describeFailure } from './failure-messages.ts';
import type { Plan } from './plan/plan-feed.ts';
import { confirmCommand } from './plan/problems.ts';
import type { Verdict } from './plan/verdict.ts';
import { noValidators } from './read/reading-version.ts';

/** The run may not touch the feed before a person has looked. */
export class FeedHeldError extends EstioError {
  override name = 'FeedHeldError';
  readonly hold: FormHold;

  constructor(message: string, hold: FormHold) {
    super(message, { code: hold.code });
    this.hold = hold;
  }
}

export function heldError(
  { _id, formHold }: Pick<PropertyFeedDoc, '_id' | 'formHold'>,
  { is: _, of, signs, ...asked }: Verdict & { is: 'hold' },
  now: Date,
): FeedHeldError {
  const { code, count } = asked;
  const message = `${heldMessages[code](count, of, signs)}, or confirm that it is right: ${confirmCommand(_id)}`;
  const heldAt = formHold?.code === code ? formHold.heldAt : now;
  return new FeedHeldError(message, { heldAt, ...asked });
}

const heldMessages: Readonly<
  Record<FormHold['code'], (count: number, of: number, signs: readonly string[]) => string>
> = {
  'ids-moved': (count, of, signs) =>
    `The feed's ids now point to different listings: ${count} of ${of} changed items carry another listing's ` +
    `${signs.join()} (are the ids row numbers?). Nothing was changed. ` +
    (signs.includes('reference')
      ? 'Set idFrom to reference on the feed, so that listings are identified by their references'
      : 'Ask the publisher for ids that stay with their listings'),
  'format-changed': (count, of, signs) =>
    `The feed's format seems to have changed: ${count} of ${of} changed listings lost ` +
    `${signs.length > 0 ? signs.join(', ') : 'most of their fields (price, place, type, images)'}. ` +
    "Nothing was changed. Check the feed's format or mapping",
  'mode-changed': (count, _of, [former, format]) =>
    `The feed was a full list (${former}) and now sends only changes (${format}), ${count} of them. ` +
    'Listings missing from it would no longer be withdrawn. Nothing was changed. Set format and mode ' +
    'on the feed',
  'removals-held': (count, of) =>
    `The feed's changes would take ${count} of ${of} listings off the market at once. None of them ` +
    'was applied. Look at the feed',
};

/** Questions about the whole feed come before removals. */
export function answersRemovals({ formHold }: Holds, isConfirmed: boolean): boolean {
  return isConfirmed && (!formHold || formHold.isAside === true);
}

export function successValues(
  feed: Pick<PropertyFeedDoc, '_id' | 'formHold'>,
  { hold, hollow, askedHollow }: Pick<Plan, 'hold' | 'hollow' | 'askedHollow'>,
  startedAt: Date,
): FeedValues {
  const formHold: FormHold | null =
    hollow > 0
      ? {
          heldAt: feed.formHold?.heldAt ?? startedAt,
          code: 'format-changed',
          count: hollow,
          asked: askedHollow,
          isAside: true,
        }
      : null;
  const held = heldInWords({ removalGuard: hold, formHold });
  return {
    lastStatus: held.length > 0 ? 'held' : 'ok',
    lastError: held.length > 0 ? `${held.join('. ')}. Look at the feed; to confirm: ${confirmCommand(feed._id)}` : null,
    removalGuard: hold ?? null,
    formHold,
    lastSuccessAt: startedAt,
  };
}

type Holds = Pick<FeedValues, 'removalGuard' | 'formHold'>;

function heldInWords({ removalGuard, formHold }: Holds): readonly string[] {
  const aside = formHold?.isAside ? formHold.count : 0;
  return [removalsHeld(removalGuard ?? undefined), hollowHeld(aside)].filter((text) => text !== undefined);
}

function removalsHeld(hold: RemovalGuard | undefined): string | undefined {
  if (!hold) return undefined;
  const waiting = `${hold.count} of ${hold.total} listings`;
  // The reason already names these numbers.
  return hold.reason.includes(waiting)
    ? `${hold.reason}. They wait for confirmation`
    : `${hold.reason}: ${waiting} wait for confirmation`;
}

function hollowHeld(hollow: number): string | undefined {
  if (hollow === 0) return undefined;
  return `${hollow} listings lost most of their fields in the feed; they were not changed`;
}

const statuses: Readonly<Record<string, string>> = {
  stopped: 'stopped',
  'format-changed': 'held',
  'ids-moved': 'held',
  'mode-changed': 'held',
  'removals-held': 'held',
  'needs-mapping': 'needs-mapping',
};

export interface Failure {
  readonly error: EstioError;
  readonly address: string;
  readonly isSentOnce?: boolean | undefined;
  readonly holds: Holds;
}

export function failureValues(
  { _id }: Pick<PropertyFeedDoc, '_id'>,
  { error, address, isSentOnce = false, holds }: Failure,
): FeedValues {
  const held = heldInWords(holds);
  // One confirmation answers one question.
  const how =
    error instanceof FeedHeldError
      ? 'you will be asked about this once the current question is answered'
      : `to confirm: ${confirmCommand(_id)}`;
  const still = held.length > 0 ? `. Waiting since an earlier run: ${held.join('. ')} (${how})` : '';
  return {
    lastStatus: statuses[error.code] ?? 'failed',
    lastError: `${describeFailure(error, address, isSentOnce)}${still}`,
    ...(error instanceof FeedHeldError ? { formHold: error.hold } : {}),
  };
}

/** Stored data matches no answer; the run that has the lock knows the rest. */
export const valuesOfLostRun: FeedValues = noValidators;
