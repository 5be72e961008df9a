import { graphProvider } from '../../../shared/mail/graph/graph-provider.ts';
import { sealCredentials } from '../../../shared/platform/crypto.ts';
import { Account } from '../../../shared/models/account.ts';
import { connectedAccount } from '../mail.ts';
import { startFaultProxy, type FaultProxy } from '../fault-proxy.ts';
import { startGraph } from '../graph.ts';
import type { GraphMailbox } from '../graph-mailbox.ts';
import { startMicrosoftLogin } from '../microsoft-login.ts';
import { credentialsKey } from '../outlook-account.ts';
import type { MailboxDouble } from './mailbox-double.ts';

/** With Graph's oddities, unless `plain`. */
export async function startOutlookMailbox(
  email = 'agent@agency.example',
  options: { readonly plain?: boolean } = {},
): Promise<MailboxDouble> {
  const login = await startMicrosoftLogin([email]);
  let proxy: FaultProxy | undefined;
  const graph = await startGraph({ verify: login.userOf, publicUrl: () => proxy?.url });
  if (!options.plain) Object.assign(graph.quirks, { emptyPages: true, repeatItems: true });
  proxy = await startFaultProxy({ target: graph.url });
  const outlook = graph.mailbox(email);
  return {
    email,
    environment: {
      CREDENTIALS_KEY: credentialsKey,
      MICROSOFT_CLIENT_ID: 'estio-client',
      MICROSOFT_LOGIN_URL: login.url,
      MICROSOFT_GRAPH_URL: proxy.url,
      MAIL_REQUEST_TIMEOUT: '2m',
    },
    proxy,
    mailRequests: /^GET \/v1\.0\/me\/(messages|mailFolders)/,
    provider: () => graphProvider(),
    async connect(fields = {}) {
      const account = await connectedAccount({ ...fields, provider: 'outlook', email });
      const credentials = sealCredentials(await login.issue(email), String(account._id), {
        credentialsKey,
        credentialsKeyPrevious: undefined,
      });
      await Account.updateOne({ _id: account._id }, { $set: { credentials, credentialsVersion: 1 } });
      return { ...account, credentials, credentialsVersion: 1 };
    },
    ...userOf(outlook),
    async forgetCursors() {
      outlook.expireTokens();
    },
    async close() {
      await proxy?.close();
      await graph.close();
      await login.close();
    },
  };
}

export function userOf(
  outlook: GraphMailbox,
): Pick<MailboxDouble, 'deliver' | 'setRead' | 'archive' | 'trash' | 'restore' | 'remove'> {
  const trashedFrom = new Map<string, string>();
  return {
    async deliver(mail, { sent }) {
      return outlook.deliver({
        folder: sent ? 'sentitems' : 'inbox',
        from: mail.from,
        to: mail.to,
        cc: mail.cc ?? [],
        subject: mail.subject,
        text: mail.text,
        receivedAt: mail.sentAt,
        internetMessageId: `<${mail.messageId}>`,
        conversationId: mail.messageId,
        isRead: sent,
      });
    },
    async setRead(id, isRead) {
      outlook.read(id, isRead);
    },
    async archive(id) {
      if (outlook.folderOf(id) === 'inbox') outlook.move(id, 'archive');
    },
    async trash(id) {
      trashedFrom.set(id, outlook.folderOf(id) ?? 'inbox');
      outlook.move(id, 'deleteditems');
    },
    async restore(id) {
      outlook.move(id, trashedFrom.get(id) ?? 'inbox');
    },
    async remove(id) {
      outlook.remove(id);
    },
  };
}
