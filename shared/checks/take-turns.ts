/** Locations take turns, a page each, so that one agency's import delays no other. */

import type { Collection } from 'mongoose';
import { idKey } from '../models/stored-value.ts';
import type { RunContext } from '../runs/run-context.ts';
import { chunkSize, inChunks } from './in-chunks.ts';
import { toLocation } from './narrow-to-location.ts';

const lookUpSize = 1000;

// oxlint-disable-next-line typescript/no-explicit-any -- as the database has it
export type Stored = { _id: any; [field: string]: unknown };

interface Line {
  readonly locationId: unknown;
  readonly due: Stored[];
  left: number;
}

interface Turns {
  readonly collection: Collection;
  readonly found: AsyncIterable<Stored>;
  /** By which a location's records are ordered. */
  readonly fields?: readonly string[];
  readonly order?: (one: Stored, other: Stored) => number;
  readonly waiting: string;
}

/** @param work returns its number of events @returns whether everything was done */
export async function takeTurns(
  { collection, found, fields = [], order, waiting }: Turns,
  context: RunContext,
  work: (ids: readonly unknown[], left: number) => Promise<number>,
): Promise<boolean> {
  const { signal, config } = context;
  const lines = new Map<string, Line>();
  const projection = Object.fromEntries(['locationId', ...fields].map((field) => [field, 1]));
  for await (const chunk of inChunks(found, () => lookUpSize, signal)) {
    const filter = { _id: { $in: chunk.map(({ _id }) => _id) }, ...toLocation(context) };
    for await (const record of collection.find(filter as never, { projection })) {
      const key = idKey(record['locationId']);
      const line: Line = lines.get(key) ?? { locationId: record['locationId'], due: [], left: config.checkBatch };
      lines.set(key, line);
      line.due.push(record);
    }
  }
  const ring: Line[] = [];
  for (const line of lines.values()) if (await context.mayWorkOn(line.locationId, line.due.length)) ring.push(line);
  let isAll = ring.length === lines.size;
  if (order) for (const { due } of ring) due.sort(order);
  for (let line = ring.shift(); line; line = ring.shift()) {
    signal.throwIfAborted();
    const page = line.due.splice(0, Math.min(chunkSize, line.left));
    const ids = page.map(({ _id }) => _id);
    line.left -= await work(ids, line.left);
    if (line.due.length > 0 && line.left > 0) ring.push(line);
    else if (line.due.length > 0) {
      isAll = false;
      context.count(waiting, line.due.length);
      context.waiting(line.due.length);
    }
  }
  return isAll;
}

/** In the order of the ids. */
export async function loadInOrder<T extends { readonly _id: unknown }>(
  collection: Collection,
  ids: readonly unknown[],
): Promise<T[]> {
  const found = await collection.find<T>({ _id: { $in: ids } } as never).toArray();
  const place = new Map(ids.map((id, index) => [idKey(id), index]));
  const placeOf = ({ _id }: T) => place.get(idKey(_id)) ?? 0;
  return found.toSorted((one, other) => placeOf(one) - placeOf(other));
}
