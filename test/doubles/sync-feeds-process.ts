/**
 * A process that syncs one feed and may be killed at any moment: `node sync-feeds-process.ts <uri> <feedId> <time>`.
 * Says `step` at each.
 */

import { connectDatabase, disconnectDatabase } from '../../shared/platform/database.ts';
import { syncFeeds } from '../../shared/feeds/sync-feeds.ts';
import { testClock, testContext } from './run-context.ts';

const [uri, feedId, time] = process.argv.slice(2) as [string, string, string];
await connectDatabase({ uri, autoIndex: false });
const step = () => void process.stdout.write('step\n');
const context = testContext({
  clock: testClock(time),
  environment: { FEED_ALLOW_PRIVATE: '1' },
  parameters: { feedId },
  onProgress: step,
  assertHeld: async () => step(),
});
await syncFeeds(context);
await disconnectDatabase();
process.stdout.write(`${JSON.stringify(context.report())}\n`);
