import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Types } from 'mongoose';
import {
  createOutlookWebProvider,
  type OutlookWebProvider,
} from '../../shared/mail/outlook-web/outlook-web-provider.ts';
import type { Mailbox } from '../../shared/mail/mail-provider.ts';
import { Account, type AccountDoc } from '../../shared/models/account.ts';
import { sealCredentials } from '../../shared/platform/crypto.ts';
import type { GraphMailbox } from './graph-mailbox.ts';
import { credentialsKey } from './outlook-account.ts';
import { startOutlookWeb, type OutlookWebDouble } from './outlook-web/server.ts';
import { testContext, type TestContext, type TestContextOptions } from './run-context.ts';

export interface OutlookWebWorld {
  readonly web: OutlookWebDouble;
  readonly outlook: GraphMailbox;
  readonly account: AccountDoc;
  readonly dataDir: string;
  readonly environment: Record<string, string>;
  context(options?: TestContextOptions): TestContext;
  open(context?: TestContext): Promise<Mailbox>;
  stored(): Promise<AccountDoc>;
}

export async function outlookWebWorld(
  t: { teardown(undo: () => Promise<void>): void },
  options: { email?: string; locationId?: Types.ObjectId; provider?: OutlookWebProvider } = {},
): Promise<OutlookWebWorld> {
  const email = options.email ?? `agent-${new Types.ObjectId()}@agency.test`;
  const web = await startOutlookWeb();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'estio-cron-test-'));
  const opened: { close?(): Promise<void> }[] = [];
  t.teardown(async () => {
    // A mailbox that a failed test left open holds the browser.
    for (const one of opened.reverse()) await one.close?.();
    await web.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const environment = {
    CREDENTIALS_KEY: credentialsKey,
    OUTLOOK_WEB_URL: web.url,
    CHROMIUM_NO_SANDBOX: '1',
    DATA_DIR: dataDir,
    MAIL_REQUEST_TIMEOUT: '6s',
  };
  const outlook = web.mailbox(email);
  const _id = new Types.ObjectId();
  const credentials = sealCredentials({ cookies: web.signIn(email) }, String(_id), {
    credentialsKey,
    credentialsKeyPrevious: undefined,
  });
  await Account.create({
    _id,
    locationId: options.locationId ?? new Types.ObjectId(),
    provider: 'outlook-web',
    email,
    credentials,
    credentialsVersion: 1,
  });
  const stored = () => Account.findById(_id).lean<AccountDoc>().orFail().exec();
  const context = (overrides: TestContextOptions = {}) =>
    testContext({ ...overrides, environment: { ...environment, ...overrides.environment } });
  return {
    web,
    outlook,
    dataDir,
    environment,
    account: await stored(),
    stored,
    context,
    async open(given = context()) {
      const provider = options.provider ?? createOutlookWebProvider(given);
      if (!options.provider) opened.push(provider);
      const mailbox = await provider.open(await stored(), given);
      opened.push(mailbox);
      return mailbox;
    },
  };
}
