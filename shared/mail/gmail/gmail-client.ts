import { gmail, type gmail_v1 } from '@googleapis/gmail';
import type { AccountDoc } from '../../models/account.ts';
import { second } from '../../platform/clock.ts';
import { defaultGmailPrices, type Config } from '../../platform/config.ts';
import { backoffMs } from '../../platform/retry.ts';
import { hasReaction, MailError } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';
import { RequestGate, UnitBucket } from '../sync/quota.ts';
import { withRetries } from '../sync/retries.ts';
import { classifyGmailError, type GmailMethod } from './gmail-errors.ts';
import { readFailure } from './read-failure.ts';
import { TokenSource } from './token-source.ts';

export interface GmailLimits {
  readonly project: UnitBucket;
  /** Gmail counts by user: locations may share a mailbox. */
  readonly accounts: Map<string, UnitBucket>;
  readonly prices: ReadonlyMap<GmailMethod, number>;
  /** Units, since they were last noted. */
  spent: number;
}

interface CallOptions {
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
  readonly timeout: number;
  readonly retry: false;
  readonly fetchImplementation: typeof fetch;
}

export interface GmailCall<T> {
  readonly method: GmailMethod;
  readonly hasPageToken?: boolean;
  readonly send: (api: gmail_v1.Gmail, options: CallOptions) => Promise<{ data: T; status: number }>;
}

export class GmailClient {
  readonly #api: gmail_v1.Gmail;
  readonly #context: MailboxContext;
  readonly #limits: GmailLimits;
  readonly #bucket: UnitBucket;
  readonly #gate: RequestGate;
  readonly #tokens: TokenSource;
  #answers = false;

  constructor(account: AccountDoc, context: MailboxContext, limits: GmailLimits) {
    this.#api = gmailApi(context.config);
    this.#context = context;
    this.#limits = limits;
    this.#bucket = limits.accounts.get(account.email) ?? new UnitBucket(context.config.gmailUnitsPerMinute);
    limits.accounts.set(account.email, this.#bucket);
    this.#gate = new RequestGate(context.config.gmailConcurrency);
    this.#tokens = new TokenSource(account, context);
  }

  /** @throws {MailError} see `classifyGmailError` and `classifyTokenError` */
  async call<T>(call: GmailCall<T>): Promise<T> {
    const { clock, signal } = this.#context;
    let renewed = false;
    let isSlow = false;
    const classify = (thrown: unknown) => {
      if (thrown instanceof MailError) return thrown;
      const failure = { ...readFailure(thrown), secrets: this.#tokens.secrets };
      isSlow = /timeout|timedout|abort/i.test(failure.networkCode ?? '');
      return classifyGmailError(failure, {
        method: call.method,
        hasPageToken: call.hasPageToken ?? false,
        now: clock.now(),
      });
    };
    return withRetries(
      async (attempt) => {
        const token = await this.#tokens.accessToken();
        try {
          return await this.#send(call, token);
        } catch (thrown) {
          const error = classify(thrown);
          if (error.code === 'too-many-concurrent') {
            this.#gate.halve();
            await clock
              .wait(backoffMs(attempt + 1, { baseMs: second / 2, capMs: 4 * second }), signal)
              .catch(() => undefined);
          }
          if (error.code !== 'stale-token') throw thrown;
          if (renewed) throw refusedFreshToken();
          renewed = true;
          return this.#send(call, await this.#tokens.accessToken(token));
        }
      },
      {
        classify: (thrown) => {
          const error = classify(thrown);
          return error.code === 'stale-token' ? refusedFreshToken() : error;
        },
        repeats: (error) =>
          hasReaction(error, 'retry', 'throttled', 'busy') &&
          error.code !== 'token-unavailable' &&
          // A time-out costs a minute: retry only mailboxes that have answered.
          (!isSlow || this.#answers),
        signal,
        clock,
      },
    );
  }

  async #send<T>(call: GmailCall<T>, token: string): Promise<T> {
    const { config, signal, count } = this.#context;
    const units = this.#limits.prices.get(call.method) as number;
    await Promise.all([this.#bucket.take(units, signal), this.#limits.project.take(units, signal)]);
    return this.#gate.run(async () => {
      count('apiCalls');
      count('quotaUnits', units);
      this.#limits.spent += units;
      const { data } = await call.send(this.#api, {
        headers: { authorization: `Bearer ${token}` },
        signal,
        timeout: config.mailRequestTimeout,
        retry: false,
        fetchImplementation: fetch,
      });
      if (typeof data !== 'object' || data === null) throw new TypeError('the answer is not JSON');
      this.#answers = true;
      return data;
    });
  }
}

export function gmailApi(config: Config): gmail_v1.Gmail {
  return gmail({ version: 'v1', rootUrl: `${config.googleApiUrl}/` });
}

/** Reads `messages.get=5,messages.list=1`; other prices stay. */
export function readUnitPrices(text: string): ReadonlyMap<GmailMethod, number> {
  const prices = [defaultGmailPrices, text].flatMap((each) => each.split(',')).map((price) => price.split('='));
  return new Map(prices.map(([method, units]) => [method as GmailMethod, Number(units)]));
}

function refusedFreshToken(): MailError {
  return new MailError('Gmail refuses even a new access token; connect the account again', {
    code: 'token-refused',
    reaction: 'reauth',
  });
}
