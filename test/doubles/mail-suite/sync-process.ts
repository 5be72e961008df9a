/** `<provider> <accountId>`: syncs on a signal; may be killed. */

import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { readConfig } from '../../../shared/platform/config.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { connectDatabase, disconnectDatabase } from '../../../shared/platform/database.ts';
import type { MailProvider } from '../../../shared/mail/mail-provider.ts';
import { syncAccounts } from '../../../shared/mail/sync/sync-accounts.ts';
import { testContext, type TestClock, type TestContext } from '../run-context.ts';

const providers: Readonly<
  Record<string, (context: TestContext) => Promise<MailProvider & { close?(): Promise<void> }>>
> = {
  gmail: async () => (await import('../../../shared/mail/gmail/gmail-provider.ts')).gmailProvider(),
  outlook: async () => (await import('../../../shared/mail/graph/graph-provider.ts')).graphProvider(),
  'outlook-web': async (context) =>
    (await import('../../../shared/mail/outlook-web/outlook-web-provider.ts')).createOutlookWebProvider(context),
};

const [name, accountId] = process.argv.slice(2) as [string, string];
const config = readConfig();
const context = testContext({ config, clock: systemClock as TestClock, parameters: { accountId } });
const provider = await (providers[name] as (typeof providers)[string])(context);
flushCompileCache();
await once(process.stdin, 'data');
process.stdin.destroy();
await connectDatabase({ uri: config.mongodbUri as string, autoIndex: false });
await syncAccounts(context, { providers: [provider] });
await provider.close?.();
await disconnectDatabase();
process.stdout.write(`${JSON.stringify(context.report())}\n`);
