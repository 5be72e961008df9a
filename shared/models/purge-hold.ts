import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** What a batch took, to restore it after a kill. The first entry, with the owners, stays until the next run. */
export interface PurgeHoldDoc {
  _id: Types.ObjectId;
  batch: Types.ObjectId;
  /** 0: the owners; then in order of taking. */
  order: number;
  owner: string;
  /** Absent: owners without one. */
  locationId?: Types.ObjectId;
  /** Of the batch, or those that messages have lost. */
  owners?: unknown[];
  taken?: TakenPart;
  records?: unknown[];
  /** Instead: one large record, deflated BSON. */
  packed?: Buffer;
}

interface TakenPart {
  from: string;
  /** Names the owner. */
  field: string;
  how: 'deleted' | 'deleted-message' | 'kept-message' | 'reference';
}

const schema = new Schema<PurgeHoldDoc>({
  batch: { type: Schema.Types.ObjectId, required: true },
  order: { type: Number, required: true },
  owner: { type: String, required: true },
  locationId: Schema.Types.ObjectId,
  owners: { type: [Schema.Types.Mixed], default: undefined },
  taken: Schema.Types.Mixed,
  records: { type: [Schema.Types.Mixed], default: undefined },
  packed: Buffer,
});

schema.index({ batch: 1, order: 1 });

export const PurgeHold = defineModel<PurgeHoldDoc>('PurgeHold', 'purgeholds', schema);
