import { createHash } from 'node:crypto';
import type { FetchedMessage, MessageFlags, ProviderAddress, StructuredContent } from '../mail-provider.ts';
import type { OwaFolder, OwaItem } from './decode-answers.ts';
import type { RenderedMessage } from './in-page.ts';
import { addressLine, outlookWords } from './outlook-words.ts';
import { parseOutlookDate, parseServiceDate } from './parse-date.ts';

export const webStreams = ['inbox', 'sentitems', 'archive'] as const;

const maxDepth = 16;

export interface MessagePlace {
  readonly folders: ReadonlyMap<string, OwaFolder>;
  readonly openFolder: string;
  readonly timeZone: string;
  readonly now: Date;
}

/** With everything inside (Exchange Web Services, DistinguishedFolderId). */
const unreadFolders = new RegExp(
  '^(junkemail|(archive)?deleteditems|(archive)?recoverableitems.*|drafts|outbox|syncissues|conflicts|localfailures|' +
    'serverfailures|conversationhistory|searchfolders|publicfoldersroot|adminauditlogs|root)$',
);
/** Not mail. */
const otherFolders =
  /^(msgfolderroot|calendar|contacts|tasks|notes|journal|rssfeeds|quickcontacts|imcontactlist|.*search.*)$/;

/** Mail folders, without the standard ones. */
export function otherWebStreams(folders: ReadonlyMap<string, OwaFolder>): OwaFolder[] {
  return [...folders.values()].filter((folder) => {
    const isStandard = webStreams.some((name) => name === folder.name);
    return !isStandard && folder.totalCount !== undefined && isRead(folder, folders);
  });
}

function streamOf({ id, name }: OwaFolder): string {
  const isNamed = name !== undefined && (webStreams.some((each) => each === name) || unreadFolders.test(name));
  return isNamed ? name : id;
}

function isRead(folder: OwaFolder, folders: ReadonlyMap<string, OwaFolder>): boolean {
  if (otherFolders.test(folder.name ?? '') || folder.isMail === false) return false;
  let above: OwaFolder | undefined = folder;
  for (let depth = 0; above && depth < maxDepth; depth += 1) {
    if (unreadFolders.test(above.name ?? '')) return false;
    above = above.parentId === undefined ? undefined : folders.get(above.parentId);
  }
  return true;
}

/** More than a row of the list. Without a time, the page shows one. */
export function isWholeItem(item: OwaItem | undefined, place: MessagePlace): item is OwaItem {
  return item?.body !== undefined && item.to !== undefined && receivedAt(item, place) !== undefined;
}

export function folderName(
  item: OwaItem,
  place: MessagePlace,
): { readonly own: string | undefined; readonly nearest: string | undefined } {
  if (item.folderId === undefined || place.folders.size === 0)
    return { own: place.openFolder, nearest: place.openFolder };
  const known = place.folders.get(item.folderId);
  const own = known && streamOf(known);
  let id: string | undefined = item.folderId;
  for (let depth = 0; id !== undefined && depth < maxDepth; depth += 1) {
    const folder: OwaFolder | undefined = place.folders.get(id);
    if (folder?.name) return { own, nearest: folder.name };
    id = folder?.parentId;
  }
  return { own, nearest: undefined };
}

export function receivedAt(item: OwaItem, place: MessagePlace): Date | undefined {
  return parseServiceDate(item.receivedAt, place.timeZone) ?? parseServiceDate(item.sentAt, place.timeZone);
}

/** @param item whole */
export function itemToMessage(item: OwaItem, place: MessagePlace): FetchedMessage {
  const { own, nearest } = folderName(item, place);
  return {
    providerMessageId: item.id,
    ...(item.conversationId ? { providerThreadId: item.conversationId } : {}),
    ...placeFields(own, place),
    flags: flags(item.isRead ?? true, nearest, item.isDraft ?? false),
    receivedAt: receivedAt(item, place) as Date,
    content: contentOf(item, place),
  };
}

function contentOf(item: OwaItem, { timeZone }: MessagePlace): StructuredContent {
  const { internetMessageId, itemClass, sender } = item;
  const sentAt = parseServiceDate(item.sentAt, timeZone);
  const from = item.from ?? sender;
  return {
    kind: 'structured',
    ...(internetMessageId ? { internetMessageId } : {}),
    subject: item.subject ?? '',
    ...(itemClass === undefined ? {} : { itemClass }),
    from: from ? [from] : [],
    ...(sender ? { sender } : {}),
    ...recipientsOf(item),
    ...(item.body?.html ? { html: item.body.content } : { text: item.body?.content ?? '' }),
    headers: [],
    attachments: item.attachments ?? [],
    ...(sentAt ? { sentAt } : {}),
  };
}

