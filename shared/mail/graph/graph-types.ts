/** Any field may be absent. */

export interface GraphRecipient {
  readonly emailAddress?: { readonly name?: string; readonly address?: string };
}

export interface GraphAttachment {
  readonly id?: string;
  readonly name?: string | null;
  readonly contentType?: string | null;
  readonly size?: number;
  readonly isInline?: boolean;
}

export interface GraphMessage {
  readonly id: string;
  readonly '@removed'?: { readonly reason?: string };
  readonly parentFolderId?: string;
  readonly conversationId?: string;
  readonly internetMessageId?: string;
  readonly subject?: string | null;
  readonly from?: GraphRecipient | null;
  readonly sender?: GraphRecipient | null;
  readonly toRecipients?: readonly GraphRecipient[];
  readonly ccRecipients?: readonly GraphRecipient[];
  readonly bccRecipients?: readonly GraphRecipient[];
  readonly replyTo?: readonly GraphRecipient[];
  readonly body?: { readonly contentType?: string; readonly content?: string } | null;
  readonly internetMessageHeaders?: readonly { readonly name?: string; readonly value?: string }[] | null;
  readonly hasAttachments?: boolean;
  readonly attachments?: readonly GraphAttachment[];
  readonly receivedDateTime?: string;
  readonly sentDateTime?: string;
  readonly isRead?: boolean;
  readonly isDraft?: boolean;
}

export interface GraphFolder {
  readonly id: string;
  readonly '@odata.type'?: string;
  readonly displayName?: string;
  readonly parentFolderId?: string;
  readonly childFolderCount?: number;
  readonly totalItemCount?: number;
  readonly unreadItemCount?: number;
  readonly isHidden?: boolean;
}

export interface GraphContact {
  readonly id: string;
  readonly '@removed'?: { readonly reason?: string };
  readonly displayName?: string | null;
  readonly givenName?: string | null;
  readonly surname?: string | null;
  readonly emailAddresses?: readonly ({ readonly address?: string | null } | null)[];
  readonly mobilePhone?: string | null;
  readonly businessPhones?: readonly string[];
  readonly homePhones?: readonly string[];
}

export interface GraphPage<T> {
  readonly value?: readonly T[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}
