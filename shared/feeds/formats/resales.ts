/**
 * Resales Online: Kyero's elements, `description/uk`, a `status` everywhere, no `kyero`. A delta, each change sent
 * once; removed is Off Market.
 */
import type { FeedContext, FeedFormat, MappedItem } from './feed-format.ts';
import { child, textAt, type XmlElement } from '../xml/xml-element.ts';
import { kyero } from './kyero.ts';

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
  if (!remains(root, items) || !items.every(hasStatus)) return 0;
  const telling = items.some(
    (item) => textAt(item, 'description/uk') !== undefined || isOffMarket(textAt(item, 'status')),
  );
  return telling ? 0.95 : 0;
}

function remains(root: XmlElement, items: readonly XmlElement[]): boolean {
  const isKyero =
    child(root, 'kyero') !== undefined ||
    child(root, 'thinkspain') !== undefined ||
    items.some((item) => child(item, 'desc') !== undefined);
  return !isKyero && items.some(hasStatus);
}

function hasStatus(item: XmlElement): boolean {
  return Boolean(textAt(item, 'status')?.trim());
}

function map(item: XmlElement, context: FeedContext): readonly MappedItem[] {
  return kyero
    .map(item, context)
    .map((mapped) => (isOffMarket(textAt(item, 'status')) ? { ...mapped, action: 'remove' } : mapped));
}

function isOffMarket(status: string | undefined): boolean {
  return /^off[\s-]*market$/i.test(status?.trim() ?? '');
}
