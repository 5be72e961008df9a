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

/** None for new and changed items. */
export type Unchanged = (itemHash: string) => readonly UnchangedListing[];

export interface UnchangedItems {
  /** `known` is loaded, or the database answers each query. */
  readonly isReady: boolean;
  readonly known: Unchanged | undefined;
  readonly presentBefore: Promise<number>;
  find(hashes: readonly string[]): Promise<Unchanged>;
}

/** Listings: 23 bytes each, a tenth of the database's work. */
const usual = { maxAtOnce: 300_000, pageSize: 20_000 };

/**
 * Loads stored hashes; write nothing before that ends. Large feeds query each batch; so do deltas, whose updates change
 * the answer.
 *
 * @param expected listings when the feed was last read
 * @param limits `maxAtOnce` listings loaded at once, `pageSize` in each query
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
