/**
 * What a feed sends once is kept before anything of it is read: a run that is killed, or stopped, loses none of it, and
 * the next one reads it first. Reading twice does no harm.
 */

import { Types } from 'mongoose';
import { keepPiece, readPieces, type WaitingTransfer } from '../models/feed-transfer.ts';

const pieceBytes = 4 * 1024 * 1024;

/** Names a transfer that begins now. */
export function newTransfer(feed: { readonly _id: Types.ObjectId; readonly locationId: Types.ObjectId }, url: string, charset: string): WaitingTransfer {
  return { feedId: feed._id, locationId: feed.locationId, transferId: new Types.ObjectId(), url, charset };
}

/**
 * The bytes of a transfer, once all of them are kept. What has come of a download that fails is kept and given all the
 * same, then its error is thrown: it is not sent again.
 */
export async function* keepFirst(bytes: AsyncIterable<Buffer>, transfer: WaitingTransfer, now: () => Date): AsyncGenerator<Buffer> {
  let pieces = 0;
  let waiting: Buffer[] = [];
  let length = 0;
  const keep = async (): Promise<void> => {
    if (length === 0) return;
    await keepPiece(transfer, pieces, Buffer.concat(waiting), now());
    pieces += 1;
    waiting = [];
    length = 0;
  };
  let failure: { readonly error: unknown } | undefined;
  const source = bytes[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value, done } = await source.next().catch((error: unknown) => {
        failure = { error };
        return { value: undefined, done: true } as const;
      });
      if (done || value === undefined) break;
      waiting.push(value);
      length += value.length;
      if (length >= pieceBytes) await keep();
    }
    await keep();
    yield* readPieces(transfer);
    if (failure) throw failure.error;
  } finally {
    await source.return?.();
  }
}
