import { readFileSync } from 'node:fs';
import { detectEncoding } from '../../shared/feeds/xml/encoding.ts';
import type { FeedContext, FeedFormat, ListingValues, MappedItem } from '../../shared/feeds/formats/feed-format.ts';
import { loadLibraries } from '../../shared/platform/libraries.ts';
import { parseSurroundings } from '../../shared/feeds/xml/parse-beginning.ts';
import { parseItem } from '../../shared/feeds/xml/parse-item.ts';
import { ItemSplitter } from '../../shared/feeds/xml/split-items.ts';

await loadLibraries();

export const defaultContext: FeedContext = { languages: ['en'], timeZone: 'UTC', surroundings: [] };

export function mapFeed(
  format: FeedFormat,
  document: string | Buffer,
  settings: Partial<FeedContext> = {},
): MappedItem[] {
  const bytes = Buffer.from(document);
  const encoding = detectEncoding(bytes);
  const itemPaths = typeof format.itemPaths === 'function' ? format.itemPaths(settings.mapping) : format.itemPaths;
  const splitter = new ItemSplitter({ itemPaths, anyCase: format.anyCase ?? false });
  const items = [...splitter.push(bytes.subarray(encoding.bomBytes))];
  return items.flatMap((item) => {
    const surroundings = parseSurroundings(item.surroundings, encoding);
    return format.map(parseItem(item.bytes, encoding).element, { ...defaultContext, ...settings, surroundings });
  });
}

export function mapFixture(format: FeedFormat, name: string, settings: Partial<FeedContext> = {}): MappedItem[] {
  return mapFeed(format, readFixture(name), settings);
}

export function readFixture(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/feeds/${name}`, import.meta.url));
}

export function warningCodes(item: MappedItem | undefined): string[] {
  return item?.warnings.map(({ code }) => code) ?? [];
}

export function valuesOf<Field extends keyof ListingValues>(
  items: readonly MappedItem[],
  field: Field,
): ListingValues[Field][] {
  return items.map(({ values }) => values[field]);
}
