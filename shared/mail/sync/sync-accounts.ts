/**
 * Due accounts side by side, oldest attempt first; whatever happens to one of them stops no other. A first import,
 * which can take longer than a run, lets those that have not had their turn go before its next page.
 */

import type { Types } from 'mongoose';
import {
  Account,
  findConnectedAccounts,
  findDueAccounts,
  findWaitingAccounts,
  isConnected,
  scopeOf,
  type AccountDoc,
  type AccountStatus,
} from '../../models/account.ts';
import { day, hour, minute } from '../../platform/clock.ts';
import { isDatabaseFailure } from '../../platform/database-failure.ts';
import { coerceError, EstioError, isAbort } from '../../platform/errors.ts';
import { maskSecrets } from '../../platform/redact.ts';
import { backoffMs } from '../../platform/retry.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { finishDisconnecting } from '../accounts/disconnect-mailbox.ts';
import { hasReaction, MailError, type Reaction } from '../mail-error.ts';
import type { Mailbox, MailProvider } from '../mail-provider.ts';
import { syncMailbox, type MailboxWork, type Turn } from './sync-mailbox.ts';

/**
 * How long an account is left alone when the provider does not say: called too often; moved, or its service down;
 * forbidden by its organisation.
 */
const defaultWaits: Partial<Record<Reaction, number>> = { throttled: minute, busy: 15 * minute, admin: day };

/** After the second failure in a row a mailbox is left alone, ever longer: one that hangs costs a time-out each. */
const failureBackoff = { baseMs: 25 * minute, capMs: 2 * hour };

export interface SyncAccountsOptions {
  readonly providers: readonly MailProvider[];
  /** Only accounts of this location, besides what the run's parameters say. */
  readonly locationId?: Types.ObjectId;
  /** Side by side; the configured number unless given (Outlook on the web: one browser). */
  readonly concurrency?: number;
  /** Only mailboxes that were read to their end once. */
  readonly synced?: boolean;
  /** What is done with each opened mailbox; a full sync unless given. */
  readonly work?: MailboxWork;
}

/**
 * Syncs every due account of these providers. What somebody asked for by its id and is not due is reported.
 *
 * @throws {Error} that the database is lost, which is no mailbox's failure
 */
export async function syncAccounts(context: RunContext, options: SyncAccountsOptions): Promise<void> {
  const { accountId } = context.parameters;
  const locationId = options.locationId ? String(options.locationId) : context.parameters.locationId;
  const among = {
    providers: options.providers.map((provider) => provider.name),
    ...(accountId ? { accountId } : {}),
    ...(locationId ? { locationId } : {}),
  };
  await finishDisconnecting(among, context.clock);
  const query = {
    ...among,
    now: context.clock.now(),
    ...(options.synced ? { synced: true } : {}),
  };
  const accounts = await findDueAccounts(query).lean<AccountDoc[]>();
  context.count('accounts', accounts.length);
  if (accountId ?? context.parameters.contactId) {
    for (const account of await findWaitingAccounts(query).lean<AccountDoc[]>()) {
      context.unfinished(scopeOf(account));
      context.problem(scopeOf(account), whyNotNow(account, query.now));
    }
  }
  const waiting = [...accounts];
  const paused: AccountDoc[] = [];
  const turn: Turn = { othersWait: () => waiting.length > 0 };
  let done = 0;
  // The quota of our whole project is gone: nobody else need try.
  let exhausted: MailError | undefined;
  let lost: Error | undefined;

  async function work(): Promise<void> {
    for (let account = waiting.shift() ?? paused.shift(); account; account = waiting.shift() ?? paused.shift()) {
      await takeTurn(account);
    }
  }

  async function takeTurn(account: AccountDoc): Promise<void> {
    const provider = options.providers.find(({ name }) => name === account.provider) as MailProvider;
    const scope = scopeOf(account);
    if (exhausted) {
      await pauseAccount(account, exhausted);
      context.unfinished(scope);
      return;
    }
    const outcome = await context.attempt(scope, async () => {
      try {
        return await syncAccount(account, provider, context, options.work ?? syncMailbox, turn);
      } catch (thrown) {
        if (hasReaction(thrown, 'pause-project')) exhausted = thrown;
        if (!isDatabaseFailure(thrown)) throw thrown;
        lost = thrown;
        waiting.length = paused.length = 0;
      }
    });
    if (outcome === 'paused') paused.push(account);
    else context.progress({ message: account.email, done: (done += 1), total: accounts.length, unit: 'mailboxes' });
  }

  const width = options.concurrency ?? context.config.mailAccountConcurrency;
  await Promise.all(Array.from({ length: Math.min(width, accounts.length) }, work));
  if (lost !== undefined) throw lost;
}

