import { Schema, Types } from 'mongoose';
import { askedFor, freeFilter, type ClaimField, type UnitQuery } from './claim.ts';
import { defineModel } from './define-model.ts';

export const mailProviders = ['gmail', 'outlook', 'outlook-web'] as const;
export type MailProviderName = (typeof mailProviders)[number];
export type AccountStatus = 'active' | 'needs-reauth' | 'error';

export interface AccountDoc {
  _id: Types.ObjectId;
  userId?: Types.ObjectId;
  locationId: Types.ObjectId;
  provider: MailProviderName;
  email: string;
  /** Verified send-as addresses, which are "us" too. */
  aliases: string[];
  /** Unset on reconnect: checks the identity first. */
  aliasesCheckedAt?: Date;
  formerEmails?: string[];
  enabled: boolean;
  pausedAt?: Date | null;
  /** The import goes back from here. */
  connectedAt?: Date;
  status: AccountStatus;
  lastError?: string;
  lastErrorCode?: string;
  /** Consecutive; waits grow with them. */
  failures?: number;
  /** Database time, for the fair order. */
  lastAttemptAt?: Date;
  claim?: ClaimField;
  lastSyncedAt?: Date;
  lastAuditAt?: Date;
  /** Set by the provider. */
  notBefore?: Date;
  /** Sealed, see platform/crypto. */
  credentials?: string;
  /** For parallel token refreshes. */
  credentialsVersion: number;
  /** Of session cookies. */
  credentialsExpireAt?: Date;
  /** In the provider's own form, per folder. */
  cursors: Record<string, unknown>;
  /** So that only one of two runs moves the cursor. */
  cursorsVersion: number;
  watchExpiration?: Date;
  /** Graph's subscription. */
  watchId?: string;
  /** Listed but not storable now. */
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

schema.index({ provider: 1, email: 1, locationId: 1 }, { unique: true });
schema.index({ locationId: 1 });
// No lost runs first, then fewest failures, then oldest attempt.
const dueOrder = { provider: 1, enabled: 1, 'claim.attempts': 1, failures: 1, lastAttemptAt: 1 } as const;
schema.index(dueOrder);
schema.index({ 'claim.runId': 1 }, { sparse: true });
schema.index({ 'claim.host': 1 }, { sparse: true });

export const Account = defineModel<AccountDoc>('Account', 'accounts', schema);

export interface AccountsQuery {
  readonly providers: readonly MailProviderName[];
  readonly accountId?: string;
  readonly locationId?: string;
}

export interface DueAccountsQuery extends AccountsQuery {
  /** Excludes mailboxes with a later `notBefore`. */
  readonly now: Date;
  /** Read completely once. */
  readonly synced?: boolean;
}

export function findConnectedAccounts(query: AccountsQuery) {
  return Account.find(among(query));
}

/** In fair order. @param before excludes mailboxes attempted since */
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

export function findWaitingAccounts(query: DueAccountsQuery) {
  return Account.find({ ...among(query), $nor: [due(query)] }).sort({ _id: 1 });
}

/** Disconnected mailboxes that a run may still be working on. */
export function findDisconnecting(query: AccountsQuery) {
  return Account.find({ ...among(query), enabled: false, lastAttemptAt: { $type: 'date' }, ...freeFilter }, { _id: 1 });
}

export function scopeOf({ provider, email }: Pick<AccountDoc, 'provider' | 'email'>): string {
  return `${provider}:${email}`;
}

export async function isConnected(accountId: Types.ObjectId): Promise<boolean> {
  return (await Account.exists({ _id: accountId, enabled: true })) !== null;
}

/** Takes effect with the next run. */
export async function setPaused(accountId: Types.ObjectId, pausedAt: Date | undefined): Promise<void> {
  await Account.updateOne({ _id: accountId }, pausedAt ? { $set: { pausedAt } } : { $unset: { pausedAt: 1 } });
}

/** A changed mailbox, or one whose notifications end. */
export type PushedMailbox =
  { readonly provider: 'gmail'; readonly email: string } | { readonly accountId: string; readonly isOver: boolean };

/** Makes mailboxes due in every run. */
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
