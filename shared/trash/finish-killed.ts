import { PurgeHold, type PurgeHoldDoc } from '../models/purge-hold.ts';
import { idKey, idSpellings, storedId } from '../models/stored-value.ts';
import type { RunContext } from '../runs/run-context.ts';
import { putBack } from './put-back.ts';
import { takeBelongings } from './take-away.ts';
import { kindNamed } from './trash-kinds.ts';

/** Restored owners get their records back; what was written to a purged owner follows it. */
export async function finishKilledBatches(context: RunContext, cutoff: Date): Promise<void> {
  const { locationId } = context.parameters;
  const begun = { order: 0, ...(locationId ? { locationId: storedId(locationId) } : {}) };
  for (const batch of await PurgeHold.collection.distinct('batch', begun as never)) {
    if (context.signal.aborted) return;
    await putBack(batch, (name, by) => context.count(`${name}PutBack`, -by));
    const owners = await PurgeHold.collection.find<PurgeHoldDoc>({ batch, order: 0 }).toArray();
    for (const entry of owners) await takeLate(entry, context, cutoff);
    await PurgeHold.collection.deleteMany({ batch });
  }
}

async function takeLate({ owner, owners = [], locationId }: PurgeHoldDoc, context: RunContext, cutoff: Date) {
  const kind = kindNamed(owner);
  if (!kind) return;
  const wanted = { _id: { $in: idSpellings(...owners) } };
  const found = await kind.model.collection.find(wanted as never, { projection: { _id: 1 } }).toArray();
  const present = new Set(found.map(({ _id }) => idKey(_id)));
  const gone = owners.filter((id) => !present.has(idKey(id)));
  const batch = {
    locationId,
    cutoff,
    dryRun: false,
    counted: new Set<string>(),
    count: context.count,
    hold: undefined,
  };
  if (gone.length > 0) await takeBelongings(kind, gone, batch);
}
