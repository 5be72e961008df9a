import { Types } from 'mongoose';
import { deletedBefore } from '../models/deletion.ts';
import { PropertyFeed } from '../models/property-feed.ts';
import { idSpellings, storedDate, storedList } from '../models/stored-value.ts';
import { closestName } from '../platform/closest-name.ts';
import { UsageError } from '../platform/errors.ts';
import { trashKinds, type TrashKind } from './trash-kinds.ts';

const singular = (name: string) => name.replace(/ies$/, 'y').replace(/s$/, '');
const feeds: TrashKind = { name: 'feeds', model: PropertyFeed as never, owns: [], namedBy: [] };
const restorable = [...trashKinds, feeds];
export const restorableKinds: readonly string[] = restorable.map(({ name }) => singular(name));

export interface Restored {
  readonly kind: string;
  readonly id: string;
  readonly wasDeleted: boolean;
  readonly ownersInTrash: readonly { readonly kind: string; readonly id: string }[];
}

/**
 * A feed returns paused.
 *
 * @param far later than any deletion
 * @throws {UsageError} unknown kind or record, or only a stub is left
 */
export async function restoreRecord(kindName: string, id: string, far: Date): Promise<Restored> {
  const kind = restorable.find(({ name }) => [name, singular(name)].includes(kindName.toLowerCase()));
  if (!kind) {
    const guess = closestName(kindName, restorableKinds);
    throw new UsageError(
      `--restore expects one of ${restorableKinds.join(', ')}, got ${JSON.stringify(kindName)}` +
        `${guess ? ` (did you mean ${guess}?)` : ''}`,
    );
  }
  const name = singular(kind.name);
  const { collection } = kind.model;
  const found = Types.ObjectId.isValid(id) ? await collection.findOne({ _id: new Types.ObjectId(id) }) : null;
  if (!found) throw new UsageError(`No ${name} has the id ${id}: it never existed, or was purged`);
  if (storedDate(found['purgedAt'])) throw new UsageError(`The ${name} ${id} was purged and cannot be restored`);
  const { modifiedCount } = await collection.updateOne({ _id: found._id, deletedAt: { $type: 'date' } } as never, {
    $set: { deletedAt: null },
  });
  return { kind: name, id, wasDeleted: modifiedCount === 1, ownersInTrash: await deletedOwners(kind, found, far) };
}

async function deletedOwners(kind: TrashKind, record: Readonly<Record<string, unknown>>, far: Date) {
  const found = await Promise.all(
    restorable.flatMap((owner) =>
      owner.owns
        .filter((ownership) => ownership.kind === kind)
        .map(async ({ field }) => {
          const among = { _id: { $in: idSpellings(...storedList(record[field])) }, ...deletedBefore(far) };
          const owners = await owner.model.collection.find(among as never, { projection: { _id: 1 } }).toArray();
          return owners.map(({ _id }) => ({ kind: singular(owner.name), id: String(_id) }));
        }),
    ),
  );
  return found.flat();
}
