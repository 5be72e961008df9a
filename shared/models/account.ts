import { Schema, Types } from 'mongoose';
import { askedFor, freeFilter, type ClaimField, type UnitQuery } from './claim.ts';
import { defineModel } from './define-model.ts';

export const mailProviders = ['gmail', 'outlook', 'outlook-web'] as const;
export type MailProviderName = (typeof mailProviders)[number];
export type AccountStatus = 'active' | 'needs-reauth' | 'error';

/** A mailbox that a user connected. */
export interface AccountDoc {
  _id: Types.ObjectId;
  userId?: Types.ObjectId;
  locationId: Types.ObjectId;
  provider: MailProviderName;
  email: string;
  /** Verified send-as addresses: they are "us" too. */
  aliases: string[];
  /** Cleared on reconnect, so that the mailbox's identity is checked before it is read. */
  aliasesCheckedAt?: Date;
  /** Earlier addresses of the mailbox: mail from and to them is the agency's own. */
  formerEmails?: string[];
  enabled: boolean;
  /** Paused: connected, but not read. */
  pausedAt?: Date | null;
  /** When it was (re)connected: the import goes back from here. */
  connectedAt?: Date;
  status: AccountStatus;
  /** Plain words for staff, without secrets. */
  lastError?: string;
  lastErrorCode?: string;
  /** Consecutive failures that may pass; waits grow with them. */
  failures?: number;
  /** Start of the last sync (database time), for the fair order. */
  lastAttemptAt?: Date;
  /** Which run is at work on it. */
  claim?: ClaimField;
  /** When the mailbox was last read to its end. */
  lastSyncedAt?: Date;
  lastAuditAt?: Date;
  /** The provider asked not to be called before this time. */
  notBefore?: Date;
  /** Sealed: tokens and their expiry, or session cookies. See platform/crypto. */
  credentials?: string;
  /** Compare-and-set, so that parallel token refreshes do not invalidate each other. */
  credentialsVersion: number;
  /** When stored session cookies end (outlook-web). */
  credentialsExpireAt?: Date;
  /** Where the next sync of each folder starts. Opaque to all but the provider. */
  cursors: Record<string, unknown>;
  /** Compare-and-set: of two overlapping runs only one moves the cursor. */
  cursorsVersion: number;
  watchExpiration?: Date;
  /** Of the provider's push notifications, if they have one (Graph's subscription). */
  watchId?: string;
  /** Messages that are listed but cannot be stored now. */
  parkedCount: number;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<AccountDoc>(
  {
    userId: { type: Schema.Types.ObjectId, ref: 'User' },
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    provider: { type: String, enum: [...mailProviders], required: true },
    email: { type: String, required: true, lowercase: true, trim: true },
    aliases: [{ type: String, lowercase: true, trim: true }],
    aliasesCheckedAt: Date,
    formerEmails: [{ type: String, lowercase: true, trim: true }],
    enabled: { type: Boolean, default: true },
    pausedAt: Date,
    connectedAt: Date,
    status: { type: String, enum: ['active', 'needs-reauth', 'error'], default: 'active' },
    lastError: String,
    lastErrorCode: String,
    failures: Number,
    lastAttemptAt: Date,
    claim: { type: Schema.Types.Mixed, default: undefined },
    lastSyncedAt: Date,
    lastAuditAt: Date,
    notBefore: Date,
    credentials: String,
    credentialsVersion: { type: Number, default: 0 },
    credentialsExpireAt: Date,
    cursors: { type: Schema.Types.Mixed, default: {} },
    cursorsVersion: { type: Number, default: 0 },
    watchExpiration: Date,
    watchId: String,
    parkedCount: { type: Number, default: 0 },
  },
  { timestamps: true, minimize: false },
);

// The same mailbox is connected once per location.
schema.index({ provider: 1, email: 1, locationId: 1 }, { unique: true });
// Whose addresses are "us" at a location.
schema.index({ locationId: 1 });
// No lost runs first, then fewest failures, then oldest attempt.
const dueOrder = { provider: 1, enabled: 1, 'claim.attempts': 1, failures: 1, lastAttemptAt: 1 } as const;
schema.index(dueOrder);
// What a run has claimed; what a host has.
schema.index({ 'claim.runId': 1 }, { sparse: true });
schema.index({ 'claim.host': 1 }, { sparse: true });

export const Account = defineModel<AccountDoc>('Account', 'accounts', schema);

export interface AccountsQuery {
  readonly providers: readonly MailProviderName[];
  readonly accountId?: string;
  readonly locationId?: string;
}

export interface DueAccountsQuery extends AccountsQuery {
  /** What providers asked to wait for is over by then. */
  readonly now: Date;
  /** Only mailboxes that were read completely once, or only others. */
  readonly synced?: boolean;
}

/** Connected mailboxes, readable or not. */
export function findConnectedAccounts(query: AccountsQuery) {
  return Account.find(among(query));
}

/**
 * Mailboxes that a sync should read, in fair order.
 *
 * @param before mailboxes attempted since then had their turn
 */
export function dueAccounts(
  {
    providers: [provider],
    accountId,
    locationId,
    ...query
  }: DueAccountsQuery & { readonly providers: readonly [MailProviderName] },
  before: Date,
): UnitQuery {
  return {
    filter: {
      provider,
      enabled: true,
      ...(accountId ? { _id: new Types.ObjectId(accountId) } : {}),
      ...(locationId ? { locationId: new Types.ObjectId(locationId) } : {}),
    },
    ready: due(query),
    before,
    order: dueOrder,
    decisive: [],
  };
}

/** Mailboxes that are meant, too, and cannot be looked at now. */
export function findWaitingAccounts(query: DueAccountsQuery) {
  return Account.find({ ...among(query), $nor: [due(query)] }).sort({ _id: 1 });
}

/** Disconnected mailboxes that were read: a run may still be at work on them. */
export function findDisconnecting(query: AccountsQuery) {
  return Account.find({ ...among(query), enabled: false, lastAttemptAt: { $type: 'date' }, ...freeFilter }, { _id: 1 });
}

/** How the report of a run names a mailbox. */
export function scopeOf({ provider, email }: Pick<AccountDoc, 'provider' | 'email'>): string {
  return `${provider}:${email}`;
}

/** Whether the mailbox is still connected; it may be disconnected during a run. */
export async function isConnected(accountId: Types.ObjectId): Promise<boolean> {
  return (await Account.exists({ _id: accountId, enabled: true })) !== null;
}

/** Pauses or resumes reading from the next run on. */
export async function setPaused(accountId: Types.ObjectId, pausedAt: Date | undefined): Promise<void> {
  await Account.updateOne({ _id: accountId }, pausedAt ? { $set: { pausedAt } } : { $unset: { pausedAt: 1 } });
}

/** A mailbox that its provider reports as changed, or whose notifications end. */
export type PushedMailbox =
  { readonly provider: 'gmail'; readonly email: string } | { readonly accountId: string; readonly isOver: boolean };

/**
 * Marks mailboxes as due in every run.
 *
 * @returns how many accounts they are
 */
export async function markPushed(mailboxes: readonly PushedMailbox[]): Promise<number> {
  const operations = mailboxes.map((mailbox) => ({
    updateMany: {
      filter: {
        ...('email' in mailbox ? mailbox : { _id: new Types.ObjectId(mailbox.accountId) }),
        enabled: true,
        pausedAt: null,
      },
      update: {
        $set: {
          lastAttemptAt: askedFor,
          ...('isOver' in mailbox && mailbox.isOver ? { watchExpiration: askedFor } : {}),
        },
      },
    },
  }));
  return (await Account.bulkWrite(operations, { ordered: false, timestamps: false })).matchedCount;
}

function among({ providers, accountId, locationId }: AccountsQuery) {
  return {
    provider: { $in: [...providers] },
    enabled: true,
    ...(accountId ? { _id: accountId } : {}),
    ...(locationId ? { locationId } : {}),
  };
}

function due({ now, synced }: Pick<DueAccountsQuery, 'now' | 'synced'>) {
  const isDate = { $type: 'date' as const };
  return {
    status: { $ne: 'needs-reauth' as const },
    pausedAt: null,
    $or: [{ notBefore: { $exists: false } }, { notBefore: null }, { notBefore: { $lte: now } }],
    ...(synced === undefined ? {} : { lastSyncedAt: synced ? isDate : { $not: isDate } }),
  };
}
