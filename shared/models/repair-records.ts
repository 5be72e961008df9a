/** Repairs unambiguous wrong values and reports the others. */

import { mongo, type Collection } from 'mongoose';
import { models } from './index.ts';
import { idKey } from './stored-value.ts';
import { mayBeOdd, readField, recordFields, type FieldKind } from './record-fields.ts';

const maxNamed = 10;
const batchSize = 500;

export interface FieldReport {
  readonly collection: string;
  readonly field: string;
  mended: number;
  /** Also those that the database refused. */
  unreadable: number;
  readonly mendedIds: string[];
  readonly unreadableIds: string[];
}

export async function repairRecords({ dryRun }: { readonly dryRun: boolean }): Promise<FieldReport[]> {
  const reports: FieldReport[] = [];
  for (const { collection } of models) {
    for (const [field, kind] of Object.entries(recordFields[collection.name] ?? {})) {
      const report = await repairField(collection, field, kind, dryRun);
      if (report.mended + report.unreadable > 0) reports.push(report);
    }
  }
  return reports;
}

async function repairField(
  collection: Collection,
  field: string,
  kind: FieldKind,
  dryRun: boolean,
): Promise<FieldReport> {
  const report: FieldReport = {
    collection: collection.name,
    field,
    mended: 0,
    unreadable: 0,
    mendedIds: [],
    unreadableIds: [],
  };
  let changes: Change[] = [];
  const flush = async () => {
    const refused = dryRun ? new Set<unknown>() : await apply(collection, field, changes);
    for (const { _id } of changes) note(report, refused.has(_id) ? 'unreadable' : 'mended', _id);
    changes = [];
  };
  const odd = collection.find({ $or: mayBeOdd(kind, field) } as never, { projection: { [field]: 1 } });
  for await (const record of odd) {
    const stored = valueAt(record, field);
    const reading = readField(kind, stored);
    if (reading.is === 'unreadable') note(report, 'unreadable', record._id);
    if (reading.is === 'mended' && changes.push({ _id: record._id, from: stored, to: reading.value }) >= batchSize)
      await flush();
  }
  await flush();
  return report;
}

/** Those that can only mean one moment. @returns the ids of the others */
export async function mendDates(collection: Collection, field: string, ids: readonly unknown[]): Promise<unknown[]> {
  if (ids.length === 0 || recordFields[collection.name]?.[field] !== 'date') return [...ids];
  const mended = new Set<string>();
  for (let from = 0; from < ids.length; from += batchSize) {
    const filter = { _id: { $in: ids.slice(from, from + batchSize) } };
    const found = await collection.find(filter as never, { projection: { [field]: 1 } }).toArray();
    const changes = found.flatMap(({ _id, ...record }) => {
      const reading = readField('date', record[field]);
      return reading.is === 'mended' && reading.value
        ? [{ _id, from: record[field] as unknown, to: reading.value }]
        : [];
    });
    const refused = await apply(collection, field, changes);
    for (const { _id } of changes) if (!refused.has(_id)) mended.add(idKey(_id));
  }
  return ids.filter((id) => !mended.has(idKey(id)));
}

/** Such as `requirements.active`. */
function valueAt(record: object, field: string): unknown {
  return field.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], record);
}

interface Change {
  readonly _id: unknown;
  readonly from: unknown;
  readonly to: unknown;
}

/** Returns refused records. */
async function apply(collection: Collection, field: string, changes: readonly Change[]): Promise<Set<unknown>> {
  if (changes.length === 0) return new Set();
  const operations = changes.map(({ _id, from, to }) => ({
    // Unless changed since.
    updateOne: {
      filter: { _id, [field]: { $eq: from } },
      update: to === undefined ? { $unset: { [field]: '' } } : { $set: { [field]: to } },
    },
  }));
  try {
    await collection.bulkWrite(operations as never, { ordered: false });
    return new Set();
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
    return new Set([error.writeErrors].flat().map(({ index }) => changes[index]?._id));
  }
}

function note(report: FieldReport, as: 'mended' | 'unreadable', id: unknown): void {
  report[as] += 1;
  const ids = report[`${as}Ids`];
  if (ids.length < maxNamed) ids.push(String(id).slice(0, 60));
}
