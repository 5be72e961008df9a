/**
 * What readers expect of every listing and a proposed mapping does not read: without a word, nobody would look for it.
 */
import type { FeedMapping, FeedWarning } from '../formats/feed-format.ts';

/** What staff call it, and the fields of a mapping of which one is enough. */
const usual: readonly (readonly [called: string, fields: readonly string[]])[] = [
  ['price', ['price']],
  ['descriptions', ['descriptions', 'description']],
  ['images', ['images']],
  ['place', ['city', 'address', 'district', 'province', 'postalCode', 'point', 'latitude']],
  ['type', ['type']],
];

/** The warning for the report of a run that reads by the mapping; `undefined` when it reads all of the usual fields. */
export function warnOfUnread({ fields }: FeedMapping): FeedWarning | undefined {
  const unread = usual
    .filter(([, names]) => !names.some((name) => Object.hasOwn(fields, name)))
    .map(([called]) => called);
  if (unread.length === 0) return undefined;
  return {
    code: 'fields-not-found',
    message:
      'The proposed mapping does not read all of the usual fields: look at the feed with --feed-preview and give ' +
      'it a mapping that has them',
    value: unread.join(', '),
  };
}
