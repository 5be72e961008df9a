/**
 * Credentials at rest: AES-256-GCM with a random 96-bit nonce, as `v1.<key id>.<nonce>.<tag>.<ciphertext>` in
 * base64url. The key id (8 hex digits of SHA-256) allows rotation; the owner's id is associated data, so a copied value
 * does not open.
 */

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { EstioError } from './errors.ts';

/** Base64; the first seals, all open. */
export interface Keyring {
  readonly credentialsKey: string | undefined;
  readonly credentialsKeyPrevious: string | undefined;
}

/** Must not contain key or content. */
class CredentialsError extends EstioError {
  override name = 'CredentialsError';

  /** @param code `credentials-key`: the settings are wrong */
  constructor(message: string, code: 'credentials' | 'credentials-key' = 'credentials') {
    super(message, { code });
  }
}

/** @throws {CredentialsError} without CREDENTIALS_KEY */
export function sealCredentials(value: unknown, ownerId: string, keyring: Keyring): string {
  if (!keyring.credentialsKey)
    throw new CredentialsError(
      'CREDENTIALS_KEY is not set: credentials cannot be stored (make one: openssl rand -base64 32)',
      'credentials-key',
    );
  const key = Buffer.from(keyring.credentialsKey, 'base64');
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(ownerId));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return ['v1', keyId(key), ...[nonce, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join(
    '.',
  );
}

/** @throws {CredentialsError} unknown key, other owner, damaged value */
export function openCredentials<T>(sealed: string, ownerId: string, keyring: Keyring): T {
  const [version, id, nonce, tag, ciphertext] = sealed.split('.');
  if (version !== 'v1' || !id || !nonce || !tag || ciphertext === undefined) {
    throw new CredentialsError(
      'Stored credentials have an unknown format: expected v1.<key>.<nonce>.<tag>.<ciphertext>',
    );
  }
  const key = [keyring.credentialsKey, keyring.credentialsKeyPrevious]
    .filter((candidate) => candidate !== undefined)
    .map((candidate) => Buffer.from(candidate, 'base64'))
    .find((candidate) => keyId(candidate) === id);
  if (!key)
    throw new CredentialsError(
      `Stored credentials were encrypted with key ${id}, which is neither CREDENTIALS_KEY nor CREDENTIALS_KEY_PREVIOUS`,
      'credentials-key',
    );
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: 16 })
      .setAAD(Buffer.from(ownerId))
      .setAuthTag(Buffer.from(tag, 'base64url'));
    const opened = Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64url')), decipher.final()]);
    return JSON.parse(opened.toString('utf8')) as T;
  } catch {
    throw new CredentialsError('Stored credentials cannot be decrypted: they were damaged, or belong to another owner');
  }
}

export function needsReseal(sealed: string, keyring: Keyring): boolean {
  return (
    keyring.credentialsKey !== undefined &&
    sealed.split('.')[1] !== keyId(Buffer.from(keyring.credentialsKey, 'base64'))
  );
}

function keyId(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}
