/**
 * Chooses the next mailbox: first imports come last and get half of the lanes. No address is read twice at the same
 * time, because providers count by address.
 */

import { Account, dueAccounts, type AccountDoc, type AccountsQuery } from '../../models/account.ts';
import {
  countDue,
  findClaimed,
  findSetAside,
  hasSuspect,
  hasUnattempted,
  type Claimed,
  type UnitKind,
  type UnitQuery,
} from '../../models/claim.ts';
import { second } from '../../platform/clock.ts';
import type { RunContext } from '../../runs/run-context.ts';
import type { DueTime } from '../../runs/tick.ts';
import type { HeldUnit, UnitClaims } from '../../runs/unit-claims.ts';
import type { Turn } from '../../runs/work-in-lanes.ts';

export type HeldAccount = HeldUnit<AccountDoc>;

/** At least (ms), for an address that another run reads. */
const leftAloneMs = 5 * second;

export interface AccountQueueOptions {
  readonly claims: UnitClaims<AccountDoc>;
  readonly context: RunContext;
  readonly among: AccountsQuery;
  readonly synced?: boolean | undefined;
  readonly due: DueTime;
  readonly lanes: number;
  readonly mayImport: () => boolean;
}

export class AccountQueue {
  readonly #options: AccountQueueOptions;
  #shared: ReadonlySet<string> = new Set();
  readonly #leftAlone = new Map<string, number>();
  readonly #imports = new Set<string>();
  /** By claim. */
  readonly #reading = new Map<string, string>();
  /** A mailbox that a run died on: no other lane works, so it gives way after a page. */
  #alone: { readonly token: string; asked: number } | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #readElsewhere: Claimed<AccountDoc> | undefined;

  private constructor(options: AccountQueueOptions) {
    this.#options = options;
  }

  static async open(options: AccountQueueOptions): Promise<AccountQueue> {
    const queue = new AccountQueue(options);
    const { providers } = options.among;
    const shared = await Account.aggregate<{ _id: { email: string } }>([
      { $match: { provider: { $in: [...providers] }, enabled: true } },
      { $group: { _id: { provider: '$provider', email: '$email' }, accounts: { $sum: 1 } } },
      { $match: { accounts: { $gt: 1 } } },
    ]);
    queue.#shared = new Set(shared.map(({ _id }) => _id.email));
    return queue;
  }

  next(turn: Turn): Promise<HeldAccount | undefined> {
    const claimed = this.#last.then(() => this.#next(turn));
    this.#last = claimed.catch(() => undefined);
    return claimed;
  }

  done({ unit }: HeldAccount): void {
    const { token } = unit.claim;
    this.#imports.delete(token);
    if (this.#alone?.token === token) this.#alone = undefined;
    this.#leftAlone.delete(this.#reading.get(token) ?? '');
    this.#reading.delete(token);
  }

  async othersWait(): Promise<boolean> {
    if (!this.#options.mayImport()) return true;
    if (this.#alone) {
      // What a run died on may be in its next page.
      this.#alone.asked += 1;
      return this.#alone.asked > 1 && (await this.countWaiting()) > 0;
    }
    const kinds = this.#options.lanes > 1 ? [false] : [true, false];
    for (const query of this.#queries(kinds)) if (await hasUnattempted(Account, query)) return true;
    return this.#suspectsWait();
  }

  async countWaiting(): Promise<number> {
    const counts = await Promise.all(this.#queries().map((query) => countDue(Account, query)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  waitingFilter(): object {
    return { $or: this.#queries().map(({ filter, ready }) => ({ ...filter, ...ready, 'claim.token': null })) };
  }

  /** No run survived these mailboxes. */
  async findSetAside(): Promise<AccountDoc[]> {
    return (await Promise.all(this.#queries([true]).map((query) => findSetAside(Account, query)))).flat();
  }

  async findReadElsewhere(): Promise<Claimed<AccountDoc> | undefined> {
    for (const query of this.#queries([true])) {
      const found = await findClaimed(Account, query);
      if (found) return found;
    }
    return this.#readElsewhere;
  }

  freeInMs(): number | undefined {
    const times = [...this.#leftAlone.values()].filter(Number.isFinite);
    return times.length > 0 ? Math.max(0, Math.min(...times) - performance.now()) + 1 : undefined;
  }

  async #next(turn: Turn): Promise<HeldAccount | undefined> {
    const isLimited = turn === 'with-others' && this.#options.among.accountId === undefined;
    let suspectsWait: boolean | undefined;
    for (const isSynced of [true, false]) {
      for (const isPaused of isLimited ? [false, true] : [undefined]) {
        if (!isSynced && !this.#mayImport()) continue;
        // What takes long would never let one be alone that must be.
        if (isLimited && (isPaused || !isSynced) && (suspectsWait ??= await this.#suspectsWait())) return undefined;
        const held = await this.#nextOf(isSynced, turn, isPaused);
        if (held) return held;
      }
    }
    return undefined;
  }

  async #nextOf(isSynced: boolean, turn: Turn, isPaused: boolean | undefined): Promise<HeldAccount | undefined> {
    for (const query of this.#queries([isSynced])) {
      const paused = isPaused === undefined ? {} : { 'claim.paused': isPaused ? true : null };
      const held = await this.#claim({ ...query, ready: { ...query.ready, ...paused } }, turn);
      if (!held) continue;
      const { token } = held.unit.claim;
      if (!isSynced) this.#imports.add(token);
      if (turn === 'alone') this.#alone = { token, asked: 0 };
      return held;
    }
    return undefined;
  }

  #mayImport(): boolean {
    const { lanes, mayImport } = this.#options;
    return mayImport() && this.#imports.size < Math.max(1, Math.floor(lanes / 2));
  }

  async #suspectsWait(): Promise<boolean> {
    for (const query of this.#queries()) if (await hasSuspect(Account, query)) return true;
    return false;
  }

  async #claim(query: UnitQuery, turn: Turn): Promise<HeldAccount | undefined> {
    const { claims, among } = this.#options;
    const kind: UnitKind = among.accountId ? 'named' : turn === 'alone' ? 'suspect' : 'sound';
    for (;;) {
      const held = await claims.next(this.#withoutLeftAlone(query), kind);
      if (!held || !this.#shared.has(held.unit.email)) return held;
      const { _id, provider, email } = held.unit;
      const elsewhere = await findClaimed(Account, { filter: { provider, email, _id: { $ne: _id } } });
      if (!elsewhere) {
        this.#leftAlone.set(email, Infinity);
        this.#reading.set(held.unit.claim.token, email);
        return held;
      }
      this.#readElsewhere = elsewhere;
      // Two runs may both give way: random times let one win.
      this.#leftAlone.set(email, performance.now() + leftAloneMs * (1 + Math.random()));
      await claims.release(held, 'paused');
    }
  }

  #withoutLeftAlone(query: UnitQuery): UnitQuery {
    for (const [email, until] of this.#leftAlone) if (until <= performance.now()) this.#leftAlone.delete(email);
    if (this.#leftAlone.size === 0) return query;
    return { ...query, filter: { ...query.filter, email: { $nin: [...this.#leftAlone.keys()] } } };
  }

  #queries(kinds: readonly boolean[] = [true, false]): UnitQuery[] {
    const { among, context, due, synced } = this.#options;
    const now = context.clock.now();
    const before = due.before();
    return kinds
      .filter((isSynced) => isSynced || synced !== true)
      .flatMap((isSynced) =>
        among.providers.map((provider) =>
          dueAccounts({ ...among, providers: [provider], now, synced: isSynced }, before),
        ),
      );
  }
}
