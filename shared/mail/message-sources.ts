/**
 * The sources of a message and what follows from them, as update pipelines: one atomic step in the database, so that
 * overlapping runs cannot overwrite each other's mailbox. Direction, read state and deletion of a message are never
 * set, they follow:
 * - a message is deleted when no source is left in which it is visible, and returns when one is visible again; what
 *   staff deleted in the CRM stays deleted
 * - it is read when some mailbox has read it, or when we sent it
 * - it is outbound once some mailbox knew that we sent it
 */

import type { PipelineStage, Types } from 'mongoose';
import type { MailAddress, MessageSource } from '../models/message.ts';
import { minute } from '../platform/clock.ts';

type Expression = unknown;
type Pipeline = Exclude<PipelineStage, PipelineStage.Merge | PipelineStage.Out>[];

/** What the CRM wrote itself may lack both. */
const present = {
  sources: { $ifNull: ['$sources', []] },
  conversationIds: {
    $ifNull: ['$conversationIds', { $cond: [{ $gt: ['$conversationId', null] }, ['$conversationId'], []] }],
  },
};
/** What was observed later than so long from now was observed by a clock that was ahead: it is not believed. */
const clockError = 10 * minute;

/** Names a message in a mailbox. */
export interface SourceKey {
  readonly accountId: Types.ObjectId;
  readonly providerMessageId: string;
}

/** The filter that finds the message of a source; served by the unique index of the sources. */
export function bySource({ accountId, providerMessageId }: SourceKey) {
  return { sources: { $elemMatch: { accountId, providerMessageId } } };
}

/** What else a newly seen copy of a message tells. */
export interface Seen {
  readonly conversationIds: readonly Types.ObjectId[];
  readonly sentAt: Date;
  readonly bcc: readonly MailAddress[];
}

/** Adds a visible source, or brings a known one up to date unless it was observed later already. */
export function putSource(source: Omit<MessageSource, 'deletedAt'>, seen: Seen, now: Date): Pipeline {
  const fresh = literal({ ...source, deletedAt: null });
  const known = {
    $in: [
      literal(keyOf(source)),
      {
        $map: {
          input: present.sources,
          as: 's',
          in: { accountId: '$$s.accountId', providerMessageId: '$$s.providerMessageId' },
        },
      },
    ],
  };
  const sources = {
    $cond: [known, changed(source, source.observedAt, fresh, now), { $concatArrays: [present.sources, [fresh]] }],
  };
  return update(sources, now, {
    conversationIds: { $setUnion: [present.conversationIds, literal([...seen.conversationIds])] },
    ...(seen.conversationIds[0] ? { conversationId: literal(seen.conversationIds[0]) } : {}),
    sentAt: { $min: ['$sentAt', literal(seen.sentAt)] },
    ...(seen.bcc.length > 0
      ? { bcc: { $cond: [{ $eq: [{ $size: { $ifNull: ['$bcc', []] } }, 0] }, literal([...seen.bcc]), '$bcc'] } }
      : {}),
  });
}

export interface SourceState {
  readonly isRead?: boolean;
  /** Excluded in its mailbox (deleted, trash, spam), or visible again. */
  readonly isHidden?: boolean;
}

/** Changes what a mailbox says of a message, unless something later is known. */
export function patchSource(key: SourceKey, state: SourceState, observedAt: Date, now: Date): Pipeline {
  const patch = {
    observedAt: literal(observedAt),
    ...(state.isRead === undefined ? {} : { isRead: literal(state.isRead) }),
    ...(state.isHidden === undefined
      ? {}
      : { deletedAt: state.isHidden ? { $ifNull: ['$$s.deletedAt', literal(now)] } : null }),
  };
  return update(changed(key, observedAt, patch, now), now);
}

/** Hides every source of one mailbox; work on them that began before is void. */
export function hideSources(accountId: Types.ObjectId, now: Date): Pipeline {
  const hidden = {
    $mergeObjects: ['$$s', { deletedAt: { $ifNull: ['$$s.deletedAt', literal(now)] }, observedAt: literal(now) }],
  };
  return update(
    {
      $map: {
        input: present.sources,
        as: 's',
        in: { $cond: [{ $eq: ['$$s.accountId', literal(accountId)] }, hidden, '$$s'] },
      },
    },
    now,
  );
}

