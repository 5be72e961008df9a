import { Types } from 'mongoose';
import { Account, type MailProviderName } from '../../shared/models/account.ts';
import { Contact } from '../../shared/models/contact.ts';
import { day, hour } from '../../shared/platform/clock.ts';
import { sealCredentials } from '../../shared/platform/crypto.ts';
import { demoContacts, demoMailbox } from '../doubles/demo-mailbox.ts';
import { startGmail } from '../doubles/gmail.ts';
import type { GraphMailbox } from '../doubles/graph-mailbox.ts';
import { startGraph } from '../doubles/graph.ts';
import { startMicrosoftLogin } from '../doubles/microsoft-login.ts';
import { credentialsKey } from '../doubles/outlook-account.ts';
import { startOutlookWeb } from '../doubles/outlook-web/server.ts';

export interface OutsideWorld {
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startOutsideWorld(locationId: Types.ObjectId, now: Date): Promise<OutsideWorld> {
  await Contact.insertMany(demoContacts.map(({ name, email }) => ({ locationId, name, email, emails: [email] })));

  const gmail = await startGmail('eleni@aphrodite.example');
  await gmail.connect({ locationId });
  for (const { raw, labelIds, receivedAt } of demoMailbox(gmail.email, now))
    await gmail.deliver(raw, labelIds, receivedAt);

  const office = 'office@aphrodite.example';
  const login = await startMicrosoftLogin([office]);
  const graph = await startGraph({ verify: login.userOf });
  await connect(locationId, 'outlook', office, await login.issue(office));
  fill(graph.mailbox(office), office, now, 'Viewing on Saturday');

  const lettings = 'lettings@aphrodite.example';
  const web = await startOutlookWeb();
  fill(web.mailbox(lettings), lettings, now, 'The flat in Chloraka');
  await connect(locationId, 'outlook-web', lettings, { cookies: web.signIn(lettings) });

  return {
    environment: {
      ...(gmail.environment as Record<string, string>),
      CREDENTIALS_KEY: credentialsKey,
      MICROSOFT_CLIENT_ID: 'estio-client',
      MICROSOFT_LOGIN_URL: login.url,
      MICROSOFT_GRAPH_URL: graph.url,
      OUTLOOK_WEB_URL: web.url,
    },
    async close() {
      await web.close();
      await graph.close();
      await login.close();
      await gmail.close();
    },
  };
}

async function connect(
  locationId: Types.ObjectId,
  provider: MailProviderName,
  email: string,
  credentials: unknown,
): Promise<void> {
  const _id = new Types.ObjectId();
  const sealed = sealCredentials(credentials, String(_id), { credentialsKey, credentialsKeyPrevious: undefined });
  await Account.create({ _id, locationId, provider, email, credentials: sealed, credentialsVersion: 1 });
}

function fill(mailbox: GraphMailbox, own: string, now: Date, subject: string): void {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  for (const [index, { name, email }] of demoContacts.slice(0, 2).entries()) {
    const conversationId = `${own}-${index}`;
    const them = { name, address: email };
    const asked = {
      from: them,
      to: [own],
      subject,
      text: `Good morning,\n\nis this still possible?\n\n${name}`,
      conversationId,
    };
    mailbox.deliver({ ...asked, receivedAt: ago((2 + index) * day) });
    const answered = {
      from: own,
      to: [them],
      subject: `Re: ${subject}`,
      text: "Yes, it is. Shall we say ten o'clock?",
      conversationId,
    };
    mailbox.deliver({ ...answered, folder: 'sentitems', isRead: true, receivedAt: ago((2 + index) * day - hour) });
  }
  mailbox.deliver({
    from: { name: 'Portal news', address: 'news@portal.example' },
    to: [own],
    subject: 'This week',
    html: '<p>News</p>',
    receivedAt: ago(hour),
  });
}
