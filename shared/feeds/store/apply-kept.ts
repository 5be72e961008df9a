import { findWaitingTransfers, setTransferAside, type WaitingTransfer } from '../../models/feed-transfer.ts';
import { EstioError } from '../../platform/errors.ts';
import { isUnreadable } from '../fetch/sent-once.ts';
import type { FeedFormat } from '../formats/feed-format.ts';
import type { FeedRun } from '../read/feed-run.ts';
import { FeedReading } from '../read/read-feed.ts';
import { applyDelta } from './apply-delta.ts';

/**
 * Applies first what earlier runs kept.
 * @returns the kept format; `undefined`: nothing was kept
 */
export async function applyKept(run: FeedRun): Promise<FeedFormat | undefined> {
  const { feed } = run;
  let format: FeedFormat | undefined;
  for (const transfer of await findWaitingTransfers(feed._id, feed.locationId)) {
    await using reading = new FeedReading(run, { trustsValidators: false, streamsFirst: false }, format);
    try {
      await applyTransfer(transfer, reading, run);
    } finally {
      format = reading.format ?? format;
    }
  }
  return format;
}

async function applyTransfer(transfer: WaitingTransfer, reading: FeedReading, run: FeedRun): Promise<void> {
  const { report, writer, context } = run;
  try {
    const content = await reading.readKept(transfer);
    await applyDelta(content, run);
    const { message } = (content.ended?.error as Error | undefined) ?? {};
    if (message)
      report.problem({ code: 'truncated', message: `An earlier transfer of the feed was cut off: ${message}` });
  } catch (error) {
    if (!(error instanceof EstioError) || !isUnreadable(error)) throw error;
    const name = `feedtransfers, ${transfer.transferId.toHexString()}`;
    const message = `An earlier transfer of the feed cannot be read and was set aside (${name}): ${error.message}`;
    report.problem({ code: error.code, message });
    await writer.perform(() => setTransferAside(transfer, context.clock.now()));
  }
}