/** The sources with one of them changed: fields of `patch` replace its own if it was observed no later. */
function changed(key: SourceKey, observedAt: Date, patch: Expression, now: Date): Expression {
  const same = {
    $and: [
      { $eq: ['$$s.accountId', literal(key.accountId)] },
      { $eq: ['$$s.providerMessageId', literal(key.providerMessageId)] },
    ],
  };
  const known = { $ifNull: ['$$s.observedAt', new Date(0)] };
  const notLater = {
    $or: [{ $lte: [known, literal(observedAt)] }, { $gt: [known, literal(new Date(now.getTime() + clockError))] }],
  };
  return {
    $map: {
      input: present.sources,
      as: 's',
      in: { $cond: [{ $and: [same, notLater] }, { $mergeObjects: ['$$s', patch] }, '$$s'] },
    },
  };
}

/** Computes the next state beside the present one, compares, and puts it in place; a date moves only with a change. */
function update(sources: Expression, now: Date, others: Readonly<Record<string, Expression>> = {}): Pipeline {
  const derived = [
    'isRead',
    'direction',
    'deletedAt',
    'accountId',
    'provider',
    'providerMessageId',
    'providerThreadId',
    ...Object.keys(others),
  ];
  const differs = derived.map((field) => ({ $ne: [orNull(`$${field}`), orNull(`$next.${field}`)] }));
  const sizeDiffers = { $ne: [{ $size: present.sources }, { $size: '$next.sources' }] };
  return [
    { $set: { next: { sources, ...others } } },
    { $set: { next: { $mergeObjects: ['$next', derive()] } } },
    {
      $set: {
        updatedAt: { $cond: [{ $or: [...differs, sizeDiffers] }, literal(now), '$updatedAt'] },
        sources: '$next.sources',
        ...Object.fromEntries(
          derived.map((field) => [field, field === 'deletedAt' ? '$next.deletedAt' : orRemove(`$next.${field}`)]),
        ),
      },
    },
    { $unset: 'next' },
  ] as Pipeline;
}

/** Everything that follows from `next.sources`. */
function derive(): Record<string, Expression> {
  const visible = (path: string) => ({
    $filter: { input: { $ifNull: [path, []] }, as: 's', cond: { $eq: [orNull('$$s.deletedAt'), null] } },
  });
  const isVisible = (path: string) => ({ $gt: [{ $size: visible(path) }, 0] });
  const primary = { $first: { $concatArrays: [visible('$next.sources'), '$next.sources'] } };
  const outbound = { $in: ['outbound', { $concatArrays: [['$direction'], '$next.sources.direction'] }] };
  const readSomewhere = {
    $in: [true, { $let: { vars: { visible: visible('$next.sources') }, in: '$$visible.isRead' } }],
  };
  const ofPrimary = (field: string) => ({
    $ifNull: [{ $getField: { field, input: { $ifNull: [primary, {}] } } }, `$${field}`],
  });
  // Whoever deletes a message before its last mailbox hides it is not a mailbox.
  const isByStaff = { $or: [{ $lt: ['$deletedAt', { $max: '$sources.deletedAt' }] }, { $eq: [present.sources, []] }] };
  return {
    direction: { $cond: [outbound, 'outbound', 'inbound'] },
    isRead: { $cond: [outbound, true, { $cond: [isVisible('$next.sources'), readSomewhere, '$isRead'] }] },
    deletedAt: {
      $cond: [
        isVisible('$next.sources'),
        { $cond: [{ $or: [isVisible('$sources'), isByStaff] }, orNull('$deletedAt'), null] },
        { $ifNull: ['$deletedAt', { $max: '$next.sources.deletedAt' }] },
      ],
    },
    accountId: ofPrimary('accountId'),
    provider: ofPrimary('provider'),
    providerMessageId: ofPrimary('providerMessageId'),
    providerThreadId: ofPrimary('providerThreadId'),
  };
}

function keyOf({ accountId, providerMessageId }: SourceKey): SourceKey {
  return { accountId, providerMessageId };
}

/** A value as itself: an id that begins with `$` is no path. */
function literal(value: unknown): Expression {
  return { $literal: value };
}

function orNull(path: string): Expression {
  return { $ifNull: [path, null] };
}

function orRemove(path: string): Expression {
  return { $ifNull: [path, '$$REMOVE'] };
}
