import { readFile } from 'node:fs/promises';
import { feedSettingNames, type GivenFeedSettings } from '../shared/feeds/settings/feed-settings.ts';
import type { FeedLogin } from '../shared/feeds/fetch/page-request.ts';
import { UsageError } from '../shared/platform/errors.ts';
import type { Options } from './arguments.ts';
import { readSecret } from './ask.ts';

export function givenSettings(options: Options): GivenFeedSettings {
  return Object.fromEntries(
    feedSettingNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

/**
 * `undefined`: not given; `null`: to be removed (`--auth-user ''`).
 * @throws {UsageError} a password or key without a user, no password, an unreadable file
 */
export async function givenLogin(options: Options): Promise<FeedLogin | null | undefined> {
  const { 'auth-user': username, 'auth-key': keyFile, 'auth-password': hasPassword } = options;
  if (username === undefined) {
    if (keyFile !== undefined || hasPassword)
      throw new UsageError('--auth-password and --auth-key go with --auth-user');
    return undefined;
  }
  if (username === '') return null;
  const privateKey = keyFile === undefined ? undefined : await readText('auth-key', keyFile);
  const secret = hasPassword ? await readSecret(privateKey ? 'Passphrase of the key' : 'Password of the feed') : '';
  if (privateKey !== undefined) return { username, privateKey, ...(secret ? { passphrase: secret } : {}) };
  return { username, ...(secret ? { password: secret } : {}) };
}

/** @throws {UsageError} a missing file, or not JSON */
export async function readMapping(path: string): Promise<unknown> {
  const text = await readText('mapping', path);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`--mapping expects JSON, but ${path} cannot be read as JSON: ${(error as Error).message}`);
  }
}

async function readText(option: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--${option} expects a file that can be read, got ${path} (${error.code})`);
  });
}

/** @throws {UsageError} not a number */
export function readCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`--show expects a number of listings, got ${JSON.stringify(text)}`);
  return Number(text);
}