/** Reports it when a run is narrowed to where no mailbox is connected. Call it once, with all of a job's providers. */
export async function reportNoMailbox(context: RunContext, providers: readonly MailProvider[]): Promise<void> {
  const { accountId, locationId } = context.parameters;
  if (!(accountId ?? locationId)) return;
  const named = { ...(accountId ? { accountId } : {}), ...(locationId ? { locationId } : {}) };
  if ((await findConnectedAccounts({ providers: providers.map(({ name }) => name), ...named }).countDocuments()) > 0)
    return;
  const where = [
    ...(accountId ? [`the id ${accountId}`] : []),
    ...(locationId ? [`the location ${locationId}`] : []),
  ].join(' and ');
  context.problem(
    context.job,
    new EstioError(`No mailbox of ${where} is connected for ${context.job}`, { code: 'no-account' }),
  );
}

function whyNotNow({ status, email, pausedAt, notBefore, lastErrorCode }: AccountDoc, now: Date): EstioError {
  if (status === 'needs-reauth')
    return new EstioError(`${email} is signed out: connect it again`, { code: 'needs-reauth' });
  if (pausedAt) return new EstioError(`${email} is paused: resume it first`, { code: 'paused' });
  if (notBefore && notBefore > now)
    return new EstioError(
      `${email} is left alone until ${notBefore.toISOString()}${lastErrorCode ? ` (${lastErrorCode})` : ''}`,
      { code: 'waits', retryable: true },
    );
  return new EstioError(`${email} has not been read to its end yet: its first sync goes first`, {
    code: 'not-synced',
    retryable: true,
  });
}

/**
 * One account from opening to closing, with what became of it noted on the account.
 *
 * @throws whatever ended it
 */
async function syncAccount(
  account: AccountDoc,
  provider: MailProvider,
  context: RunContext,
  work: MailboxWork,
  turn: Turn,
): Promise<'paused' | void> {
  const now = context.clock.now();
  account.connectedAt ??= now;
  await Account.updateOne({ _id: account._id }, { $set: { lastAttemptAt: now, connectedAt: account.connectedAt } });
  let mailbox: Mailbox | undefined;
  try {
    mailbox = await provider.open(account, {
      config: context.config,
      clock: context.clock,
      log: context.log.child({ account: account.email }),
      signal: context.signal,
      count: context.count,
    });
    const outcome = await work(account, mailbox, context, turn);
    await Account.updateOne(
      { _id: account._id },
      { $set: { status: 'active' }, $unset: { lastError: 1, lastErrorCode: 1, failures: 1, notBefore: 1 } },
    );
    return outcome;
  } catch (thrown) {
    if ((context.signal.aborted && isAbort(thrown)) || isDatabaseFailure(thrown)) throw thrown;
    if (!(await isConnected(account._id)))
      return context.log.info({ account: account.email, err: thrown }, 'the mailbox was disconnected meanwhile');
    await noteFailure(account, thrown, context);
    throw thrown;
  } finally {
    await mailbox?.close();
  }
}

/** Marks the account according to the failure. */
async function noteFailure(account: AccountDoc, thrown: unknown, context: RunContext): Promise<void> {
  const error = coerceError(thrown);
  const reaction =
    error instanceof MailError ? error.reaction : error.code === 'credentials-key' ? 'operator' : 'retry';
  if (reaction === 'operator') context.log.error({ code: error.code }, error.message);
  const status = statusAfter(reaction, account);
  const isWhole = !(error instanceof MailError && error.isPartial);
  const failures = reaction === 'retry' && isWhole ? (account.failures ?? 0) + 1 : 0;
  const notBefore = error instanceof MailError ? error.notBefore : undefined;
  const until = notBefore ?? waitUntil(reaction, failures, context.clock.now());
  // Credentials that are newer than those we were refused with say nothing of the refusal: somebody connected again.
  const refused = reaction === 'reauth' ? { credentialsVersion: account.credentialsVersion ?? null } : {};
  await Account.updateOne(
    { _id: account._id, ...refused },
    {
      $set: {
        status,
        lastError: maskSecrets(error.message).slice(0, 500),
        lastErrorCode: error.code,
        ...(failures > 0 ? { failures } : {}),
        ...(until ? { notBefore: until } : {}),
      },
    },
  );
}

function waitUntil(reaction: Reaction, failures: number, now: Date): Date | undefined {
  const wait = defaultWaits[reaction] ?? (failures > 1 ? backoffMs(failures - 1, failureBackoff, 1) : 0);
  return wait > 0 ? new Date(now.getTime() + wait) : undefined;
}

/** A fault of our own application is seen on the account, and marks it no more than waits do. */
function statusAfter(reaction: Reaction, { status }: AccountDoc): AccountStatus {
  if (reaction === 'reauth') return 'needs-reauth';
  return ['throttled', 'busy', 'pause-project', 'operator'].includes(reaction) ? status : 'error';
}

async function pauseAccount(account: AccountDoc, error: MailError): Promise<void> {
  await Account.updateOne({ _id: account._id }, { $set: { notBefore: error.notBefore, lastErrorCode: error.code } });
}
