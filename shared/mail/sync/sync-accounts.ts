import type { Types } from 'mongoose';
import {
  Account,
  findConnectedAccounts,
  findWaitingAccounts,
  scopeOf,
  type AccountDoc,
  type AccountsQuery,
} from '../../models/account.ts';
import { isDatabaseFailure } from '../../platform/database-failure.ts';
import { EstioError, isAbort } from '../../platform/errors.ts';
import { beginDue } from '../../runs/begin-due.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { setAsideError } from '../../runs/set-aside.ts';
import { UnitClaims } from '../../runs/unit-claims.ts';
import { workInLanes } from '../../runs/work-in-lanes.ts';
import { finishDisconnecting } from '../accounts/disconnect-mailbox.ts';
import { hasReaction, MailError } from '../mail-error.ts';
import type { Mailbox, MailProvider } from '../mail-provider.ts';
import {
  asItFailed,
  asItWasRead,
  failureValues,
  isGone,
  pauseAccounts,
  reactionTo,
  readTimes,
  readWell,
} from './account-outcome.ts';
import { AccountQueue, type HeldAccount } from './account-queue.ts';
import { ProjectQuota } from './project-quota.ts';
import { syncMailbox, type MailboxWork } from './sync-mailbox.ts';

export interface SyncAccountsOptions {
  readonly providers: readonly MailProvider[];
  readonly locationId?: Types.ObjectId;
  readonly concurrency?: number;
  /** Completely read before. */
  readonly synced?: boolean;
  readonly work?: MailboxWork;
}