function recipientsOf({ to = [], cc = [], bcc = [], replyTo = [] }: OwaItem) {
  return { to, cc, bcc, replyTo };
}

/**
 * @param isRead before the message was opened
 * @returns undefined without time or sender
 */
export function paneToMessage(
  id: string,
  pane: RenderedMessage,
  isRead: boolean,
  place: MessagePlace,
): FetchedMessage | undefined {
  const words = outlookWords(pane.language);
  const context = { language: pane.language, timeZone: place.timeZone, now: place.now };
  // The text with time and date.
  const sentAt = pane.texts
    .filter((text) => /\d[:.]\d\d/.test(text))
    .map((text) => parseOutlookDate(text, context))
    .find((date) => date !== undefined);
  const lines: Record<'from' | 'to' | 'cc' | 'bcc', ProviderAddress[]> = { from: [], to: [], cc: [], bcc: [] };
  const inOrder = ['from', 'to', 'cc', 'bcc'] as const;
  pane.lines.forEach(({ label, people }, index) => {
    const line = addressLine(label, words) ?? inOrder[index];
    if (line) lines[line].push(...people.flatMap((person) => parsePerson(person) ?? []));
  });
  if (!sentAt || lines.from.length === 0) return undefined;
  return {
    providerMessageId: id,
    ...placeFields(place.openFolder, place),
    flags: flags(isRead, place.openFolder, false),
    receivedAt: sentAt,
    content: {
      kind: 'structured',
      subject: pane.subject,
      ...lines,
      replyTo: [],
      html: pane.html,
      headers: [],
      sentAt,
      attachments: pane.attachments.map((label) => readAttachment(id, label)),
    },
  };
}

/** "Name <email>", "Name<email>", an address or a name. */
function parsePerson(label: string): ProviderAddress | undefined {
  const match = /^(.*?)\s*<([^<>\s]+@[^<>\s]+)>\s*;?$/.exec(label.trim());
  if (match) return { ...(match[1] ? { name: match[1] } : {}), email: match[2] as string };
  const bare = label.trim().replace(/;$/, '');
  if (/^[^\s@]+@[^\s@]+$/.test(bare)) return { email: bare };
  return bare === '' ? undefined : { name: bare };
}

export function idOfPath(path: string): string | undefined {
  const encoded = /\/id\/([^/?#]+)/.exec(path)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function flags(isRead: boolean, folder: string | undefined, isDraft: boolean): MessageFlags {
  return {
    isRead,
    isDraft: isDraft || folder === 'drafts',
    isDeleted: /deleteditems$|^(archive)?recoverableitems/.test(folder ?? ''),
    isSpam: folder === 'junkemail',
    isChat: false,
  };
}

function placeFields(
  folder: string | undefined,
  { folders }: MessagePlace,
): Pick<FetchedMessage, 'folder' | 'directionHint'> {
  const other = folder === undefined ? undefined : folders.get(folder);
  const stream = webStreams.find((name) => name === folder) ?? (other && isRead(other, folders) ? other.id : undefined);
  if (stream === undefined) return {};
  return {
    folder: stream,
    ...(stream === 'sentitems'
      ? { directionHint: 'outbound' }
      : stream === 'inbox'
        ? { directionHint: 'inbound' }
        : {}),
  };
}

const units: Readonly<Record<string, number>> = { b: 1, bytes: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** "plan.pdf 120 KB". The page has no ids, so a stable one is derived. */
function readAttachment(messageId: string, label: string) {
  const match = /^(.*?)\s+(\d+(?:[.,]\d+)?)\s*(bytes|[kmg]?b)\b/i.exec(label.trim());
  const name = match?.[1] ?? label.trim();
  const size = match
    ? Math.round(Number((match[2] as string).replace(',', '.')) * (units[(match[3] as string).toLowerCase()] ?? 1))
    : 0;
  return {
    id: createHash('sha256').update(`${messageId}/${name}`).digest('base64url').slice(0, 22),
    name,
    mimeType: 'application/octet-stream',
    size,
  };
}
