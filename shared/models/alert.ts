import { Schema } from 'mongoose';
import { defineModel } from './define-model.ts';
import { storedDate, storedText } from './stored-value.ts';

/** A current alert, or the day of a location's last report. */
export interface AlertDoc {
  /** `job-failed:sync-feeds` or `report:<location id>` */
  _id: string;
  title: string;
  since: Date;
  toldAt: Date;
  /** `2026-03-01`, the location's day */
  day?: string;
}

const schema = new Schema<AlertDoc>({
  _id: { type: String, required: true },
  title: { type: String, default: '' },
  since: { type: Date, required: true },
  toldAt: { type: Date, required: true },
  day: String,
});

export const Alert = defineModel<AlertDoc>('Alert', 'alerts', schema);

const reportKey = (locationId: string) => `report:${locationId}`;

/** One without its times counts as untold and is written again. */
export async function findTold(): Promise<AlertDoc[]> {
  const stored = await Alert.collection.find({ _id: { $type: 'string', $not: /^report:/ } as never }).toArray();
  return stored.flatMap((one) => {
    const [since, toldAt] = [storedDate(one['since']), storedDate(one['toldAt'])];
    return since && toldAt ? [{ _id: String(one._id), title: storedText(one['title']) ?? '', since, toldAt }] : [];
  });
}

export async function noteTold(
  told: readonly Omit<AlertDoc, 'toldAt'>[],
  over: readonly string[],
  toldAt: Date,
): Promise<void> {
  for (const { _id, ...values } of told)
    await Alert.updateOne({ _id }, { $set: { ...values, toldAt } }, { upsert: true });
  if (over.length > 0) await Alert.deleteMany({ _id: { $in: [...over] } });
}

export async function lastReportDay(locationId: string): Promise<string | undefined> {
  return storedText((await Alert.findById(reportKey(locationId)).lean())?.day);
}

export async function noteReport(locationId: string, day: string, now: Date): Promise<void> {
  await noteTold([{ _id: reportKey(locationId), title: 'daily report', since: now, day }], [], now);
}
