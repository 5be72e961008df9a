import type { MailChange, MessageFlags } from '../mail-provider.ts';

/**
 * Folds the changes of a page so that each message has one: providers repeat ids and tell several changes of one
 * message. The order of the first mention is kept.
 *
 * - `message`, `removed` and `left` stand for a present state: the last of them wins
 * - flags are merged; after a `message` they say nothing new, since its present state is looked at anyway, unless its
 *   content came along: then that content is dropped and asked for again
 */
export function foldChanges(changes: readonly MailChange[]): MailChange[] {
  const folded = new Map<string, MailChange>();
  for (const change of changes) folded.set(change.id, combine(folded.get(change.id), change));
  return [...folded.values()];
}

function combine(before: MailChange | undefined, after: MailChange): MailChange {
  if (before === undefined || after.kind !== 'flags') return after;
  if (before.kind === 'flags')
    return { ...after, flags: { ...before.flags, ...after.flags } satisfies Partial<MessageFlags> };
  return before.kind === 'message' ? { kind: 'message', id: after.id } : before;
}
