import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createOutlookWebProvider,
  type OutlookWebProvider,
} from '../../../shared/mail/outlook-web/outlook-web-provider.ts';
import { Account } from '../../../shared/models/account.ts';
import { sealCredentials } from '../../../shared/platform/crypto.ts';
import { startFaultProxy } from '../fault-proxy.ts';
import { connectedAccount } from '../mail.ts';
import { credentialsKey } from '../outlook-account.ts';
import { startOutlookWeb } from '../outlook-web/server.ts';
import { testContext } from '../run-context.ts';
import type { MailboxDouble } from './mailbox-double.ts';
import { userOf } from './outlook-mailbox.ts';

export async function startOutlookWebMailbox(email = 'agent@agency.example'): Promise<MailboxDouble> {
  const web = await startOutlookWeb();
  const proxy = await startFaultProxy({ target: web.url });
  const dataDir = await mkdtemp(join(tmpdir(), 'estio-web-'));
  const environment = {
    CREDENTIALS_KEY: credentialsKey,
    OUTLOOK_WEB_URL: proxy.url,
    CHROMIUM_NO_SANDBOX: '1',
    MAIL_REQUEST_TIMEOUT: '6s',
    DATA_DIR: dataDir,
  };
  const outlook = web.mailbox(email);
  // One browser for a whole play.
  const context = testContext({ environment });
  const provider: OutlookWebProvider = createOutlookWebProvider(context);
  return {
    email,
    environment,
    proxy,
    mailRequests: /^(GET \/mail|POST \/owa\/0\/service)/,
    provider: () => provider,
    async connect(fields = {}) {
      const account = await connectedAccount({ ...fields, provider: 'outlook-web', email });
      const credentials = sealCredentials({ cookies: web.signIn(email) }, String(account._id), {
        credentialsKey,
        credentialsKeyPrevious: undefined,
      });
      await Account.updateOne({ _id: account._id }, { $set: { credentials, credentialsVersion: 1 } });
      return { ...account, credentials, credentialsVersion: 1 };
    },
    ...userOf(outlook),
    // There are none: the provider compares with what it remembers.
    forgetCursors: () => Promise.resolve(),
    async close() {
      await provider.close();
      await proxy.close();
      await web.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
