import { formatPreview } from '../shared/feeds/preview/format-preview.ts';
import type { FeedPreview } from '../shared/feeds/preview/preview.ts';

const usualWidth = 160;

export function printPreview(preview: FeedPreview, { approving = false }: { approving?: boolean } = {}): void {
  process.stdout.write(
    formatPreview(preview, {
      colour: process.stdout.isTTY && process.stdout.hasColors(),
      width: process.stdout.columns ?? usualWidth,
      approving,
    }),
  );
}

export function isWhole({ end }: FeedPreview): boolean {
  return end.complete && end.items > 0;
}
