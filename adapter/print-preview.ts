import { formatPreview } from '../shared/feeds/preview/format-preview.ts';
import type { FeedPreview } from '../shared/feeds/preview/preview.ts';

/** Columns where the output is no terminal. */
const usualWidth = 160;

/** Writes a preview for a person to stdout. */
export function printPreview(preview: FeedPreview): void {
  process.stdout.write(
    formatPreview(preview, {
      colour: process.stdout.isTTY && process.stdout.hasColors(),
      width: process.stdout.columns ?? usualWidth,
    }),
  );
}

/** Whether a feed was read to its end and has listings: what is less is no ground to decide on. */
export function isWhole({ end }: FeedPreview): boolean {
  return end.complete && end.items > 0;
}
