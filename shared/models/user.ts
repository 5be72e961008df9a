import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

export interface UserDoc {
  _id: Types.ObjectId;
  email: string;
  name: string;
  locationIds: Types.ObjectId[];
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<UserDoc>(
  {
    email: { type: String, required: true, lowercase: true, trim: true },
    name: { type: String, required: true },
    locationIds: [{ type: Schema.Types.ObjectId, ref: 'Location' }],
  },
  { timestamps: true },
);

schema.index({ email: 1 }, { unique: true });

export const User = defineModel<UserDoc>('User', 'users', schema);
