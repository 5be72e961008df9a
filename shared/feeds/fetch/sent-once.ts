/** A feed that sends once is stored before it is read, so that the run after a kill can read it. */

import { Types } from 'mongoose';
import { keepPiece, readPieces, type WaitingTransfer } from '../../models/feed-transfer.ts';
import { EstioError } from '../../platform/errors.ts';

const pieceBytes = 4 * 1024 * 1024;

/** Correcting the feed's record can fix these, so transfers wait. */
const mendable: readonly string[] = [
  'format-changed',
  'ids-moved',
  'mode-changed',
  'removals-held',
  'unknown-format',
  'needs-mapping',
  'missing-mapping',
  'invalid-mapping',
  'feed-too-large',
];

export function isUnreadable(error: unknown): error is EstioError {
  return error instanceof EstioError && !error.retryable && !mendable.includes(error.code);
}

export function newTransfer(
  feed: { readonly _id: Types.ObjectId; readonly locationId: Types.ObjectId },
  url: string,
  charset: string,
): WaitingTransfer {
  return { feedId: feed._id, locationId: feed.locationId, transferId: new Types.ObjectId(), url, charset };
}

/** The part of a failed download is stored and passed on before the error: it is not sent again. */
export async function* keepFirst(
  bytes: AsyncIterable<Buffer>,
  transfer: WaitingTransfer,
  now: () => Date,
): AsyncGenerator<Buffer> {
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
