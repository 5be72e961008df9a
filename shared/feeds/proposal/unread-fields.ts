/** Without a warning, no one would notice a missed field. */
import type { FeedMapping, FeedWarning } from '../formats/feed-format.ts';

const usual: readonly (readonly [called: string, fields: readonly string[]])[] = [
  ['price', ['price']],
  ['descriptions', ['descriptions', 'description']],
  ['images', ['images']],
  ['place', ['city', 'address', 'district', 'province', 'postalCode', 'point', 'latitude']],
  ['type', ['type']],
];

export function warnOfUnread({ fields }: FeedMapping): FeedWarning | undefined {
  const unread = usual
    .filter(([, names]) => !names.some((name) => Object.hasOwn(fields, name)))
    .map(([called]) => called);
  if (unread.length === 0) return undefined;
  return {
    code: 'fields-not-found',
    message:
      'The proposed mapping does not read all usual fields: preview the feed with --feed-preview and ' +
      'complete the mapping',
    value: unread.join(', '),
  };
}
