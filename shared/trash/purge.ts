/** The deletion repeats the query: a record restored in between stays with everything it owns. */

import { mongo, type Collection, type Types } from 'mongoose';
import { Account } from '../models/account.ts';
import { deletedBefore, oddlyDeleted } from '../models/deletion.ts';
import { idKey, idSpellings, storedId } from '../models/stored-value.ts';
import { parkedSince, SyncItem } from '../models/sync-item.ts';
import { EstioError } from '../platform/errors.ts';
import type { RunContext } from '../runs/run-context.ts';
import { nameUnreadable } from '../runs/unreadable-records.ts';
import { Hold } from './hold.ts';
import { putBack } from './put-back.ts';
import { finishKilledBatches } from './finish-killed.ts';
import { trashCutoff } from './retention.ts';
import { takeBelongings, type Batch } from './take-away.ts';
import { conversations, trashKinds, type TrashKind } from './trash-kinds.ts';

type Location = Types.ObjectId | undefined;

/** Each may own thousands of records. */
const batchSize = 1000;

interface Walk {
  readonly context: RunContext;
  readonly now: Date;
  readonly cutoff: Date;
  readonly counted: Set<string>;
  readonly total: number;
  done: number;
}

/**
 * A failing kind stops no other; leftovers wait for the next run. A dry run counts.
 *
 * @throws {RetentionError} under one day
 */
export async function purgeTrash(context: RunContext): Promise<void> {
  const now = await context.databaseNow();
  const cutoff = trashCutoff(now, context.config.trashRetentionDays);
  for (const { name } of trashKinds) context.count(name, 0);
  for (const name of ['parkedMessages', 'referencesCleared']) context.count(name, 0);
  const found = await Promise.all(
    trashKinds.map((kind) => kind.model.collection.countDocuments(trash(context, cutoff, kind) as never)),
  );
  const total = found.reduce((sum, count) => sum + count, 0);
  const walk: Walk = { context, now, cutoff, counted: new Set(), total, done: 0 };
  if (!context.parameters.dryRun) await context.attempt('killed-batches', () => finishKilledBatches(context, cutoff));
  for (const kind of trashKinds) {
    const { collection } = kind.model;
    await context.attempt(kind.name, () =>
      eachBatch(collection, trash(context, cutoff, kind), batchSize, kind.name, walk, (location, ids) =>
        purgeOrSetAside(kind, location, ids, walk),
      ),
    );
    await context.attempt(kind.name, () => nameOddDeletions(collection, context));
  }
  await context.attempt('parkedMessages', () => forgetParkedMessages(walk));
}

function trash(context: RunContext, cutoff: Date, { stubs }: TrashKind) {
  return { ...deletedBefore(cutoff), ...stubs?.none, ...here(context) };
}

function here({ parameters }: RunContext): object {
  return parameters.locationId ? { locationId: { $in: idSpellings(parameters.locationId) } } : {};
}

function hangsAlone(kind: TrashKind): boolean {
  return kind.owns.length === 0 && kind.namedBy.length === 0;
}

async function eachBatch(
  collection: Collection,
  filter: object,
  size: number,
  name: string,
  walk: Walk,
  purge: (locationId: Location, ids: readonly unknown[]) => Promise<void>,
): Promise<void> {
  const { context } = walk;
  const waiting = new Map<string, { locationId: Location; ids: unknown[] }>();
  const flush = async ({ locationId, ids }: { locationId: Location; ids: unknown[] }) => {
    if (context.signal.aborted) return false;
    if (!(await context.mayWorkOn(locationId, ids.length))) {
      ids.splice(0);
      return true;
    }
    await context.assertHeld();
    await purge(locationId, ids.splice(0));
    context.progress({
      message: `${context.parameters.dryRun ? 'counting' : 'purging'} ${name}`,
      done: Math.min(walk.done, walk.total),
      total: walk.total,
      unit: 'records',
    });
    return true;
  };
  const found = collection.find(filter as never, { projection: { locationId: 1 }, batchSize });
  for await (const record of found) {
    const locationId = storedId(record['locationId']);
    const batch = waiting.get(idKey(locationId)) ?? { locationId, ids: [] };
    waiting.set(idKey(locationId), batch);
    if (batch.ids.push(record._id) >= size && !(await flush(batch))) break;
  }
  for (const batch of waiting.values()) {
    if (batch.ids.length > 0 && !(await flush(batch))) return context.unfinished(name);
  }
}

