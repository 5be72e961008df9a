/** From Gmail's history records and labels to the loop's words. Pure. */

import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/index.js';
import type { MailChange, MessageFlags } from '../mail-provider.ts';

/**
 * What a message's labels say. Of the system labels (Gmail API, "Manage labels") the categories mean nothing here: they
 * are the tabs of the inbox. What waits to be sent later is as little a message as a draft.
 */
export function readLabels(labelIds: readonly string[]): MessageFlags {
  const has = (label: string) => labelIds.includes(label);
  return {
    isRead: !has('UNREAD'),
    isDraft: has('DRAFT') || has('SCHEDULED'),
    isDeleted: has('TRASH'),
    isSpam: has('SPAM'),
    isChat: has('CHAT'),
  };
}

/**
 * The changes of one page of history, in their order. A label that hides a message (trash, spam, draft) is known
 * from the record alone; when one is taken away only the message's present labels tell whether it shows again, so it is
 * looked at. Archiving and a user's own labels mean nothing here.
 */
export function readHistory(records: readonly gmail_v1.Schema$History[]): MailChange[] {
  return records.flatMap((record) => [
    ...(record.messagesAdded ?? []).flatMap(({ message }) => added(message)),
    ...(record.labelsAdded ?? []).flatMap(({ message, labelIds }) => labelled(message?.id, labelIds ?? [])),
    ...(record.labelsRemoved ?? []).flatMap(({ message, labelIds }) => unlabelled(message?.id, labelIds ?? [])),
    ...(record.messagesDeleted ?? []).flatMap(({ message }): MailChange[] =>
      message?.id ? [{ kind: 'removed', id: message.id }] : [],
    ),
  ]);
}

/** Whether a mailbox sent a message itself. Gmail puts SENT on all that it sent, and nobody else can. */
export function directionByLabels(labelIds: readonly string[]): 'inbound' | 'outbound' {
  return labelIds.includes('SENT') ? 'outbound' : 'inbound';
}

/** New mail of a kind that is never stored needs no look: its labels come with the record. */
function added(message: gmail_v1.Schema$Message | undefined): MailChange[] {
  if (!message?.id) return [];
  const flags = readLabels(message.labelIds ?? []);
  const hidden = flags.isDraft || flags.isDeleted || flags.isSpam || flags.isChat;
  return [hidden ? { kind: 'flags', id: message.id, flags } : { kind: 'message', id: message.id }];
}

function labelled(id: string | null | undefined, labelIds: readonly string[]): MailChange[] {
  if (!id) return [];
  // What waited to be sent is sent now.
  if (labelIds.includes('SENT')) return [{ kind: 'message', id }];
  const flags = readLabels(labelIds);
  const change: Partial<MessageFlags> = {
    ...(flags.isRead ? {} : { isRead: false }),
    ...(flags.isDraft ? { isDraft: true } : {}),
    ...(flags.isDeleted ? { isDeleted: true } : {}),
    ...(flags.isSpam ? { isSpam: true } : {}),
  };
  return Object.keys(change).length > 0 ? [{ kind: 'flags', id, flags: change }] : [];
}

function unlabelled(id: string | null | undefined, labelIds: readonly string[]): MailChange[] {
  if (!id) return [];
  const flags = readLabels(labelIds);
  if (flags.isDraft || flags.isDeleted || flags.isSpam) return [{ kind: 'message', id }];
  return labelIds.includes('UNREAD') ? [{ kind: 'flags', id, flags: { isRead: true } }] : [];
}

/** The later of two history ids, which are numbers of up to 64 bits. */
export function newerHistoryId(one: string, other: string): string {
  return BigInt(one) >= BigInt(other) ? one : other;
}
