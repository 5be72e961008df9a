import { Schema, Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** Part of a transfer that comes only once. */
export interface FeedTransferDoc {
  _id: Types.ObjectId;
  feedId: Types.ObjectId;
  locationId: Types.ObjectId;
  /** Ascending by transfer. */
  transferId: Types.ObjectId;
  index: number;
  url: string;
  charset: string;
  /** A few MB at most. */
  bytes: Buffer;
  createdAt: Date;
  /** Unreadable; kept for inspection. */
  setAsideAt?: Date;
}

const schema = new Schema<FeedTransferDoc>({
  feedId: { type: Schema.Types.ObjectId, ref: 'PropertyFeed', required: true },
  locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
  transferId: { type: Schema.Types.ObjectId, required: true },
  index: { type: Number, required: true },
  url: { type: String, required: true },
  charset: { type: String, required: true },
  bytes: { type: Buffer, required: true },
  createdAt: { type: Date, required: true },
  setAsideAt: Date,
});

schema.index({ feedId: 1, transferId: 1, index: 1 });

export const FeedTransfer = defineModel<FeedTransferDoc>('FeedTransfer', 'feedtransfers', schema);

export type WaitingTransfer = Pick<FeedTransferDoc, 'feedId' | 'locationId' | 'transferId' | 'url' | 'charset'>;

/** Oldest first. */
export function findWaitingTransfers(feedId: Types.ObjectId, locationId: Types.ObjectId): Promise<WaitingTransfer[]> {
  return FeedTransfer.find(
    { feedId, locationId, index: 0, setAsideAt: null },
    { feedId: 1, locationId: 1, transferId: 1, url: 1, charset: 1 },
  )
    .sort({ transferId: 1 })
    .lean<WaitingTransfer[]>();
}

export async function keepPiece(transfer: WaitingTransfer, index: number, bytes: Buffer, now: Date): Promise<void> {
  await FeedTransfer.create({ ...transfer, index, bytes, createdAt: now });
}

export async function* readPieces({ feedId, locationId, transferId }: WaitingTransfer): AsyncGenerator<Buffer> {
  const pieces = FeedTransfer.collection.find<{ bytes: { buffer: Uint8Array } }>(
    { feedId, locationId, transferId },
    { projection: { bytes: 1 }, sort: { index: 1 }, batchSize: 4 },
  );
  for await (const { bytes } of pieces) yield Buffer.from(bytes.buffer);
}

export async function setTransferAside({ feedId, locationId, transferId }: WaitingTransfer, now: Date): Promise<void> {
  await FeedTransfer.updateMany({ feedId, locationId, transferId }, { $set: { setAsideAt: now } });
}

export async function dropTransfer({ feedId, locationId, transferId }: WaitingTransfer): Promise<void> {
  await FeedTransfer.deleteMany({ feedId, locationId, transferId });
}

export async function dropTransfers(feedId: Types.ObjectId): Promise<void> {
  await FeedTransfer.deleteMany({ feedId });
}

export async function moveTransfers(feedId: Types.ObjectId, locationId: Types.ObjectId): Promise<void> {
  await FeedTransfer.updateMany({ feedId, locationId: { $ne: locationId } }, { $set: { locationId } });
}
