import { EstioError } from '../../platform/errors.ts';
import type { FeedFormat } from './feed-format.ts';
import { generic } from './generic.ts';
import { kyero } from './kyero.ts';
import { openimmo } from './openimmo.ts';
import { reaxml } from './reaxml.ts';
import { recipes } from './recipes/all-recipes.ts';
import { resales } from './resales.ts';
import { withSenderFlags } from './sender-flags.ts';
import { trovit } from './trovit.ts';
import { yandex } from './yandex.ts';

/** On a tie the earlier one wins. */
export const namedFormats: readonly FeedFormat[] = [
  withSenderFlags(kyero, false),
  openimmo,
  reaxml,
  withSenderFlags(yandex, false),
  withSenderFlags(trovit, false),
  withSenderFlags(resales, false),
  ...recipes.map((format) => withSenderFlags(format, format.recipe.fields['addressHidden'] !== undefined)),
];
export const formats: readonly FeedFormat[] = [...namedFormats, generic];

/**
 * In any letter case; `AUTO` is no format.
 * @throws EstioError `unknown-format`
 */
export function formatNamed(name: string): FeedFormat {
  const found = formats.find((format) => format.name === name.trim().toUpperCase());
  if (found === undefined)
    throw new EstioError(
      `Unknown feed format "${name}": expected AUTO or one of ${formats.map((format) => format.name).join(', ')}`,
      { code: 'unknown-format' },
    );
  return found;
}
