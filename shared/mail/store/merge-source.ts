/**
 * A message follows from its sources:
 * - deleted without a visible source; a deletion by staff stays
 * - read when a mailbox has read it, or we sent it
 * - outbound once a mailbox knew that we sent it
 */

import type { Types } from 'mongoose';
import type { MailAddress, MessageDoc, MessageSource } from '../../models/message.ts';
import { minute } from '../../platform/clock.ts';

/** Further ahead, an observation came from a wrong clock. */
const clockError = 10 * minute;

export interface SourceKey {
  readonly accountId: Types.ObjectId;
  readonly providerMessageId: string;
}

interface Seen {
  readonly conversationIds: readonly Types.ObjectId[];
  readonly receivedAt: Date;
  readonly sentAt: Date;
  /** A direct copy wins over a list's. */
  readonly automatic: boolean;
  readonly bcc: readonly MailAddress[];
}

export type SourceChange =
  | { readonly kind: 'seen'; readonly source: Omit<MessageSource, 'deletedAt'>; readonly seen: Seen }
  | {
      readonly kind: 'state';
      readonly key: SourceKey;
      readonly isRead?: boolean;
      readonly isHidden?: boolean;
      readonly keepBefore?: Date;
      readonly observedAt: Date;
    }
  /** Voids earlier work on its copies. */
  | { readonly kind: 'disconnected'; readonly accountId: Types.ObjectId };

export type StateChange = Extract<SourceChange, { kind: 'state' }>;

export type Mergeable = Partial<
  Pick<
    MessageDoc,
    | 'sources'
    | 'direction'
    | 'isRead'
    | 'deletedAt'
    | 'accountId'
    | 'provider'
    | 'providerMessageId'
    | 'providerThreadId'
    | 'conversationId'
    | 'conversationIds'
    | 'receivedAt'
    | 'sentAt'
    | 'automatic'
    | 'bcc'
  >
>;

/** The fields after `change`. */
export function mergeSource(message: Mergeable, change: SourceChange, now: Date): Mergeable {
  const sources = nextSources(message, change, now);
  return { sources, ...derive(message, sources), ...(change.kind === 'seen' ? seenFields(message, change.seen) : {}) };
}

export function isSource(source: SourceKey, { accountId, providerMessageId }: SourceKey): boolean {
  return source.providerMessageId === providerMessageId && source.accountId.equals(accountId);
}

function nextSources({ sources = [], receivedAt }: Mergeable, change: SourceChange, now: Date): MessageSource[] {
  if (change.kind === 'disconnected')
    return sources.map((source) =>
      source.accountId.equals(change.accountId)
        ? { ...source, deletedAt: source.deletedAt ?? now, observedAt: now }
        : source,
    );
  if (change.kind === 'state')
    return sources.map((source) =>
      isSource(source, change.key) && isNoOlder(change.observedAt, source, now)
        ? withState(source, change, isKept(receivedAt, change), now)
        : source,
    );
  const fresh: MessageSource = { ...change.source, deletedAt: null };
  if (!sources.some((source) => isSource(source, fresh))) return [...sources, fresh];
  return sources.map((source) => {
    if (!isSource(source, fresh) || !isNoOlder(fresh.observedAt, source, now)) return source;
    const { goneAt: _, ...known } = source;
    return { ...known, ...fresh };
  });
}

/** The run that asked later wins. */
function isNoOlder(observedAt: Date, { observedAt: known }: MessageSource, now: Date): boolean {
  if (!known) return true;
  return known.getTime() <= observedAt.getTime() || known.getTime() > now.getTime() + clockError;
}

function isKept(receivedAt: Date | undefined, { keepBefore }: StateChange): boolean {
  return keepBefore !== undefined && receivedAt !== undefined && receivedAt < keepBefore;
}

function withState(
  source: MessageSource,
  { isRead, isHidden, observedAt }: StateChange,
  isKept: boolean,
  now: Date,
): MessageSource {
  const next: MessageSource = { ...source, observedAt };
  if (isKept) return source.deletedAt ? next : { ...next, goneAt: source.goneAt ?? now };
  if (isHidden === false) delete next.goneAt;
  if (isRead !== undefined) next.isRead = isRead;
  if (isHidden !== undefined) next.deletedAt = isHidden ? (source.deletedAt ?? now) : null;
  return next;
}

function derive(message: Mergeable, sources: readonly MessageSource[]): Mergeable {
  const visible = sources.filter(isVisible);
  const isOutbound = message.direction === 'outbound' || sources.some(({ direction }) => direction === 'outbound');
  const primary = visible[0] ?? sources[0];
  const isRead = visible.length > 0 ? visible.some((source) => source.isRead) : message.isRead;
  return {
    direction: isOutbound ? 'outbound' : 'inbound',
    ...(isOutbound ? { isRead: true } : isRead === undefined ? {} : { isRead }),
    deletedAt: deletion(message, sources),
    ...(primary ? nameOf(primary) : {}),
  };
}

function deletion({ sources: before = [], deletedAt }: Mergeable, sources: readonly MessageSource[]): Date | null {
  const present = deletedAt ?? null;
  if (!sources.some(isVisible)) return present ?? latestDeletion(sources);
  return before.some(isVisible) || isByStaff(before, present) ? present : null;
}

function isByStaff(before: readonly MessageSource[], deletedAt: Date | null): boolean {
  const latest = latestDeletion(before);
  return latest === null ? before.length === 0 : deletedAt !== null && deletedAt < latest;
}

function latestDeletion(sources: readonly MessageSource[]): Date | null {
  const times = sources.flatMap(({ deletedAt }) => (deletedAt ? [deletedAt.getTime()] : []));
  return times.length === 0 ? null : new Date(Math.max(...times));
}

function isVisible({ deletedAt }: MessageSource): boolean {
  return !deletedAt;
}

function nameOf({ accountId, provider, providerMessageId, providerThreadId }: MessageSource): Mergeable {
  return {
    accountId,
    provider,
    providerMessageId,
    ...(providerThreadId === undefined ? {} : { providerThreadId }),
  };
}

function seenFields(message: Mergeable, { conversationIds, receivedAt, sentAt, automatic, bcc }: Seen): Mergeable {
  const present = message.conversationIds ?? (message.conversationId ? [message.conversationId] : []);
  const all = new Map([...present, ...conversationIds].map((id) => [String(id), id]));
  const [closest] = conversationIds;
  return {
    conversationIds: [...all.values()].sort((a, b) => (String(a) < String(b) ? -1 : 1)),
    ...(closest ? { conversationId: closest } : {}),
    receivedAt: earlier(message.receivedAt, receivedAt),
    sentAt: earlier(message.sentAt, sentAt),
    ...(message.automatic && !automatic ? { automatic } : {}),
    ...(bcc.length > 0 && (message.bcc ?? []).length === 0 ? { bcc: [...bcc] } : {}),
  };
}

function earlier(known: Date | undefined, other: Date): Date {
  return known && known < other ? known : other;
}
