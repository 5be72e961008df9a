import type { OwaItem } from './decode-answers.ts';

/** Characters: a first import shows thousands of messages. Older ones keep only the row and are reopened. */
const keptContent = 2 ** 24;

export interface ShownItems {
  readonly byId: ReadonlyMap<string, OwaItem>;
  add(items: readonly OwaItem[]): void;
  forget(id: string): void;
}

export function createShownItems(maxKept = keptContent): ShownItems {
  const byId = new Map<string, OwaItem>();
  const lengths = new Map<string, number>();
  let kept = 0;

  function dropContent(id: string): void {
    kept -= lengths.get(id) ?? 0;
    lengths.delete(id);
  }

  function makeRoom(): void {
    for (const id of lengths.keys()) {
      // The latest was just asked for.
      if (kept <= maxKept || lengths.size === 1) return;
      dropContent(id);
      byId.set(id, withoutContent(byId.get(id) as OwaItem));
    }
  }

  return {
    byId,
    add(items) {
      for (const item of items) {
        const all = { ...byId.get(item.id), ...item };
        byId.set(item.id, all);
        if (item.body === undefined) continue;
        dropContent(item.id);
        lengths.set(item.id, item.body.content.length);
        kept += item.body.content.length;
        makeRoom();
      }
    },
    forget(id) {
      dropContent(id);
      byId.delete(id);
    },
  };
}

export function withoutContent(item: OwaItem): OwaItem {
  const { body: _, ...row } = item;
  return row;
}
