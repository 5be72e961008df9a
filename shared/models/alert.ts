import { Schema } from 'mongoose';
import { defineModel } from './define-model.ts';

/** A current alert, or the day of a location's last report. */
export interface AlertDoc {
  /** `job-failed:sync-feeds` or `report:<location id>` */
  _id: string;
  title: string;
  since: Date;
  toldAt: Date;
  /** Of a report: the location's day, `2026-03-01`. */
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

/** Alerts that are not over. */
export function findTold(): Promise<AlertDoc[]> {
  return Alert.find({ _id: { $not: /^report:/ } }).lean<AlertDoc[]>();
}

/** Records new alerts and deletes those that are over. */
export async function noteTold(
  told: readonly Omit<AlertDoc, 'toldAt'>[],
  over: readonly string[],
  toldAt: Date,
): Promise<void> {
  for (const { _id, ...values } of told)
    await Alert.updateOne({ _id }, { $set: { ...values, toldAt } }, { upsert: true });
  if (over.length > 0) await Alert.deleteMany({ _id: { $in: [...over] } });
}

/** The day of a location's last report. */
export async function lastReportDay(locationId: string): Promise<string | undefined> {
  return (await Alert.findById(reportKey(locationId)).lean())?.day;
}

export async function noteReport(locationId: string, day: string, now: Date): Promise<void> {
  await noteTold([{ _id: reportKey(locationId), title: 'daily report', since: now, day }], [], now);
}
