import { gmailProvider } from '../../../shared/mail/gmail/gmail-provider.ts';
import { startGmail } from '../gmail.ts';
import { rawMail, type MailboxDouble } from './mailbox-double.ts';

export async function startGmailMailbox(email = 'agent@agency.example'): Promise<MailboxDouble> {
  const gmail = await startGmail(email);
  return {
    email,
    environment: gmail.environment,
    proxy: gmail.proxy,
    mailRequests: /^GET \/gmail\/v1\/users\/me\/(messages|history|profile)/,
    provider: gmailProvider,
    connect: gmail.connect,
    deliver: (mail, { sent }) => gmail.deliver(rawMail(mail), sent ? ['SENT'] : ['INBOX', 'UNREAD'], mail.sentAt),
    setRead: (id, isRead) => gmail.modify(id, isRead ? { remove: ['UNREAD'] } : { add: ['UNREAD'] }),
    archive: (id) => gmail.modify(id, { remove: ['INBOX'] }),
    trash: gmail.trash,
    restore: gmail.untrash,
    remove: gmail.remove,
    forgetCursors: gmail.expireHistory,
    close: gmail.close,
  };
}
