/**
 * Deletes for good what has lain in the trash longer than the retention. Each batch is one question, asked again in the
 * filter of its deletion: a record that is restored until then stays, with everything that hangs on it.
 */

import type { Model, Types } from 'mongoose';
import { Account } from '../models/account.ts';
import { parkedSince, SyncItem } from '../models/sync-item.ts';
import { EstioError } from '../platform/errors.ts';
import type { RunContext } from '../runs/run-context.ts';
import { expired, trashCutoff } from './retention.ts';
import { takeBelongings, type Batch } from './take-away.ts';
import { conversations, offers, trashKinds, type Stubs, type TrashKind } from './trash-kinds.ts';

type Id = Types.ObjectId;

/** Records in a batch: few where each may have thousands of others hanging on it. */
const batchSize = (kind: TrashKind) => (hangsAlone(kind) ? 1000 : 500);
/** What a batch took is held until it is gone, up to this much (bytes). */
const heldBytes = 128 * 2 ** 20;

interface Walk {
  readonly context: RunContext;
  readonly cutoff: Date;
  /** See `Batch.counted`. */
  readonly counted: Set<string>;
  readonly total: number;
  done: number;
}

/**
 * Purges every kind of trash, or (dry run) counts what would go. A kind that fails stops no other; when the time budget
 * ends, the rest waits for the next run.
 *
 * @throws {RetentionError} when TRASH_RETENTION_DAYS is under one day
 */
export async function purgeTrash(context: RunContext): Promise<void> {
  const cutoff = trashCutoff(context.clock.now(), context.config.trashRetentionDays);
  for (const { name } of [...trashKinds, offers]) context.count(name, 0);
  for (const name of ['parkedMessages', 'referencesCleared']) context.count(name, 0);
  const found = await Promise.all(
    trashKinds.map(({ model, stubs }) => model.countDocuments(trash(context, cutoff, stubs))),
  );
  const walk: Walk = {
    context,
    cutoff,
    counted: new Set(),
    total: found.reduce((sum, count) => sum + count, 0),
    done: 0,
  };
  for (const kind of trashKinds) {
    await context.attempt(kind.name, () =>
      eachBatch(kind.model, trash(context, cutoff, kind.stubs), batchSize(kind), kind.name, walk, (location, ids) =>
        purgeBatch(kind, location, ids, walk),
      ),
    );
  }
  await context.attempt('parkedMessages', () => forgetParkedMessages(walk));
}

/** Filter: the trash that this run is about. */
function trash({ parameters }: RunContext, cutoff: Date, stubs: Stubs | undefined) {
  return {
    ...expired(cutoff),
    ...stubs?.none,
    ...(parameters.locationId ? { locationId: parameters.locationId } : {}),
  };
}

function hangsAlone(kind: TrashKind): boolean {
  return kind.owns.length === 0 && kind.namedBy.length === 0;
}

/** Walks over records in batches of one location each, as long as the run may go on. */
async function eachBatch(
  model: Model<unknown>,
  filter: Record<string, unknown>,
  size: number,
  name: string,
  walk: Walk,
  purge: (locationId: Id, ids: readonly Id[]) => Promise<void>,
): Promise<void> {
  const { context } = walk;
  const waiting = new Map<string, { locationId: Id; ids: Id[] }>();
  const flush = async ({ locationId, ids }: { locationId: Id; ids: Id[] }) => {
    if (context.signal.aborted) return false;
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
  const found = model.find(filter, { locationId: 1 }).lean<{ _id: Id; locationId: Id }>().cursor({ batchSize: 1000 });
  for await (const { _id, locationId } of found as AsyncIterable<{ _id: Id; locationId: Id }>) {
    const batch = waiting.get(String(locationId)) ?? { locationId, ids: [] };
    waiting.set(String(locationId), batch);
    if (batch.ids.push(_id) >= size && !(await flush(batch))) break;
  }
  for (const batch of waiting.values()) {
    if (batch.ids.length > 0 && !(await flush(batch))) return context.unfinished(name);
  }
}

async function purgeBatch(kind: TrashKind, locationId: Id, ids: readonly Id[], walk: Walk): Promise<void> {
  const { context, cutoff, counted } = walk;
  const { dryRun } = context.parameters;
  const batch: Batch = { locationId, cutoff, dryRun, counted, count: context.count, room: heldBytes };
  const still = { _id: { $in: ids }, ...expired(cutoff), ...kind.stubs?.none };
  const putBack = await takeBelongings(kind, ids, batch);
  const emptied = dryRun ? 0 : ((await kind.stubs?.leave(still, context.clock.now())) ?? 0);
  const gone = dryRun ? ids.length : emptied + (await kind.model.deleteMany(still)).deletedCount;
  if (dryRun && kind === conversations) for (const id of ids) counted.add(String(id));
  context.count(kind.name, gone);
  walk.done += ids.length;
  if (gone === ids.length || hangsAlone(kind)) return;
  const restored = await kind.model.find({ _id: { $in: ids }, ...kind.stubs?.none }, { _id: 1 }).lean<{ _id: Id }[]>();
  await putBack(new Set(restored.map(({ _id }) => String(_id))));
  if (batch.room < 0 && restored.length > 0) {
    context.problem(
      kind.name,
      new EstioError(
        `${restored.length} records were restored while more than could be held was being deleted with them: a ` +
          'part of what hung on them is gone',
        { code: 'restored-too-late' },
      ),
    );
  }
}

/**
 * Messages that could not be stored for longer than the retention, of mailboxes that are connected no more. Those of
 * others are still tried: nothing is forgotten that was never read.
 */
async function forgetParkedMessages(walk: Walk): Promise<void> {
  const { dryRun, locationId } = walk.context.parameters;
  const connected = await Account.distinct('_id', { enabled: true });
  const parked = {
    ...parkedSince(walk.cutoff),
    accountId: { $nin: connected },
    ...(locationId ? { locationId } : {}),
  };
  await eachBatch(SyncItem as Model<unknown>, parked, 1000, 'parked messages', walk, async (_, ids) => {
    const gone = dryRun ? ids.length : (await SyncItem.deleteMany({ ...parked, _id: { $in: ids } })).deletedCount;
    walk.context.count('parkedMessages', gone);
  });
}
