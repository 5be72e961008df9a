/** `<uri> <feedId> <time> <write>`: syncs and dies before that write (from 1). The last line says which. */

import { flushCompileCache } from 'node:module';
import { connectDatabase, disconnectDatabase } from '../../shared/platform/database.ts';
import { syncFeeds } from '../../shared/feeds/sync-feeds.ts';
import { testClock, testContext } from './run-context.ts';

flushCompileCache();
const [uri, feedId, time, write] = process.argv.slice(2) as [string, string, string, string];
await connectDatabase({ uri, autoIndex: false });
let writes = 0;
const context = testContext({
  clock: testClock(time),
  environment: { FEED_ALLOW_PRIVATE: '1' },
  parameters: { feedId },
  async assertHeld() {
    writes += 1;
    if (writes === Number(write)) process.kill(process.pid, 'SIGKILL');
  },
});
await syncFeeds(context);
await disconnectDatabase();
process.stdout.write(`${writes} writes\n`);
