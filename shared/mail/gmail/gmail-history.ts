import type { gmail_v1 } from '@googleapis/gmail';
import type { MailChange, MessageFlags } from '../mail-provider.ts';

/** Categories (Gmail API, "Manage labels") are only tabs. Scheduled mail counts as a draft. */
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
 * Removing a hiding label (trash, spam, draft) may leave others, so the message is fetched. Archiving and user labels
 * are ignored.
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

/** Gmail sets SENT on all mail sent. */
export function directionByLabels(labelIds: readonly string[]): 'inbound' | 'outbound' {
  return labelIds.includes('SENT') ? 'outbound' : 'inbound';
}

function added(message: gmail_v1.Schema$Message | undefined): MailChange[] {
  if (!message?.id) return [];
  const flags = readLabels(message.labelIds ?? []);
  const hidden = flags.isDraft || flags.isDeleted || flags.isSpam || flags.isChat;
  return [hidden ? { kind: 'flags', id: message.id, flags } : { kind: 'message', id: message.id }];
}

function labelled(id: string | null | undefined, labelIds: readonly string[]): MailChange[] {
  if (!id) return [];
  // Scheduled mail was sent.
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

/** Ids have up to 64 bits. */
export function newerHistoryId(one: string, other: string): string {
  return BigInt(one) >= BigInt(other) ? one : other;
}
