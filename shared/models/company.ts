import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** A partner whose listings a location takes over. */
export interface CompanyDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  name: string;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<CompanyDoc>(
  {
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    name: { type: String, required: true },
  },
  { timestamps: true },
);

// The companies of a location, by name.
schema.index({ locationId: 1, name: 1 });

export const Company = defineModel<CompanyDoc>('Company', 'companies', schema);