/**
 * In parallel, until none is due. A requested account that is not due is reported.
 * @throws {Error} the database is lost
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
  if (accountId ?? context.parameters.contactId) await reportWaiting(among, options, context);
  context.count('accounts', 0);
  const quota = new ProjectQuota(options.providers, context);
  await quota.share();
  const claims = await UnitClaims.begin(Account, context, () => quota.share());
  try {
    await new AccountsRun(context, options, among, claims, quota).run();
  } finally {
    claims.close();
    await quota
      .share()
      .catch((error: unknown) => context.log.warn({ err: error }, 'the used quota could not be recorded'));
  }
}

class AccountsRun {
  readonly #context: RunContext;
  readonly #options: SyncAccountsOptions;
  readonly #among: AccountsQuery;
  readonly #claims: UnitClaims<AccountDoc>;
  readonly #quota: ProjectQuota;
  readonly #seen = new Set<string>();
  #exhausted: MailError | undefined;
  #lost: Error | undefined;

  constructor(
    context: RunContext,
    options: SyncAccountsOptions,
    among: AccountsQuery,
    claims: UnitClaims<AccountDoc>,
    quota: ProjectQuota,
  ) {
    this.#context = context;
    this.#options = options;
    this.#among = among;
    this.#claims = claims;
    this.#quota = quota;
  }

  async run(): Promise<void> {
    const context = this.#context;
    const due = await beginDue(context);
    const lanes = this.#options.concurrency ?? context.config.mailAccountConcurrency;
    const synced = this.#options.synced ?? context.parameters.pushed;
    const queue = await AccountQueue.open({
      claims: this.#claims,
      context,
      among: this.#among,
      synced,
      due,
      lanes,
      mayImport: () => this.#quota.mayImport(),
    });
    const total = await queue.countWaiting();
    await workInLanes<HeldAccount>({
      width: this.#among.accountId ? 1 : lanes,
      claim: async (turn) => (this.#mayBegin() ? queue.next(turn) : undefined),
      work: async (held) => {
        await this.#takeTurn(held, queue);
        queue.done(held);
        context.progress({ message: held.unit.email, done: this.#seen.size, total, unit: 'mailboxes' });
      },
      dueInMs: () => firstOf(due.againInMs(), queue.freeInMs()),
      signal: context.signal,
    });
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#exhausted) await this.#pauseOthers(this.#exhausted, queue);
    else context.waiting(await queue.countWaiting());
    if (this.#seen.size === 0) await this.#tellWhoHasIt(queue);
    for (const account of await queue.findSetAside()) {
      context.problem(scopeOf(account), setAsideError(account, context.job, 'account-id'));
      context.unfinished(scopeOf(account));
    }
  }

  #mayBegin(): boolean {
    return this.#exhausted === undefined && this.#lost === undefined && this.#context.shortage() === undefined;
  }

  async #takeTurn(held: HeldAccount, queue: AccountQueue): Promise<void> {
    const context = this.#context;
    const scope = scopeOf(held.unit);
    if (!this.#seen.has(String(held.unit._id))) context.count('accounts');
    this.#seen.add(String(held.unit._id));
    await context.attempt(scope, async () => {
      try {
        await this.#syncAccount(held, queue);
      } catch (thrown) {
        if (held.isLost()) return context.count('claimsLost');
        if (hasReaction(thrown, 'pause-project')) this.#exhausted = thrown;
        if (!isDatabaseFailure(thrown)) throw thrown;
        this.#lost = thrown;
      }
    });
    await this.#claims.release(held, context.signal.aborted ? 'paused' : 'done');
  }

  async #syncAccount(held: HeldAccount, queue: AccountQueue): Promise<void> {
    const { unit: account, context } = held;
    if (!account.connectedAt) {
      account.connectedAt = context.clock.now();
      await Account.updateOne({ _id: account._id }, { $set: { connectedAt: account.connectedAt } });
    }
    const provider = this.#options.providers.find(({ name }) => name === account.provider) as MailProvider;
    const work = this.#options.work ?? syncMailbox;
    let mailbox: Mailbox | undefined;
    try {
      mailbox = await provider.open(account, {
        config: context.config,
        clock: context.clock,
        log: context.log.child({ account: account.email }),
        signal: context.signal,
        count: context.count,
      });
      const outcome = await work(account, mailbox, context, queue);
      const values = { ...readWell, set: { ...readWell.set, ...readTimes(account) } };
      await this.#claims.settle(held, outcome === 'paused' ? 'paused' : 'done', values, asItWasRead(account));
    } catch (thrown) {
      if ((context.signal.aborted && isAbort(thrown)) || isDatabaseFailure(thrown)) throw thrown;
      if (await isGone(account, thrown, context)) return;
      if (reactionTo(thrown) === 'operator') context.log.error({ err: thrown }, 'the mailbox needs the operator');
      const { _id } = account;
      await Account.updateOne({ _id, ...asItWasRead(account) }, { $set: readTimes(account) });
      const values = failureValues(account, thrown, context.clock.now());
      await this.#claims.settle(held, 'done', values, asItFailed(account, thrown));
      throw thrown;
    } finally {
      await mailbox?.close();
    }
  }

  async #pauseOthers(error: MailError, queue: AccountQueue): Promise<void> {
    const waiting = await queue.countWaiting();
    this.#context.waiting(waiting);
    if (waiting > 0 && error.notBefore) await pauseAccounts(queue.waitingFilter(), error);
  }

  async #tellWhoHasIt(queue: AccountQueue): Promise<void> {
    const { accountId, locationId, contactId } = this.#context.parameters;
    if (!(accountId ?? locationId ?? contactId)) return;
    const account = await queue.findReadElsewhere();
    if (account) this.#context.claimedElsewhere(scopeOf(account), account.claim);
  }
}

function firstOf(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((ms) => ms !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

async function reportWaiting(
  among: AccountsQuery,
  { synced }: SyncAccountsOptions,
  context: RunContext,
): Promise<void> {
  const query = { ...among, now: context.clock.now(), ...(synced === undefined ? {} : { synced }) };
  for (const account of await findWaitingAccounts(query).lean<AccountDoc[]>()) {
    context.unfinished(scopeOf(account));
    context.problem(scopeOf(account), whyNotNow(account, query.now));
  }
}

/** @throws {EstioError} `accountId` names no connected mailbox */
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
  const error = new EstioError(`No mailbox of ${where} is connected for ${context.job}`, { code: 'no-account' });
  if (accountId) throw error;
  context.problem(context.job, error);
}

function whyNotNow({ status, email, pausedAt, notBefore, lastErrorCode }: AccountDoc, now: Date): EstioError {
  if (status === 'needs-reauth')
    return new EstioError(`${email} is signed out: connect it again`, { code: 'needs-reauth' });
  if (pausedAt) return new EstioError(`${email} is paused: resume it first`, { code: 'paused' });
  if (notBefore && notBefore > now)
    return new EstioError(
      `${email} is not called until ${notBefore.toISOString()}${lastErrorCode ? ` (${lastErrorCode})` : ''}`,
      { code: 'waits', retryable: true },
    );
  return new EstioError(`${email} has never been read completely: its first sync must finish first`, {
    code: 'not-synced',
    retryable: true,
  });
}
