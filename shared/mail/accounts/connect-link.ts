/** A link holds a secret of 256 bits, valid once, for one mailbox and a day. */

import { hash, randomBytes } from 'node:crypto';
import type { Types } from 'mongoose';
import type { AccountDoc } from '../../models/account.ts';
import { beginAttempt, ConnectLink, markUsed, takeAttempt } from '../../models/connect-link.ts';
import { Location } from '../../models/location.ts';
import { day, type Clock } from '../../platform/clock.ts';
import { settings, type Config } from '../../platform/config.ts';
import { openCredentials, sealCredentials } from '../../platform/crypto.ts';
import { ConfigError, EstioError } from '../../platform/errors.ts';
import { saveConnectedAccount } from './connect-account.ts';
import type { ConsentContext } from './consent.ts';
import { consentProvider, type ConsentProviderName } from './consent-providers.ts';

const lifetimeMs = day;
/** Registered with the providers. */
const returnPath = '/connect/return';

export interface LinkPurpose {
  readonly provider: ConsentProviderName;
  readonly location: string;
}

function returnAddress(config: Config): string {
  if (!config.publicUrl)
    throw new ConfigError([`PUBLIC_URL: expected ${settings.publicUrl.expected}, to which the browser returns`]);
  return `${config.publicUrl}${returnPath}`;
}

/**
 * @returns the address, stored nowhere
 * @throws {ConfigError} PUBLIC_URL or CREDENTIALS_KEY is not set
 * @throws {MailError} `oauth-client`
 */
export async function makeConnectLink(
  provider: ConsentProviderName,
  locationId: Types.ObjectId,
  { config, clock }: { readonly config: Config; readonly clock: Clock },
): Promise<{ readonly address: string; readonly expiresAt: Date }> {
  if (!config.credentialsKey)
    throw new ConfigError([`CREDENTIALS_KEY: expected ${settings.credentialsKey.expected}, got nothing`]);
  // Missing settings must fail here, not for staff later.
  await (await consentProvider(provider)).beginConsent(config, returnAddress(config), newSecret());
  const token = newSecret();
  const createdAt = clock.now();
  const expiresAt = new Date(createdAt.getTime() + lifetimeMs);
  await ConnectLink.create({ _id: hashOf(token), provider, locationId, createdAt, expiresAt });
  return { address: `${config.publicUrl}/connect/${token}`, expiresAt };
}

/** @throws {EstioError} `link-unknown`, `link-used`, `link-expired` */
export async function readLink(token: string, now: Date): Promise<LinkPurpose> {
  const link = await ConnectLink.findById(hashOf(token)).lean();
  if (!link)
    throw new EstioError('This link is unknown. Check that it was copied completely.', { code: 'link-unknown' });
  if (link.usedAt) throw new EstioError('This link was already used. Ask for a new one.', { code: 'link-used' });
  if (link.expiresAt <= now)
    throw new EstioError('This link has expired. Ask for a new one.', { code: 'link-expired' });
  const location = await Location.findById(link.locationId, { name: 1 }).lean();
  return { provider: link.provider, location: location?.name ?? 'your office' };
}

/**
 * @returns the address for the browser, and its state
 * @throws {EstioError} see `readLink`
 */
export async function beginLink(
  token: string,
  { config, clock }: Pick<ConsentContext, 'config' | 'clock'>,
): Promise<{ readonly address: string; readonly state: string }> {
  const { provider } = await readLink(token, clock.now());
  const state = newSecret();
  const { address, codeVerifier } = await (
    await consentProvider(provider)
  ).beginConsent(config, returnAddress(config), state);
  const sealed = sealCredentials(codeVerifier, hashOf(token), config);
  const attempt = { stateHash: hashOf(state), codeVerifier: sealed };
  if (!(await beginAttempt(hashOf(token), attempt, clock.now()))) await readLink(token, clock.now());
  return { address, state };
}

/** @throws {EstioError} `connect-refused`, `connect-state`, `link-used`, or the provider's */
export async function finishLink(
  { state, code, error }: { readonly state: string; readonly code: string | null; readonly error: string | null },
  context: ConsentContext,
): Promise<{ readonly account: AccountDoc; readonly purpose: LinkPurpose }> {
  const { config, clock } = context;
  const link = await takeAttempt(hashOf(state), clock.now());
  if (!link?.codeVerifier)
    throw new EstioError('This sign-in is no longer valid. Open the link again.', { code: 'connect-state' });
  if (code === null)
    throw new EstioError(`The sign-in was refused (${error ?? 'no code was returned'})`, { code: 'connect-refused' });
  const codeVerifier = openCredentials<string>(link.codeVerifier, link._id, config);
  const provider = await consentProvider(link.provider);
  const answer = { code, state, codeVerifier, redirectUri: returnAddress(config) };
  const { email, credentials } = await provider.finishConsent(answer, context);
  const { name: location } = await requireLinksLocation(link.locationId);
  if (!(await markUsed(link._id, clock.now())))
    throw new EstioError('This link was already used. Ask for a new one.', { code: 'link-used' });
  const account = await saveConnectedAccount(
    { provider: link.provider, email, locationId: link.locationId, credentials, connectedAt: clock.now() },
    config,
  );
  return { account, purpose: { provider: link.provider, location } };
}

async function requireLinksLocation(locationId: Types.ObjectId): Promise<{ readonly name: string }> {
  const location = await Location.findById(locationId, { name: 1 }).lean();
  if (location) return location;
  throw new EstioError('The office of this link no longer exists.', { code: 'link-expired' });
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(secret: string): string {
  return hash('sha256', secret, 'base64url');
}
