/** What the command line says of a feed: settings, mapping and login. */

import { readFile } from 'node:fs/promises';
import { feedSettingNames, type GivenFeedSettings } from '../shared/feeds/settings/feed-settings.ts';
import type { FeedLogin } from '../shared/feeds/fetch/page-request.ts';
import { UsageError } from '../shared/platform/errors.ts';
import type { Options } from './arguments.ts';
import { readSecret } from './ask.ts';

/** The settings among the options, by their names. */
export function givenSettings(options: Options): GivenFeedSettings {
  return Object.fromEntries(
    feedSettingNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

/**
 * The login among the options: `undefined` when there is none, `null` when it is taken away (`--auth-user ''`).
 *
 * @throws {UsageError} a password or key without a user, no password came, a file that cannot be read
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

/** @throws {UsageError} there is no such file, or it is not JSON */
export async function readMapping(path: string): Promise<unknown> {
  const text = await readText('mapping', path);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`--mapping expects JSON, ${path} is none: ${(error as Error).message}`);
  }
}

async function readText(option: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--${option} expects a file that can be read, came ${path} (${error.code})`);
  });
}

/** @throws {UsageError} it is no number */
export function readCount(text: string): number {
  if (!/^\d{1,6}$/.test(text))
    throw new UsageError(`--show expects a number of listings, came ${JSON.stringify(text)}`);
  return Number(text);
}
