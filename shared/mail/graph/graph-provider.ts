/** Mailboxes connected with Microsoft's OAuth. */

import type { MailProvider } from '../mail-provider.ts';
import { createAccessToken } from './access-token.ts';
import { createFolders } from './folders.ts';
import { createGraphClient } from './graph-client.ts';
import { createGraphMailbox } from './graph-mailbox.ts';
import { syncContacts } from './sync-contacts.ts';

export const graphProvider: MailProvider = {
  name: 'outlook',
  async open(account, context) {
    const graph = createGraphClient(createAccessToken(account, context), context);
    const folders = createFolders(graph, context.config.outlookFolders, context.log);
    return createGraphMailbox({ graph, folders, context, syncExtras: () => syncContacts(account, graph, context) });
  },
};
