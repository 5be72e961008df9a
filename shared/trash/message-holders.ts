/** A message names its conversations in a list, and in an older field. */

import { idKey, storedList } from '../models/stored-value.ts';
import type { Document } from './record-chunks.ts';

/** As stored. */
export function holders(message: Document): unknown[] {
  const all = [...storedList(message['conversationIds']), ...storedList(message['conversationId'])];
  return [...new Map(all.map((id) => [idKey(id), id])).values()];
}

export function setHolders(message: Document, ids: readonly unknown[]) {
  const main = idKey(message['conversationId']);
  return { conversationId: ids.find((id) => idKey(id) === main) ?? ids[0], conversationIds: [...ids] };
}
