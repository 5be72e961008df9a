import * as oauth from 'openid-client';
import type { AccountDoc } from '../../models/account.ts';
import type { Config } from '../../platform/config.ts';
import { EstioError } from '../../platform/errors.ts';
import type { BegunConsent, ConsentAnswer, ConsentContext, ConsentedMailbox } from '../accounts/consent.ts';
import { Folders } from './folders.ts';
import { createGraphClient } from './graph-client.ts';
import { GraphMailbox } from './graph-mailbox.ts';
import { oauthConfiguration, outlookScope, toOutlookTokens, toTokenError } from './oauth.ts';

/** @throws {MailError} `oauth-client`: MICROSOFT_CLIENT_ID is not set */
export async function beginConsent(config: Config, redirectUri: string, state: string): Promise<BegunConsent> {
  const codeVerifier = oauth.randomPKCECodeVerifier();
  const address = oauth.buildAuthorizationUrl(oauthConfiguration(config), {
    redirect_uri: redirectUri,
    scope: outlookScope(config),
    state,
    prompt: 'select_account',
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  });
  return { address: address.href, codeVerifier };
}

/**
 * Also asks whose mailbox it is.
 *
 * @throws {EstioError} `connect-refused`; {MailError} from the sign-in service
 */
export async function finishConsent(
  { code, state, codeVerifier, redirectUri }: ConsentAnswer,
  context: ConsentContext,
): Promise<ConsentedMailbox> {
  const address = new URL(redirectUri);
  address.search = new URLSearchParams({ code, state }).toString();
  const checks = { pkceCodeVerifier: codeVerifier, expectedState: state };
  const answer = await oauth
    .authorizationCodeGrant(oauthConfiguration(context.config), address, checks)
    .catch((thrown: unknown) => {
      throw toTokenError(thrown, 'The account', context.clock.now());
    });
  return mailboxOf(answer, context);
}

/** @throws {EstioError} `connect-refused`: no refresh token */
export async function mailboxOf(answer: oauth.TokenEndpointResponse, given: ConsentContext): Promise<ConsentedMailbox> {
  const credentials = toOutlookTokens(answer, given.clock.now());
  if (!credentials.refreshToken) {
    throw new EstioError('Microsoft returned no refresh token; allow offline_access for the application', {
      code: 'connect-refused',
    });
  }
  const token = { get: async () => credentials.accessToken, replace: async () => credentials.accessToken };
  const context = { ...given, count: () => undefined };
  const graph = createGraphClient(token, context);
  const mailbox = new GraphMailbox({
    graph,
    folders: new Folders({} as AccountDoc, graph, context),
    context,
    syncExtras: () => Promise.resolve(),
    renewWatch: () => Promise.resolve(undefined),
  });
  const { email } = await mailbox.identity();
  return { email, credentials };
}
