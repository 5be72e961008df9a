import { Schema } from 'mongoose';
import { defineModel } from './define-model.ts';
import { upsertAtOnce } from './upsert.ts';

export interface QuotaDayDoc {
  /** `gmail 2026-11-30` */
  _id: string;
  units: number;
  updatedAt: Date;
}

const schema = new Schema<QuotaDayDoc>({
  _id: { type: String, required: true },
  units: { type: Number, default: 0 },
  updatedAt: Date,
});

schema.index({ updatedAt: 1 }, { expireAfterSeconds: 7 * 86_400 });

export const QuotaDay = defineModel<QuotaDayDoc>('QuotaDay', 'quotadays', schema);

/** Returns the day's total. */
export async function addUnits(provider: string, day: string, units: number): Promise<number> {
  const found = await upsertAtOnce(() =>
    QuotaDay.collection.findOneAndUpdate(
      { _id: `${provider} ${day}` } as never,
      { $inc: { units }, $currentDate: { updatedAt: true } },
      { upsert: true, returnDocument: 'after' },
    ),
  );
  return (found as unknown as QuotaDayDoc).units;
}
