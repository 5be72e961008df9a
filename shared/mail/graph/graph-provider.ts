import type { MailProvider } from '../mail-provider.ts';
import { createAccessToken } from './access-token.ts';
import { Folders } from './folders.ts';
import { createGraphClient } from './graph-client.ts';
import { GraphMailbox } from './graph-mailbox.ts';
import { MailboxGate } from './mailbox-gate.ts';
import { renewSubscription } from './subscription.ts';
import { syncContacts } from './sync-contacts.ts';

export function graphProvider(): MailProvider {
  const gates = new Map<string, MailboxGate>();
  return {
    name: 'outlook',
    async open(account, context) {
      const key = account.email.toLowerCase();
      const gate = gates.get(key) ?? new MailboxGate();
      gates.set(key, gate);
      const graph = createGraphClient(createAccessToken(account, context), context, gate);
      const folders = new Folders(account, graph, context);
      return new GraphMailbox({
        graph,
        folders,
        context,
        syncExtras: () => syncContacts(account, graph, context),
        renewWatch: () => renewSubscription(account, graph, context),
      });
    },
  };
}
