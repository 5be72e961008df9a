/**
 * Not @azure/msal-node: it insists on Microsoft's hosts and caches refresh tokens itself, so a rotated one cannot be
 * saved before use.
 */

import * as oauth from 'openid-client';
import type { Config } from '../../platform/config.ts';
import { MailError } from '../mail-error.ts';
import { judgeTokenFailure } from './graph-errors.ts';

/** Sealed on the account. */
export interface OutlookTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** ms since 1970 */
  readonly expiresAt: number;
}

const permissions = ['Mail.Read', 'Contacts.Read', 'User.Read'];

/** Least privilege. */
export function outlookScope(config: Config): string {
  return [...permissions.map((permission) => `${config.microsoftGraphUrl}/${permission}`), 'offline_access'].join(' ');
}

/**
 * No discovery: `common`'s issuer, a template, would not validate.
 *
 * @param signal none for a refresh, whose answer may hold the only good token
 * @throws {MailError} `operator` without MICROSOFT_CLIENT_ID
 */
export function oauthConfiguration(config: Config, signal?: AbortSignal): oauth.Configuration {
  if (!config.microsoftClientId) {
    throw new MailError(
      'MICROSOFT_CLIENT_ID is not set: register an application in Microsoft Entra and put its id there',
      { code: 'oauth-client', reaction: 'operator' },
    );
  }
  const base = `${config.microsoftLoginUrl}/${config.microsoftTenant}`;
  const secret = config.microsoftClientSecret;
  const configuration = new oauth.Configuration(
    {
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    },
    config.microsoftClientId,
    undefined,
    secret ? oauth.ClientSecretPost(secret) : oauth.None(),
  );
  // Only an emulator on this host uses http.
  if (new URL(base).protocol === 'http:') oauth.allowInsecureRequests(configuration);
  configuration[oauth.customFetch] = async (url, options) =>
    withoutChallenge(
      await fetch(url, {
        ...options,
        body: options.body as string,
        redirect: 'error',
        signal: AbortSignal.any([
          AbortSignal.timeout(config.mailRequestTimeout),
          ...[signal, options.signal].filter((given) => given != null),
        ]),
      }),
    );
  return configuration;
}

/** The library would prefer this header to the more detailed body. */
function withoutChallenge(answer: Response): Response {
  if (!answer.headers.has('www-authenticate')) return answer;
  const headers = new Headers(answer.headers);
  headers.delete('www-authenticate');
  return new Response(answer.body, { status: answer.status, headers });
}

export function toOutlookTokens(
  answer: oauth.TokenEndpointResponse,
  now: Date,
  previousRefreshToken = '',
): OutlookTokens {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? previousRefreshToken,
    expiresAt: now.getTime() + (answer.expires_in ?? 3600) * 1000,
  };
}

export function toTokenError(thrown: unknown, email: string, now: Date): MailError {
  if (thrown instanceof MailError) return thrown;
  if (thrown instanceof oauth.ResponseBodyError) {
    return judgeTokenFailure(
      {
        status: thrown.status,
        error: thrown.error,
        description: thrown.error_description ?? '',
        retryAfter: thrown.response.headers.get('retry-after'),
      },
      email,
      now,
    );
  }
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  // Not OAuth JSON (a gateway's page, or nothing) says nothing about the user.
  const status = cause instanceof Response && cause.status >= 500 ? cause.status : 0;
  return judgeTokenFailure(
    {
      status,
      error: '',
      description: '',
      retryAfter: cause instanceof Response ? cause.headers.get('retry-after') : null,
    },
    email,
    now,
  );
}
