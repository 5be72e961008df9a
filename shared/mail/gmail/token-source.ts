/** Tokens are saved before use; of several processes, the first one wins. */

import { OAuth2Client } from 'google-auth-library';
import type { AccountDoc } from '../../models/account.ts';
import { minute, second } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import {
  readCredentials,
  reloadCredentials,
  saveCredentials,
  savedMeanwhile,
} from '../accounts/account-credentials.ts';
import { hasReaction, MailError } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';
import { classifyTokenError } from './gmail-errors.ts';
import { readFailure } from './read-failure.ts';
import { slowFailure, withRetries } from '../sync/retries.ts';

/** Sealed on the account. */
export interface GmailCredentials {
  readonly refreshToken: string;
  readonly accessToken?: string;
  /** ms since 1970 */
  readonly expiresAt?: number;
  readonly scope?: string;
}

const expiryMargin = minute;

/** @throws {MailError} `oauth-client` without client id or secret */
export function googleOAuthClient(config: Config, redirectUri?: string): OAuth2Client {
  if (!config.googleClientId || !config.googleClientSecret) {
    throw new MailError('GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET are not set, so Gmail mailboxes cannot be read', {
      code: 'oauth-client',
      reaction: 'operator',
    });
  }
  return new OAuth2Client({
    clientId: config.googleClientId,
    clientSecret: config.googleClientSecret,
    ...(redirectUri ? { redirectUri } : {}),
    endpoints: { oauth2AuthBaseUrl: config.googleAuthUrl, oauth2TokenUrl: config.googleTokenUrl },
    transporterOptions: { fetchImplementation: fetch, timeout: config.mailRequestTimeout, retry: false },
  });
}

export class TokenSource {
  readonly #account: AccountDoc;
  readonly #context: MailboxContext;
  readonly #oauth: OAuth2Client;
  #credentials: GmailCredentials;
  #refreshing: Promise<string> | undefined;

  constructor(account: AccountDoc, context: MailboxContext) {
    this.#account = account;
    this.#context = context;
    this.#oauth = googleOAuthClient(context.config);
    this.#credentials = readCredentials<GmailCredentials>(account, context.config);
  }

  /**
   * @param refused by Gmail
   * @throws {MailError} from `classifyTokenError`
   */
  async accessToken(refused?: string): Promise<string> {
    const { accessToken, expiresAt } = this.#credentials;
    const now = this.#context.clock.now().getTime();
    if (accessToken && accessToken !== refused && expiresAt && expiresAt - expiryMargin > now) return accessToken;
    this.#refreshing ??= this.#refresh(refused).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  get secrets(): readonly string[] {
    const { accessToken, refreshToken } = this.#credentials;
    return [refreshToken, ...(accessToken ? [accessToken] : [])];
  }

  async #refresh(refused: string | undefined): Promise<string> {
    const { config, clock, signal } = this.#context;
    signal.throwIfAborted();
    if (await reloadCredentials(this.#account)) {
      this.#credentials = readCredentials<GmailCredentials>(this.#account, config);
      const { accessToken, expiresAt } = this.#credentials;
      if (accessToken && accessToken !== refused && (expiresAt ?? 0) - expiryMargin > clock.now().getTime())
        return accessToken;
    }
    const { refreshToken } = this.#credentials;
    let answer: TokenAnswer;
    try {
      answer = await withRetries(() => this.#request(refreshToken), {
        classify: (thrown) => classifyTokenError({ ...readFailure(thrown), secrets: this.secrets }, clock.now()),
        repeats: (error, took) => error.code === 'token-unavailable' && took < slowFailure,
        signal,
        clock,
      });
    } catch (thrown) {
      if (!hasReaction(thrown, 'reauth') || !(await savedMeanwhile(this.#account, this.#context))) throw thrown;
      return this.#refresh(refused);
    }
    const fresh = toCredentials(answer, this.#credentials, clock.now());
    this.#context.count('tokenRefreshes');
    const saved = await saveCredentials(this.#account, fresh, config);
    signal.throwIfAborted();
    // The first save may have a rotated refresh token.
    this.#credentials = saved ? fresh : readCredentials<GmailCredentials>(this.#account, config);
    return this.#credentials.accessToken ?? answer.access_token;
  }

  /** RFC 6749, section 6. Outlives the run, because the answer may hold the only good token. */
  async #request(refreshToken: string): Promise<TokenAnswer> {
    const { config } = this.#context;
    const { data } = await this.#oauth.transporter.request<TokenAnswer>({
      method: 'POST',
      url: config.googleTokenUrl,
      data: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: config.googleClientId ?? '',
        client_secret: config.googleClientSecret ?? '',
      }),
      responseType: 'json',
    });
    if (typeof data?.access_token !== 'string') throw new TypeError('The token service answered without a token');
    return data;
  }
}

interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token?: string;
  /** seconds */
  readonly expires_in?: number;
  readonly scope?: string;
}

/** Omitted values stay. */
function toCredentials(answer: TokenAnswer, known: GmailCredentials, now: Date): GmailCredentials {
  const scope = answer.scope ?? known.scope;
  return {
    refreshToken: answer.refresh_token ?? known.refreshToken,
    accessToken: answer.access_token,
    expiresAt: now.getTime() + (answer.expires_in ?? 600) * second,
    ...(scope ? { scope } : {}),
  };
}
