import type { MailChange, MessageFlags } from '../mail-provider.ts';

/**
 * One change per message, in order of first mention: providers repeat ids.
 * - the last of `message`, `removed` and `left` wins
 * - flags are merged; after a `message`, they void its content
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
