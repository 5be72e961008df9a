/** Every change has a number, from which delta rounds are answered. */

import { createHash } from 'node:crypto';

export interface GraphAddress {
  readonly name?: string;
  readonly address?: string;
}

interface FolderState {
  id: string;
  wellKnownName?: string;
  displayName: string;
  parentFolderId: string;
  isHidden?: boolean;
}

export interface MessageState {
  id: string;
  folderId: string;
  conversationId: string;
  internetMessageId?: string;
  subject: string;
  from?: GraphAddress;
  sender?: GraphAddress;
  to: GraphAddress[];
  cc: GraphAddress[];
  bcc: GraphAddress[];
  replyTo: GraphAddress[];
  body: { contentType: 'html' | 'text'; content: string };
  headers: { name: string; value: string }[];
  attachments: { id: string; name: string; contentType: string; size: number; isInline: boolean }[];
  receivedAt: string;
  sentAt: string;
  isRead: boolean;
  isDraft: boolean;
  version: number;
}

interface ContactState {
  id: string;
  version: number;
  [field: string]: unknown;
}

interface LogEntry {
  seq: number;
  scope: string;
  id: string;
  kind: 'changed' | 'flags' | 'left';
}

export interface MailboxState {
  email: string;
  displayName: string;
  primary?: string;
  aliases: string[];
  folders: FolderState[];
  messages: Record<string, MessageState>;
  contacts: Record<string, ContactState>;
  log: LogEntry[];
  /** Raised when delta tokens are forgotten. */
  generation: number;
  ids: number;
}

export interface Delivery {
  readonly folder?: string;
  readonly from?: GraphAddress | string;
  readonly to?: readonly (GraphAddress | string)[];
  readonly cc?: readonly (GraphAddress | string)[];
  readonly bcc?: readonly (GraphAddress | string)[];
  readonly replyTo?: readonly (GraphAddress | string)[];
  readonly subject?: string;
  readonly html?: string;
  readonly text?: string;
  readonly receivedAt?: Date | string;
  readonly sentAt?: Date | string;
  readonly internetMessageId?: string | null;
  readonly conversationId?: string;
  readonly isRead?: boolean;
  readonly isDraft?: boolean;
  readonly headers?: readonly { name: string; value: string }[];
  readonly attachments?: readonly { name: string; contentType: string; size: number; isInline?: boolean }[];
}

const wellKnown: readonly [string, string][] = [
  ['inbox', 'Inbox'],
  ['sentitems', 'Sent Items'],
  ['archive', 'Archive'],
  ['drafts', 'Drafts'],
  ['deleteditems', 'Deleted Items'],
  ['junkemail', 'Junk Email'],
  ['outbox', 'Outbox'],
  ['conversationhistory', 'Conversation History'],
  ['syncissues', 'Sync Issues'],
];

export function emptyMailbox(email: string, displayName: string): MailboxState {
  return {
    email,
    displayName,
    aliases: [],
    folders: [
      {
        id: `${idOf(email, 'msgfolderroot')}`,
        wellKnownName: 'msgfolderroot',
        displayName: 'Top of Information Store',
        parentFolderId: '',
      },
      ...wellKnown.map(([name, label]) => ({
        id: idOf(email, name),
        wellKnownName: name,
        displayName: label,
        parentFolderId: idOf(email, 'msgfolderroot'),
      })),
    ],
    messages: {},
    contacts: {},
    log: [],
    generation: 1,
    ids: 0,
  };
}

function recipientsOf({ to, cc = [], bcc = [], replyTo = [] }: Delivery, owner: string) {
  return {
    to: (to ?? [owner]).map(toAddress),
    cc: cc.map(toAddress),
    bcc: bcc.map(toAddress),
    replyTo: replyTo.map(toAddress),
  };
}

function contentOf(id: string, { html, text = 'Hello', headers = [], attachments = [] }: Delivery) {
  return {
    body: html === undefined ? { contentType: 'text', content: text } : { contentType: 'html', content: html },
    headers: [...headers],
    attachments: attachments.map((attachment, index) => ({
      id: `${id}-att-${index}`,
      isInline: false,
      ...attachment,
    })),
  } satisfies Partial<MessageState>;
}

export class GraphMailbox {
  readonly state: MailboxState;

  constructor(state: MailboxState) {
    this.state = state;
  }

