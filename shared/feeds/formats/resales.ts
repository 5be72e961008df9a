/**
 * Resales Online: Kyero's elements, `description/uk`, a `status` everywhere, no `kyero`. A delta, each change sent
 * once; removed is Off Market. Read as a full list, it would withdraw all other listings: Kyero's own feeds have a
 * header and no status, so a feed without header whose statuses are Resales' words counts as such.
 */
import type { FeedContext, FeedFormat, MappedItem } from './feed-format.ts';
import { child, textAt, type XmlElement } from '../xml/xml-element.ts';
import { isOffMarket, isOfResales, kyero, minLikeness } from './kyero.ts';

export const resales: FeedFormat = {
  name: 'RESALES',
  version: 1,
  itemPaths: ['root/property'],
  sentOnce: true,
  mode: () => 'delta',
  detect,
  remains,
  map,
};

function detect(root: XmlElement, items: readonly XmlElement[]): number {
  if (!remains(root, items) || !items.every(hasStatus) || kyero.detect(root, items) < minLikeness) return 0;
  if (items.some(isOfResales)) return 0.95;
  return items.every((item) => documented.test(statusOf(item))) ? 0.92 : 0;
}

/** support.resales-online.com: XML export, full documentation; and the import format's. */
const documented = /^(?:listing|available|sold|off[\s-]*market|under[\s-]*offer)$/i;

function remains(root: XmlElement, items: readonly XmlElement[]): boolean {
  return child(root, 'kyero') === undefined && child(root, 'thinkspain') === undefined && items.some(hasStatus);
}

function hasStatus(item: XmlElement): boolean {
  return statusOf(item) !== '';
}

function statusOf(item: XmlElement): string {
  return textAt(item, 'status')?.trim() ?? '';
}

function map(item: XmlElement, context: FeedContext): readonly MappedItem[] {
  return kyero.map(item, context).map((mapped) => (isOffMarket(item) ? { ...mapped, action: 'remove' } : mapped));
}
