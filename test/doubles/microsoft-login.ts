/** Adds tenants, the device code flow, AADSTS errors and expiry to emulate. */

import { randomBytes } from 'node:crypto';
import { createEmulator, defineEmulator } from 'emulate';

export interface MicrosoftLogin {
  readonly url: string;
  readonly grants: string[];
  lastScope: string;
  readonly failures: { status: number; error: string; description?: string; headers?: Record<string, string> }[];
  during?: () => void;
  /** The user has typed the code; without an address, refuses. */
  decide(userCode: string, email: string | undefined): void;
  readonly userCodes: string[];
  consent(address: string, email: string): Promise<URL>;
  issue(email: string): Promise<{ accessToken: string; refreshToken: string; expiresAt: number }>;
  expireAccessTokens(): void;
  userOf(accessToken: string): Promise<string | undefined>;
  close(): Promise<void>;
}

interface DeviceGrant {
  readonly userCode: string;
  scope: string;
  decision?: { email: string | undefined };
}

const clientId = 'estio-client';
const redirectUri = 'http://localhost/callback';

export async function startMicrosoftLogin(users: readonly string[]): Promise<MicrosoftLogin> {
  const upstream = await createEmulator({
    service: 'microsoft',
    port: 0,
    seed: { microsoft: { users: users.map((email) => ({ email })) } },
  });
  const devices = new Map<string, DeviceGrant>();
  const dead = new Set<string>();
  const given = new Set<string>();
  const shared: Pick<MicrosoftLogin, 'during'> & {
    grants: string[];
    lastScope: string;
    failures: MicrosoftLogin['failures'];
    userCodes: string[];
  } = { grants: [] as string[], lastScope: '', failures: [] as MicrosoftLogin['failures'], userCodes: [] as string[] };

  const { exchange, signIn, consent } = signInAt(upstream.url, given);

  const front = defineEmulator({
    name: 'microsoft-login',
    state: () => ({}),
    setup({ app, baseUrl }) {
      app.post('/:tenant/oauth2/v2.0/devicecode', async (c) => {
        const form = new URLSearchParams(await c.req.text());
        const userCode = randomBytes(5).toString('hex').toUpperCase().slice(0, 9);
        const deviceCode = randomBytes(20).toString('base64url');
        shared.lastScope = form.get('scope') ?? '';
        devices.set(deviceCode, { userCode, scope: shared.lastScope });
        shared.userCodes.push(userCode);
        return c.json(deviceCodeAnswer(baseUrl, deviceCode, userCode));
      });
      app.post('/:tenant/oauth2/v2.0/token', async (c) => {
        const form = Object.fromEntries(new URLSearchParams(await c.req.text()));
        const grant = form['grant_type'] ?? '';
        shared.grants.push(grant);
        const failure = shared.failures.shift();
        if (failure) return c.json(failureBody(failure), failure.status, failure.headers ?? {});
        if (grant !== 'urn:ietf:params:oauth:grant-type:device_code') {
          const { status, body } = await exchange(form);
          shared.during?.();
          if (body['error'] === 'invalid_grant')
            body['error_description'] =
              "AADSTS70000: The provided value for the input parameter 'refresh_token' is not valid.";
          return c.json(body, status);
        }
        const device = devices.get(form['device_code'] ?? '');
        const refusal = refusalOf(device);
        if (refusal) return c.json(refusal, 400);
        const { status, body } = await signIn(device?.decision?.email as string, device?.scope as string);
        return c.json(body, status);
      });
    },
  });
  const emulator = await createEmulator({ service: front, port: 0 });

  return Object.assign(shared, {
    url: emulator.url,
    decide(userCode: string, email: string | undefined) {
      for (const device of devices.values()) if (device.userCode === userCode) device.decision = { email };
    },
    consent,
    async issue(email: string) {
      const { body } = await signIn(email, 'Mail.Read Contacts.Read User.Read offline_access');
      return {
        accessToken: String(body['access_token']),
        refreshToken: String(body['refresh_token']),
        expiresAt: Date.parse('2026-11-23T10:00:00Z'),
      };
    },
    expireAccessTokens() {
      for (const token of given) dead.add(token);
    },
    async userOf(accessToken: string) {
      if (dead.has(accessToken)) return undefined;
      const answer = await fetch(`${upstream.url}/v1.0/me`, { headers: { authorization: `Bearer ${accessToken}` } });
      return answer.ok ? ((await answer.json()) as { mail: string }).mail : undefined;
    },
    async close() {
      await emulator.close();
      await upstream.close();
    },
  });
}

function deviceCodeAnswer(baseUrl: string, deviceCode: string, userCode: string) {
  return {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: `${baseUrl}/devicelogin`,
    expires_in: 900,
    interval: 1,
    message:
      `To sign in, use a web browser to open the page ${baseUrl}/devicelogin and enter the code ` +
      `${userCode} to authenticate.`,
  };
}

function failureBody({ error, description = error }: MicrosoftLogin['failures'][number]) {
  return { error, error_description: description, error_codes: [] };
}

function refusalOf(device: DeviceGrant | undefined): { error: string; error_description: string } | undefined {
  if (!device)
    return { error: 'expired_token', error_description: 'AADSTS70020: The provided device code has expired.' };
  if (!device.decision)
    return {
      error: 'authorization_pending',
      error_description: 'AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
    };
  if (device.decision.email === undefined)
    return { error: 'authorization_declined', error_description: 'AADSTS70021: The user declined.' };
  return undefined;
}

function signInAt(url: string, given: Set<string>) {
  async function exchange(fields: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`${url}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
    const body = (await answer.json()) as Record<string, unknown>;
    // Without the openid scope Microsoft sends no id token.
    delete body['id_token'];
    if (typeof body['access_token'] === 'string') given.add(body['access_token']);
    return { status: answer.status, body };
  }

  async function signIn(email: string, scope: string) {
    const page = await fetch(`${url}/oauth2/v2.0/authorize/callback`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        email,
        redirect_uri: redirectUri,
        scope,
        client_id: clientId,
        state: '',
        nonce: '',
        response_mode: 'query',
        code_challenge: '',
        code_challenge_method: '',
      }),
    });
    const code = new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? '';
    return exchange({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: clientId });
  }

  async function consent(address: string, email: string): Promise<URL> {
    const answer = await fetch(`${url}/oauth2/v2.0/authorize/callback`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams([...new URL(address).searchParams, ['email', email]]),
    });
    return new URL(answer.headers.get('location') ?? '');
  }

  return { exchange, signIn, consent };
}
