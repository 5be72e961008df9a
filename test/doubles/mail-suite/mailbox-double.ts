import type { AccountDoc } from '../../../shared/models/account.ts';
import type { MailProvider } from '../../../shared/mail/mail-provider.ts';
import type { Environment } from '../../../shared/platform/config.ts';
import type { FaultProxy } from '../fault-proxy.ts';

export interface PlainMail {
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly sentAt: Date;
}

export interface HeldMail {
  readonly mail: PlainMail;
  readonly isRead: boolean;
  readonly isHidden: boolean;
}

export interface MailboxDouble {
  readonly email: string;
  readonly environment: Environment;
  readonly proxy: FaultProxy;
  /** Requests that read mail, for faults: `GET /path`. */
  readonly mailRequests: RegExp;
  readonly provider: () => MailProvider;
  readonly connect: (account?: Partial<AccountDoc>) => Promise<AccountDoc>;
  readonly deliver: (mail: PlainMail, options: { readonly sent: boolean }) => Promise<string>;
  readonly setRead: (id: string, isRead: boolean) => Promise<void>;
  readonly archive: (id: string) => Promise<void>;
  readonly trash: (id: string) => Promise<void>;
  readonly restore: (id: string) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  readonly forgetCursors: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function rawMail(mail: PlainMail): string {
  return [
    `From: ${mail.from}`,
    `To: ${mail.to.join(', ')}`,
    ...(mail.cc && mail.cc.length > 0 ? [`Cc: ${mail.cc.join(', ')}`] : []),
    `Subject: ${mail.subject}`,
    `Message-ID: <${mail.messageId}>`,
    `Date: ${mail.sentAt.toUTCString()}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    mail.text,
    '',
  ].join('\r\n');
}
