import type { OAuth2Client } from 'google-auth-library';
import { second, waitAtMost } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';

/** Pub/Sub waits for the answer (ms). The library repeats a failed request, which may take longer. */
const keysTimeoutMs = second * 0.8;
const issuers = ['https://accounts.google.com', 'accounts.google.com'];

/** `unknown`: Google's keys cannot be fetched now. */
export type TokenVerdict = 'valid' | 'refused' | 'unknown';

/**
 * Whether a push comes from our subscription. Google signs its token for `GMAIL_PUSH_AUDIENCE` and
 * `GMAIL_PUSH_ACCOUNT`.
 */
export function googleTokenCheck(
  config: Pick<Config, 'googleCertsUrl' | 'gmailPushAudience' | 'gmailPushAccount'>,
): (authorization: string | null) => Promise<TokenVerdict> {
  let loading: Promise<OAuth2Client> | undefined;
  const load = () =>
    (loading ??= createClient(config.googleCertsUrl).catch((error: unknown) => {
      // An update may be replacing packages: try again.
      loading = undefined;
      throw error;
    }));
  // Now, for adapters that take pushes: others start without it.
  load().catch(() => undefined);
  let asked: ReturnType<OAuth2Client['getFederatedSignonCertsAsync']> | undefined;
  /** Fetched once for many simultaneous pushes. */
  const googleKeys = (client: OAuth2Client) =>
    (asked ??= client.getFederatedSignonCertsAsync().finally(() => (asked = undefined))).catch(() => undefined);
  return async function checkToken(authorization) {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return 'refused';
    const client = await load();
    const asking = googleKeys(client);
    const keys = (await waitAtMost(keysTimeoutMs, asking)) && (await asking);
    if (!keys) return 'unknown';
    try {
      const ticket = await client.verifySignedJwtWithCertsAsync(
        token,
        keys.certs,
        config.gmailPushAudience as string,
        issuers,
      );
      const { email, email_verified: isVerified } = ticket.getPayload() ?? {};
      return isVerified === true && email === config.gmailPushAccount ? 'valid' : 'refused';
    } catch {
      return 'refused';
    }
  };
}

async function createClient(certsUrl: string): Promise<OAuth2Client> {
  const { OAuth2Client } = await import('google-auth-library');
  return new OAuth2Client({
    endpoints: { oauth2FederatedSignonPemCertsUrl: certsUrl },
    transporterOptions: { fetchImplementation: fetch, timeout: keysTimeoutMs, retry: false },
  });
}
