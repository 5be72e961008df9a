import type { FeedContext } from './feed-format.ts';
import type { ItemReader } from './item-reader.ts';

const hasAddress = /^\s*(?:[a-z][a-z\d+.-]*:|\/\/|www\.|$)/i;

/** `null`: not kept; `undefined`: not delivered. */
export function keptAddress(written: string, { enclosed }: FeedContext): string | null | undefined {
  return hasAddress.test(written) ? undefined : enclosed?.(written);
}

export function tellLost(reader: ItemReader, lost: number): void {
  if (lost === 0) return;
  reader.warn(
    'pictures-lost',
    "The feed's file contains pictures, which are not kept: set FEED_IMAGES_URL, or imageBaseUrl on the feed",
    'images',
    `${lost} ${lost === 1 ? 'picture' : 'pictures'}`,
  );
}
