import type { FeedValues, PropertyFeedDoc } from '../../models/property-feed.ts';
import { closestName } from '../../platform/closest-name.ts';
import { UsageError } from '../../platform/errors.ts';
import { feedProtocols, readFeedUrl } from '../fetch/feed-address.ts';
import { formats } from '../formats/all-formats.ts';
import { parseCountry } from '../values/countries.ts';
import { parseCurrency } from '../values/currencies.ts';
import { detectEncoding } from '../xml/encoding.ts';

interface FeedSetting {
  readonly field: keyof PropertyFeedDoc;
  readonly expected: string;
  readonly read: (text: string) => unknown;
  readonly fallback?: string;
}

const formatNames = ['AUTO', ...formats.map(({ name }) => name)];

const oneOf = (...words: readonly string[]) => ({
  expected: `one of ${words.join(', ')}`,
  read: (text: string) => words.find((word) => word.toLowerCase() === text.toLowerCase()),
});

const feedSettings = {
  url: {
    field: 'url',
    expected: `an address with ${feedProtocols.map((protocol) => `${protocol}//`).join(', ')}`,
    read: (text) => (isFeedUrl(text) ? text : undefined),
  },
  name: { field: 'name', expected: 'a name', read: (text) => text },
  format: { field: 'format', ...oneOf(...formatNames), fallback: 'AUTO' },
  mode: { field: 'mode', ...oneOf('snapshot', 'delta') },
  currency: {
    field: 'defaultCurrency',
    expected: 'a currency, such as EUR',
    read: (text) => parseCurrency(text) ?? undefined,
  },
  country: {
    field: 'country',
    expected: 'a country, such as CY',
    read: (text) => parseCountry(text) ?? undefined,
  },
  'id-from': { field: 'idFrom', ...oneOf('reference') },
  fetch: { field: 'fetch', ...oneOf('http', 'browser'), fallback: 'http' },
  encoding: {
    field: 'encoding',
    expected: 'an encoding, such as windows-1251',
    read: (text) => (isEncoding(text) ? text.toLowerCase() : undefined),
  },
  'image-base-url': {
    field: 'imageBaseUrl',
    expected: 'an address with https:// or http://',
    read: (text) => (isWebUrl(text) ? text : undefined),
  },
  'host-key': {
    field: 'hostKey',
    expected: 'the fingerprint of an SFTP server, SHA256:...',
    read: (text) => (/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(text) ? text : undefined),
  },
} as const satisfies Readonly<Record<string, FeedSetting>>;

export type FeedSettingName = keyof typeof feedSettings;
export const feedSettingNames = Object.keys(feedSettings) as readonly FeedSettingName[];

export type GivenFeedSettings = Readonly<Partial<Record<FeedSettingName, string | undefined>>>;

/**
 * `null` removes a setting.
 *
 * @throws {UsageError} naming each invalid one
 */
export function readFeedSettings(given: GivenFeedSettings): FeedValues {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of feedSettingNames) {
    const setting: FeedSetting = feedSettings[name];
    const text = given[name]?.trim();
    if (text === undefined) continue;
    if (text === '' && name !== 'url') values[setting.field] = setting.fallback ?? null;
    else {
      const value = setting.read(text);
      if (value === undefined) problems.push(problemOf(name, text));
      else values[setting.field] = value;
    }
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return values as FeedValues;
}

function problemOf(name: FeedSettingName, text: string): string {
  const guess = name === 'format' ? closestName(text.toUpperCase(), formatNames) : undefined;
  // An address may contain a password.
  const got = name === 'url' ? 'another one' : JSON.stringify(text);
  return `--${name} expects ${feedSettings[name].expected}, got ${got}${guess ? ` (did you mean ${guess}?)` : ''}`;
}

function isFeedUrl(text: string): boolean {
  try {
    return readFeedUrl(text, feedProtocols).url.pathname !== '';
  } catch {
    return false;
  }
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function isEncoding(text: string): boolean {
  return detectEncoding(Buffer.alloc(0), undefined, text).unknown === undefined;
}
