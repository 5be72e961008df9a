import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';
import { deletionIndexes } from './deletion.ts';

/** A partner that shares listings. */
export interface CompanyDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  name: string;
  deletedAt?: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<CompanyDoc>(
  {
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    name: { type: String, required: true },
    deletedAt: Date,
  },
  { timestamps: true },
);

schema.index({ locationId: 1, name: 1 });
for (const [keys, options] of deletionIndexes) schema.index(keys, options);

export const Company = defineModel<CompanyDoc>('Company', 'companies', schema);
