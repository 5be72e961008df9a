/** OAuth 2.0 with PKCE (RFC 7636). */

import { CodeChallengeMethod } from 'google-auth-library';
import { minute, second, type Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { EstioError } from '../../platform/errors.ts';
import type { BegunConsent, ConsentAnswer, ConsentContext, ConsentedMailbox } from '../accounts/consent.ts';
import { gmailApi } from './gmail-client.ts';
import { classifyGmailError, classifyTokenError } from './gmail-errors.ts';
import { readFailure } from './read-failure.ts';
import { googleOAuthClient, type GmailCredentials } from './token-source.ts';

const scope = 'https://www.googleapis.com/auth/gmail.readonly';

/** @throws {MailError} `oauth-client`: GOOGLE_CLIENT_ID or its secret is not set */
export async function beginConsent(config: Config, redirectUri: string, state: string): Promise<BegunConsent> {
  const oauth = googleOAuthClient(config, redirectUri);
  const { codeVerifier, codeChallenge } = await oauth.generateCodeVerifierAsync();
  const address = oauth.generateAuthUrl({
    access_type: 'offline',
    prompt: 'consent',
    scope,
    state,
    code_challenge_method: CodeChallengeMethod.S256,
    ...(codeChallenge ? { code_challenge: codeChallenge } : {}),
  });
  return { address, codeVerifier };
}

/**
 * Also asks whose mailbox it is.
 *
 * @throws {EstioError} `connect-refused`, `missing-scope`, or a token error
 */
export async function finishConsent(
  { code, codeVerifier, redirectUri }: ConsentAnswer,
  { config, clock }: Pick<ConsentContext, 'config' | 'clock'>,
): Promise<ConsentedMailbox> {
  const { tokens } = await googleOAuthClient(config, redirectUri)
    .getToken({ code, codeVerifier, redirect_uri: redirectUri })
    .catch((thrown: unknown) => {
      throw classifyTokenError(readFailure(thrown), clock.now());
    });
  if (tokens.scope && !tokens.scope.split(' ').includes(scope)) {
    throw new EstioError(`The permission ${scope} was not granted: connect again and tick it`, {
      code: 'missing-scope',
    });
  }
  if (!tokens.refresh_token || !tokens.access_token) {
    throw new EstioError(
      'Google returned no refresh token; remove the app at myaccount.google.com/permissions and connect again',
      { code: 'connect-refused' },
    );
  }
  // Google's tokens last an hour; half is safe with any clock.
  const credentials = {
    refreshToken: tokens.refresh_token,
    accessToken: tokens.access_token,
    expiresAt: clock.now().getTime() + 30 * minute,
    scope,
  } satisfies GmailCredentials;
  return { email: await readEmail(config, credentials, clock), credentials };
}

async function readEmail(config: Config, credentials: GmailCredentials, clock: Clock): Promise<string> {
  const { data } = await gmailApi(config)
    .users.getProfile(
      { userId: 'me' },
      {
        headers: { authorization: `Bearer ${credentials.accessToken}` },
        timeout: 30 * second,
        retry: false,
        fetchImplementation: fetch,
      },
    )
    .catch((thrown: unknown) => {
      // The HTTP client's error holds the token.
      throw classifyGmailError(readFailure(thrown), { method: 'getProfile', hasPageToken: false, now: clock.now() });
    });
  if (!data.emailAddress)
    throw new EstioError("Gmail did not return the mailbox's address", { code: 'connect-refused' });
  return data.emailAddress;
}
