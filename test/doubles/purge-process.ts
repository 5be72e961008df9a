/** `<uri> <locationId>`: purges; may be killed. */

import { flushCompileCache } from 'node:module';
import { connectDatabase, disconnectDatabase } from '../../shared/platform/database.ts';
import { purgeTrash } from '../../shared/trash/purge.ts';
import { at, testContext } from './run-context.ts';

const [uri, locationId] = process.argv.slice(2) as [string, string];
flushCompileCache();
await connectDatabase({ uri, autoIndex: false });
const context = testContext({
  parameters: { locationId },
  databaseNow: at('2026-11-23T09:00:00Z'),
  assertHeld: async () => void process.stdout.write('batch\n'),
});
await purgeTrash(context);
await disconnectDatabase();
process.stdout.write(`${JSON.stringify(context.report())}\n`);