  /** Default: into the inbox. @returns the immutable id */
  deliver(delivery: Delivery = {}): string {
    const { state } = this;
    state.ids += 1;
    const id = `AAkALg${idOf(state.email, `message-${state.ids}`)}`;
    const receivedAt = new Date(delivery.receivedAt ?? '2026-11-20T08:00:00Z').toISOString();
    const from = delivery.from === undefined ? undefined : toAddress(delivery.from);
    state.messages[id] = {
      id,
      folderId: this.folderId(delivery.folder ?? 'inbox'),
      conversationId: delivery.conversationId ?? `conversation-${state.ids}`,
      ...(delivery.internetMessageId === null
        ? {}
        : { internetMessageId: delivery.internetMessageId ?? `<${state.ids}.${state.email}>` }),
      subject: delivery.subject ?? `Message ${state.ids}`,
      ...(from ? { from, sender: from } : {}),
      ...recipientsOf(delivery, state.email),
      ...contentOf(id, delivery),
      receivedAt,
      sentAt: new Date(delivery.sentAt ?? receivedAt).toISOString(),
      isRead: delivery.isRead ?? false,
      isDraft: delivery.isDraft ?? false,
      version: 0,
    };
    this.logMessage(id, 'changed');
    return id;
  }

  read(id: string, isRead = true): void {
    this.message(id).isRead = isRead;
    this.logMessage(id, 'flags');
  }

  edit(id: string, change: Partial<MessageState>): void {
    Object.assign(this.message(id), change);
    this.logMessage(id, 'changed');
  }

  move(id: string, folder: string): void {
    const message = this.message(id);
    this.append(message.folderId, id, 'left');
    message.folderId = this.folderId(folder);
    this.logMessage(id, 'changed');
  }

  /** For good; a user's Delete key moves to `deleteditems`. */
  remove(id: string): void {
    this.append(this.message(id).folderId, id, 'left');
    delete this.state.messages[id];
  }

  addFolder(name: string, parent = 'msgfolderroot'): string {
    const id = idOf(this.state.email, `folder-${name}`);
    this.state.folders.push({ id, displayName: name, parentFolderId: this.folderId(parent) });
    return id;
  }

  editFolder(name: string, change: { displayName?: string; parent?: string; isHidden?: boolean }): void {
    const id = this.folderId(name);
    const folder = this.state.folders.find((one) => one.id === id) as FolderState;
    if (change.displayName !== undefined) folder.displayName = change.displayName;
    if (change.isHidden !== undefined) folder.isHidden = change.isHidden;
    if (change.parent !== undefined) folder.parentFolderId = this.folderId(change.parent);
  }

  removeFolder(name: string): void {
    const id = this.folderId(name);
    this.state.folders = this.state.folders.filter((folder) => folder.id !== id);
    for (const message of Object.values(this.state.messages))
      if (message.folderId === id) delete this.state.messages[message.id];
  }

  saveContact(fields: Record<string, unknown>, id?: string): string {
    this.state.ids += 1;
    const key = id ?? `AAkALgC${idOf(this.state.email, `contact-${this.state.ids}`)}`;
    this.state.contacts[key] = {
      ...this.state.contacts[key],
      ...fields,
      id: key,
      version: this.append('contacts', key, 'changed'),
    };
    return key;
  }

  removeContact(id: string): void {
    delete this.state.contacts[id];
    this.append('contacts', id, 'left');
  }

  /** As Exchange does when it moves a mailbox. */
  expireTokens(): void {
    this.state.generation += 1;
  }

  folderId(nameOrId: string): string {
    const folder = this.state.folders.find((candidate) =>
      [candidate.id, candidate.wellKnownName, candidate.displayName].includes(nameOrId),
    );
    if (!folder) throw new Error(`The emulated mailbox has no folder ${nameOrId}`);
    return folder.id;
  }

  folderOf(id: string): string | undefined {
    const message = this.state.messages[id];
    const folder = this.state.folders.find((candidate) => candidate.id === message?.folderId);
    return folder?.wellKnownName ?? folder?.displayName;
  }

  message(id: string): MessageState {
    const message = this.state.messages[id];
    if (!message) throw new Error(`The emulated mailbox has no message ${id}`);
    return message;
  }

  private logMessage(id: string, kind: LogEntry['kind']): void {
    const message = this.message(id);
    message.version = this.append(message.folderId, id, kind);
  }

  private append(scope: string, id: string, kind: LogEntry['kind']): number {
    const seq = (this.state.log.at(-1)?.seq ?? 0) + 1;
    this.state.log.push({ seq, scope, id, kind });
    return seq;
  }
}

function toAddress(value: GraphAddress | string): GraphAddress {
  return typeof value === 'string' ? { address: value, name: value } : value;
}

function idOf(email: string, name: string): string {
  return `AQMk${createHash('sha256').update(`${email}/${name}`).digest('base64url').slice(0, 36)}=`;
}
