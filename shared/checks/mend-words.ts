/**
 * Queries ask for fixed words in their usual spellings. Words in others (` active `, `cOnFiRmEd`), and flags
 * that are texts or numbers, are stored as the field has them, by the first check of a run that asks.
 */

import type { Collection } from 'mongoose';
import { CheckCursor } from '../models/check-cursor.ts';
import { alive } from '../models/deletion.ts';
import { readField, recordFields, type FieldKind } from '../models/record-fields.ts';
import { minDate } from '../models/stored-value.ts';
import { publicationStatuses, wordSpellings } from '../models/stored-word.ts';
import { hour } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { nameUnreadable } from '../runs/unreadable-records.ts';
import { toLocation } from './narrow-to-location.ts';

const nameAgainAfter = 6 * hour;
const spellingsAtOnce = 1000;

interface Part {
  readonly field: string;
  /** Leaves only the words open in an index, so that usual ones cost nothing. */
  readonly within: object;
}

const parts: Readonly<Record<string, readonly Part[]>> = {
  contacts: [{ field: 'qualificationStage', within: alive }],
  offers: [{ field: 'status', within: alive }],
  viewings: [
    { field: 'feedbackReceived', within: { followUpSettledFor: null, ...alive } },
    { field: 'status', within: { followUpSettledFor: null, ...alive } },
    { field: 'status', within: { followUpSettledFor: { $gte: minDate }, ...alive } },
  ],
  properties: [
    { field: 'publicationStatus', within: alive },
    {
      field: 'status',
      within: { publicationStatus: { $in: [...wordSpellings(...publicationStatuses), null] }, ...alive },
    },
  ],
};

function kindOf(collection: string, field: string): FieldKind {
  return recordFields[collection]?.[field] as FieldKind;
}

function oddIn(field: string, kind: FieldKind) {
  const usual = typeof kind === 'object' ? [...wordSpellings(...kind), ''] : [true, false];
  return { [field]: { $nin: [...usual, null] } };
}

/** @internal Driver's filters: records whose words are in no usual spelling. */
export function oddWords(collection: string): object[] {
  return (parts[collection] ?? []).map(({ field, within }) => ({
    ...within,
    ...oddIn(field, kindOf(collection, field)),
  }));
}

/** Mends words that can only mean one thing; names the others once in some hours. */
export async function mendWords(collection: Collection, context: RunContext): Promise<void> {
  const unreadable = new Map<string, unknown[]>();
  for (const part of parts[collection.name] ?? []) {
    const others = await mendPart(collection, part, context);
    unreadable.set(part.field, [...(unreadable.get(part.field) ?? []), ...others]);
  }
  for (const [field, ids] of unreadable)
    if (ids.length > 0 && (await mayName(`${collection.name}.${field}`, context)))
      nameUnreadable(context, collection.name, field, ids);
}

/** In the database. No word is as long. */
function shortValue(field: string) {
  return { $cond: [{ $lt: [{ $bsonSize: { value: `$${field}` } }, 200] }, `$${field}`, 'no word'] };
}

/** @returns the ids of the others */
async function mendPart(collection: Collection, { field, within }: Part, context: RunContext) {
  const kind = kindOf(collection.name, field);
  const filter = { ...within, ...toLocation(context) };
  const odd = { ...filter, ...oddIn(field, kind) };
  const groups = await collection
    .aggregate<{ _id: unknown }>([{ $match: odd }, { $group: { _id: shortValue(field) } }])
    .toArray();
  const mended = groups.flatMap(({ _id: stored }) => {
    const reading = readField(kind, stored);
    return reading.is === 'mended' ? [{ stored, value: reading.value }] : [];
  });
  for (const [value, spellings] of Map.groupBy(mended, (each) => each.value)) {
    const update = value === undefined ? { $unset: { [field]: '' } } : { $set: { [field]: value } };
    for (let from = 0; from < spellings.length; from += spellingsAtOnce) {
      const some = spellings.slice(from, from + spellingsAtOnce).map(({ stored }) => stored);
      await context.assertHeld();
      await collection.updateMany(
        { ...filter, [field]: { $in: some, $not: { $type: 'array' } } } as never,
        update as never,
      );
    }
  }
  if (mended.length === groups.length) return [];
  const found = await collection.find(odd as never, { projection: { _id: 1 } }).toArray();
  return found.map(({ _id }): unknown => _id);
}

/** Of two runs at the same time, one. */
async function mayName(what: string, context: RunContext): Promise<boolean> {
  const [check, now] = [`words of ${what}`, context.clock.now()];
  const cursor = await CheckCursor.findOne({ check }).lean();
  const since = new Date(now.getTime() - nameAgainAfter);
  if (cursor?.watermark && cursor.watermark > since && cursor.watermark <= now) return false;
  await context.assertHeld();
  await CheckCursor.updateOne({ check }, { $set: { watermark: now } }, { upsert: true });
  return true;
}