/** Sets aside a record that the database refuses; the others go. */
async function purgeOrSetAside(
  kind: TrashKind,
  locationId: Location,
  ids: readonly unknown[],
  walk: Walk,
): Promise<void> {
  const hold = new Hold();
  try {
    return await purgeBatch(kind, locationId, ids, hold, walk);
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    await putBack(hold.batch, walk.context.count);
    await hold.forget();
    if (ids.length === 1) {
      walk.context.count('recordsSetAside');
      return walk.context.problem(
        kind.name,
        new EstioError(
          `${kind.model.collection.name} ${String(ids[0])} cannot be purged and was set aside: ` +
            `${(thrown as Error).message}`,
          { code: 'record-set-aside' },
        ),
      );
    }
  }
  const half = Math.ceil(ids.length / 2);
  await purgeOrSetAside(kind, locationId, ids.slice(0, half), walk);
  await purgeOrSetAside(kind, locationId, ids.slice(half), walk);
}

/** The error concerns the records, not the connection. */
function isRefusal(thrown: unknown): boolean {
  if (thrown instanceof TypeError || thrown instanceof RangeError) return true;
  return thrown instanceof mongo.MongoServerError && !thrown.hasErrorLabel('RetryableWriteError');
}

async function purgeBatch(
  kind: TrashKind,
  locationId: Location,
  ids: readonly unknown[],
  hold: Hold,
  walk: Walk,
): Promise<void> {
  const { context, cutoff, counted, now } = walk;
  const { dryRun } = context.parameters;
  const batch: Batch = { locationId, cutoff, dryRun, counted, count: context.count, hold };
  const { collection } = kind.model;
  const still = { _id: { $in: ids }, ...deletedBefore(cutoff), ...kind.stubs?.none };
  if (!dryRun && !hangsAlone(kind)) await hold.name(kind.name, locationId, ids);
  await takeBelongings(kind, ids, batch);
  const emptied = dryRun ? 0 : ((await kind.stubs?.leave(still, now)) ?? 0);
  const gone = dryRun ? ids.length : emptied + (await collection.deleteMany(still as never)).deletedCount;
  if (dryRun && kind === conversations) for (const id of ids) counted.add(idKey(id));
  context.count(kind.name, gone);
  walk.done += ids.length;
  if (dryRun || hangsAlone(kind)) return;
  if (gone < ids.length) await putBack(hold.batch, context.count);
  await takeLate(kind, ids, batch);
  await hold.forget();
}

/** Written to the owners before their deletion. */
async function takeLate(kind: TrashKind, ids: readonly unknown[], batch: Batch): Promise<void> {
  const left = await kind.model.collection.find({ _id: { $in: ids } } as never, { projection: { _id: 1 } }).toArray();
  const present = new Set(left.map(({ _id }) => idKey(_id)));
  const gone = ids.filter((id) => !present.has(idKey(id)));
  if (gone.length > 0) await takeBelongings(kind, gone, { ...batch, hold: undefined });
}

/** An unreadable date: the record stays and is reported. */
async function nameOddDeletions(collection: Collection, context: RunContext): Promise<void> {
  const odd = await collection
    .find({ ...oddlyDeleted, ...here(context) } as never, { projection: { _id: 1 }, sort: { _id: 1 } })
    .toArray();
  nameUnreadable(
    context,
    collection.name,
    'deletedAt',
    odd.map(({ _id }) => _id),
  );
}

/** Messages of connected mailboxes are still tried. */
async function forgetParkedMessages(walk: Walk): Promise<void> {
  const { dryRun } = walk.context.parameters;
  const connected = await Account.distinct('_id', { enabled: true });
  const parked = { ...parkedSince(walk.cutoff), accountId: { $nin: connected }, ...here(walk.context) };
  await eachBatch(SyncItem.collection, parked, batchSize, 'parked messages', walk, async (_, ids) => {
    const filter = { ...parked, _id: { $in: ids } };
    const gone = dryRun ? ids.length : (await SyncItem.collection.deleteMany(filter as never)).deletedCount;
    walk.context.count('parkedMessages', gone);
  });
}
