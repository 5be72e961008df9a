import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** An agency office, the tenant: nothing crosses it. */
export interface LocationDoc {
  _id: Types.ObjectId;
  name: string;
  domain?: string;
  /** IANA name, such as Asia/Nicosia. */
  timeZone: string;
  /** ISO 4217. */
  currency: string;
  /** ISO 3166-1 alpha-2: reads phone numbers and addresses without a country. */
  country?: string;
  /** BCP 47: which of a listing's languages is shown first. */
  language?: string;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<LocationDoc>(
  {
    name: { type: String, required: true },
    domain: String,
    timeZone: { type: String, required: true, default: 'UTC' },
    currency: { type: String, required: true, default: 'EUR' },
    country: String,
    language: String,
  },
  { timestamps: true },
);

export const Location = defineModel<LocationDoc>('Location', 'locations', schema);
