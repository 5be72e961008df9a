/** What a feed sends once is kept until it is read: what earlier runs have kept and not read to its end comes first. */

import { findWaitingTransfers, setTransferAside } from '../../models/feed-transfer.ts';
import { EstioError } from '../../platform/errors.ts';
import { isUnreadable } from '../fetch/sent-once.ts';
import type { FeedFormat } from '../formats/feed-format.ts';
import type { FeedRun } from './feed-run.ts';
import { FeedReading } from './read-feed.ts';

/** @returns the format that it was in; `undefined`: nothing was kept */
export async function readKept(run: FeedRun): Promise<FeedFormat | undefined> {
  const { feed, report, writer, context } = run;
  let format: FeedFormat | undefined;
  for (const transfer of await findWaitingTransfers(feed._id, feed.locationId)) {
    await using reading = new FeedReading(
      run,
      { trustsValidators: false, streamsFirst: false, decided: () => undefined },
      format,
    );
    try {
      await reading.readKept(transfer);
    } catch (error) {
      if (error instanceof EstioError && error.code === 'truncated') {
        // Its download was cut as well, and it will not be sent again.
        report.problem({ code: 'truncated', message: `What the feed sent before was cut: ${error.message}` });
      } else if (isUnreadable(error)) {
        const name = `feedtransfers, ${transfer.transferId.toHexString()}`;
        const message = `What the feed sent before cannot be read and is set aside (${name}): ${error.message}`;
        report.problem({ code: error.code, message });
        await writer.perform(() => setTransferAside(transfer, context.clock.now()));
      } else throw error;
    } finally {
      format = reading.format ?? format;
    }
  }
  return format;
}
