import type { Types } from 'mongoose';
import { findByFeedIds, findByReferences, walkFeedListings, type ListingFacts } from '../../models/feed-listings.ts';
import { apartId, isOffered, toItem, toRow, type Item, type Row } from '../plan/facts.ts';
import type { Stored } from '../plan/identity.ts';
import type { Spool } from '../read/spool.ts';
import { isNothing, referenceKey } from '../values/ids.ts';

export class NamedListings implements Stored {
  readonly #byKey = new Map<string, Row>();
  readonly #byId = new Map<string, Row>();
  readonly #byReference = new Map<string, Row[]>();
  gone: readonly Row[] = [];

  add(listing: ListingFacts): Row {
    const key = listing._id.toHexString();
    const known = this.#byKey.get(key);
    if (known) return known;
    const row = toRow(listing);
    this.#byKey.set(key, row);
    this.#byId.set(row.id, row);
    if (row.reference !== undefined) {
      const others = this.#byReference.get(row.reference);
      if (others) others.push(row);
      else this.#byReference.set(row.reference, [row]);
    }
    return row;
  }

  byId(id: string): Row | undefined {
    return this.#byId.get(id);
  }

  byReference(reference: string): readonly Row[] {
    return this.#byReference.get(reference) ?? [];
  }
}

export async function loadNamed(
  feedId: Types.ObjectId,
  spool: Spool,
): Promise<{ readonly items: readonly Item[]; readonly stored: NamedListings }> {
  const stored = new NamedListings();
  const items: Item[] = [];
  for await (const batch of spool.batches()) {
    const some = batch.map(([at, candidate]) => toItem(candidate, at));
    await findListingsOf(feedId, some, stored);
    items.push(...some);
  }
  return { items, stored };
}

export async function findListingsOf(
  feedId: Types.ObjectId,
  items: readonly Item[],
  stored: NamedListings,
): Promise<void> {
  const ids = new Set(items.flatMap((item) => (item.byReference ? [item.id, apartId(item)] : item.id)));
  for (const listing of await findByFeedIds(feedId, [...ids], 'facts')) stored.add(listing);
  const unsure = items.filter(({ id, reference }) => {
    const row = stored.byId(id);
    return row === undefined || referenceKey(row.reference) !== referenceKey(reference);
  });
  const references = unsure.flatMap(({ reference }) => (reference && !isNothing(reference) ? reference : []));
  const standIns = unsure.flatMap(({ id, standIn }) => (standIn && !stored.byId(id) ? standIn : []));
  for (const listing of await findByReferences(feedId, references, 'facts')) stored.add(listing);
  for (const listing of await findByFeedIds(feedId, standIns, 'facts')) stored.add(listing);
}

export async function walkListings(
  feedId: Types.ObjectId,
  stored: NamedListings,
  isUnchanged: (id: string) => boolean,
): Promise<{ readonly walked: readonly Row[]; readonly live: number }> {
  const walked: Row[] = [];
  let live = 0;
  for await (const listing of walkFeedListings(feedId)) {
    if (isOffered(listing.status) && !listing.deletedAt) live += 1;
    if (listing.heldSince || !isUnchanged(listing.feedReferenceId as string)) walked.push(stored.add(listing));
  }
  stored.gone = walked;
  return { walked, live };
}
