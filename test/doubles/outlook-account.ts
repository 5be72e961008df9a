import { Types } from 'mongoose';
import { graphProvider } from '../../shared/mail/graph/graph-provider.ts';
import type { Mailbox } from '../../shared/mail/mail-provider.ts';
import { Account, type AccountDoc } from '../../shared/models/account.ts';
import { sealCredentials } from '../../shared/platform/crypto.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { startGraph, type GraphDouble, type GraphOptions } from './graph.ts';
import type { GraphMailbox } from './graph-mailbox.ts';
import { startMicrosoftLogin, type MicrosoftLogin } from './microsoft-login.ts';
import { testContext, type TestContext, type TestContextOptions } from './run-context.ts';

export const credentialsKey = Buffer.alloc(32, 7).toString('base64');

export interface OutlookWorld {
  readonly login: MicrosoftLogin;
  readonly graph: GraphDouble;
  readonly proxy: FaultProxy;
  readonly outlook: GraphMailbox;
  readonly account: AccountDoc;
  readonly environment: Record<string, string>;
  context(options?: TestContextOptions): TestContext;
  open(context?: TestContext): Promise<Mailbox>;
  stored(): Promise<AccountDoc>;
}

export interface OutlookWorldOptions extends GraphOptions {
  readonly email?: string;
  readonly locationId?: Types.ObjectId;
}

export async function outlookWorld(
  t: { teardown(undo: () => Promise<void>): void },
  options: OutlookWorldOptions = {},
): Promise<OutlookWorld> {
  const email = options.email ?? `agent-${new Types.ObjectId()}@agency.test`;
  const login = await startMicrosoftLogin([email]);
  let publicUrl: string | undefined;
  const graph = await startGraph({ verify: login.userOf, publicUrl: () => publicUrl, ...options });
  const proxy = await startFaultProxy({ target: graph.url });
  publicUrl = proxy.url;
  t.teardown(async () => {
    await proxy.close();
    await graph.close();
    await login.close();
  });
  const environment = {
    CREDENTIALS_KEY: credentialsKey,
    MICROSOFT_CLIENT_ID: 'estio-client',
    MICROSOFT_LOGIN_URL: login.url,
    MICROSOFT_GRAPH_URL: proxy.url,
    MAIL_REQUEST_TIMEOUT: '2m',
  };
  const _id = new Types.ObjectId();
  const credentials = sealCredentials(await login.issue(email), String(_id), {
    credentialsKey,
    credentialsKeyPrevious: undefined,
  });
  await Account.create({
    _id,
    locationId: options.locationId ?? new Types.ObjectId(),
    provider: 'outlook',
    email,
    credentials,
    credentialsVersion: 1,
  });
  const stored = () => Account.findById(_id).lean<AccountDoc>().orFail().exec();
  const context = (overrides: TestContextOptions = {}) =>
    testContext({ ...overrides, environment: { ...environment, ...overrides.environment } });
  return {
    login,
    graph,
    proxy,
    outlook: graph.mailbox(email),
    account: await stored(),
    environment,
    context,
    stored,
    open: async (given = context()) => graphProvider().open(await stored(), given),
  };
}
