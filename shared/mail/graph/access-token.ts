/** The rotated refresh token is saved even when the run is stopped: the old one may be used up. */

import * as oauth from 'openid-client';
import type { AccountDoc } from '../../models/account.ts';
import { minute, second } from '../../platform/clock.ts';
import { isDatabaseFailure } from '../../platform/database-failure.ts';
import {
  readCredentials,
  reloadCredentials,
  savedMeanwhile,
  saveCredentials,
} from '../accounts/account-credentials.ts';
import { hasReaction } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';
import { slowFailure, withRetries } from '../sync/retries.ts';
import { oauthConfiguration, outlookScope, toOutlookTokens, toTokenError, type OutlookTokens } from './oauth.ts';

const savingAttempts = 3;

export interface AccessToken {
  /** Good for at least a minute. */
  get(): Promise<string>;
  /** `claims` answers a claims challenge. */
  replace(refused: string, claims?: string): Promise<string>;
}

export function createAccessToken(account: AccountDoc, context: MailboxContext): AccessToken {
  let refreshing: Promise<string> | undefined;

  const stored = () => readCredentials<OutlookTokens>(account, context.config);
  const refreshOnce = (claims?: string) => (refreshing ??= refresh(claims).finally(() => (refreshing = undefined)));

  async function refresh(claims?: string): Promise<string> {
    context.signal.throwIfAborted();
    const { refreshToken } = stored();
    const configuration = oauthConfiguration(context.config);
    let answer: oauth.TokenEndpointResponse;
    try {
      answer = await withRetries(
        () =>
          oauth.refreshTokenGrant(configuration, refreshToken, {
            scope: outlookScope(context.config),
            ...(claims ? { claims } : {}),
          }),
        {
          classify: (thrown) => toTokenError(thrown, account.email, context.clock.now()),
          repeats: (error, took) => error.code === 'sign-in-unavailable' && took < slowFailure,
          signal: context.signal,
          clock: context.clock,
        },
      );
    } catch (error) {
      // Another run may have rotated our token.
      if (
        hasReaction(error, 'reauth') &&
        (await savedMeanwhile(account, context)) &&
        (await reloadCredentials(account)) &&
        stored().refreshToken !== refreshToken
      )
        return stored().accessToken;
      throw error;
    }
    context.count('tokensRefreshed');
    await save(toOutlookTokens(answer, context.clock.now(), refreshToken));
    context.signal.throwIfAborted();
    return stored().accessToken;
  }

  async function save(tokens: OutlookTokens): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await saveCredentials(account, tokens, context.config);
        return;
      } catch (thrown) {
        if (attempt >= savingAttempts || !isDatabaseFailure(thrown)) throw thrown;
        await context.clock.wait(attempt * second);
      }
    }
  }

  return {
    async get() {
      const { accessToken, expiresAt } = stored();
      return expiresAt - context.clock.now().getTime() > minute ? accessToken : refreshOnce();
    },
    async replace(refused, claims) {
      const { accessToken } = stored();
      return accessToken === refused ? refreshOnce(claims) : accessToken;
    },
  };
}
