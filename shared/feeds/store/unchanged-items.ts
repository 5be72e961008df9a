/**
 * Which items of a feed are what they were when it was last read. They are known by the hashes of their bytes, of which
 * the database has one for each listing.
 */

import type { Types } from 'mongoose';
import {
  countPresent,
  countUnread,
  findItemHashes,
  pageOfItemHashes,
  type ItemHashes,
} from '../../models/feed-listings.ts';
import type { FeedMode } from '../formats/feed-format.ts';
import { KnownItems, type UnchangedListing } from './known-items.ts';
import { keyOf } from './seen-ids.ts';
import { isGuessedId } from '../values/ids.ts';

/** The listings of an item by the hash of its bytes; none: it is not known as it is. */
export type Unchanged = (itemHash: string) => readonly UnchangedListing[];

export interface UnchangedItems {
  /** What is known of the feed has been read, or each answer is the database's. */
  readonly isReady: boolean;
  /** What is known of the feed, as soon as all of it is at hand. */
  readonly known: Unchanged | undefined;
  /** Listings that the feed had when it was last read. */
  readonly presentBefore: Promise<number>;
  /** Which of these item hashes are known. */
  find(hashes: readonly string[]): Promise<Unchanged>;
}

/**
 * Up to so many listings, what is known of them is read at once: some 23 bytes each, and a tenth of the database's
 * work.
 */
const usual = { maxAtOnce: 300_000, pageSize: 20_000 };

/**
 * Looks up what is known of a feed. In a delta what is applied decides about what stands before it, so that the
 * database is asked anew for each batch; as it is when there are too many listings. Reading begins with this call;
 * until it is over nothing may be written.
 *
 * @param expected so many listings the feed had when it was last read, as far as is known
 * @param limits `mostAtOnce`: so many listings are read at once, `pageSize` of them with each query
 */
export function unchangedItems(
  feedId: Types.ObjectId,
  mode: FeedMode,
  expected = 0,
  limits: typeof usual = usual,
): UnchangedItems {
  const reading =
    mode === 'snapshot'
      ? readKnown(feedId, expected, limits).then(
          (known) => known && { size: known.size, find: (itemHash: string) => known.get(itemHash) },
        )
      : Promise.resolve(undefined);
  const state: { isReady: boolean; known: Unchanged | undefined } = { isReady: false, known: undefined };
  const presentBefore = reading.then(async (all) => {
    const present = all ? all.size + (await countUnread(feedId)) : await countPresent(feedId);
    Object.assign(state, { isReady: true, known: all?.find });
    return present;
  });
  presentBefore.catch(() => undefined);
  return {
    get isReady() {
      return state.isReady;
    },
    get known() {
      return state.known;
    },
    presentBefore,
    find: async (hashes) => (await reading)?.find ?? inMap(await findItemHashes(feedId, hashes)),
  };
}

async function readKnown(
  feedId: Types.ObjectId,
  expected: number,
  { maxAtOnce, pageSize }: typeof usual,
): Promise<KnownItems | undefined> {
  const known = new KnownItems(Math.min(expected, maxAtOnce));
  for (let from = ''; ;) {
    const page = await pageOfItemHashes(feedId, from, pageSize);
    for (const [i, itemHash] of page.hashes.entries()) known.add(itemHash, page.ids[i] as string);
    const last = page.hashes.at(-1);
    if (last === undefined || page.hashes.length < pageSize) return known;
    if (known.size > maxAtOnce || last === from) return undefined;
    // The last hash once more: it may go on with other listings.
    from = last;
  }
}

function inMap({ hashes, ids }: ItemHashes): Unchanged {
  const known = new Map<string, UnchangedListing[]>();
  for (const [i, itemHash] of hashes.entries()) {
    const id = ids[i] as string;
    const listing = { key: keyOf(id), isGuessed: isGuessedId(id) };
    const others = known.get(itemHash);
    if (others) others.push(listing);
    else known.set(itemHash, [listing]);
  }
  return (itemHash) => known.get(itemHash) ?? [];
}
