import { Schema } from 'mongoose';
import { defineModel } from './define-model.ts';

/** How far a check of scheduled-tasks has looked. */
export interface CheckCursorDoc {
  check: string;
  watermark?: Date;
  position?: Record<string, unknown>;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<CheckCursorDoc>(
  { check: { type: String, required: true }, watermark: Date, position: Schema.Types.Mixed },
  { timestamps: true },
);

schema.index({ check: 1 }, { unique: true });

export const CheckCursor = defineModel<CheckCursorDoc>('CheckCursor', 'checkcursors', schema);
