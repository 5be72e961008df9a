/** A feed of AUTO that was read by a proposed mapping the last time: whether that still is how to read it. */

import { EstioError } from '../platform/errors.ts';
import type { FeedEncoding } from './xml/encoding.ts';
import { contentsOf, detectFormat, type Detection } from './formats/detect.ts';
import type { FeedMapping } from './formats/feed-format.ts';
import { compileMapping } from './formats/mapping.ts';
import { readItemPaths } from './xml/item-path.ts';
import { parseBeginning } from './xml/parse-item.ts';
import { ItemSplitter } from './xml/split-items.ts';
import type { XmlElement } from './xml/xml-element.ts';

/**
 * @param beginning the feed, of which more is read when no item is found
 * @param most how much of it is looked at, in bytes
 * @returns the known format in which the feed is now; `undefined`: the mapping finds its items, or there are none
 * @throws {EstioError} `format-changed`: it is in another form, which only a guess could read
 */
export async function exchangeMapping(
  beginning: { readonly bytes: Buffer; readonly isWhole: boolean; fill(length: number): Promise<void> },
  encoding: FeedEncoding,
  mapping: FeedMapping,
  most: number,
): Promise<Detection | undefined> {
  if (findsItems(beginning, mapping)) return undefined;
  await beginning.fill(most);
  if (findsItems(beginning, mapping)) return undefined;
  const root = parseBeginning(beginning.bytes, encoding) as XmlElement;
  if (root.children.length === 0) return undefined;
  const detection = detectOrNone(root, !beginning.isWhole);
  if (detection && !detection.mapping) return detection;
  if (!detection && beginsWith(mapping, root.name)) return undefined;
  throw new EstioError(
    `The feed had its listings at ${mapping.itemPath} and has none there: its root is ` +
      `<${root.name}>${contentsOf(root)}, in no format that is known. If that is meant, look at it with ` +
      '--feed-preview and give the feed another mapping, or take its mapping away',
    { code: 'format-changed' },
  );
}

/** A feed that ends too early may be cut in its first item. */
function findsItems(
  { bytes, isWhole }: { readonly bytes: Buffer; readonly isWhole: boolean },
  mapping: FeedMapping,
): boolean {
  const splitter = new ItemSplitter({ itemPaths: compileMapping(mapping).itemPaths });
  return splitter.push(bytes).length > 0 || (isWhole && !splitter.end().complete);
}

function detectOrNone(root: XmlElement, cut: boolean): Detection | undefined {
  try {
    return detectFormat(root, cut);
  } catch (error) {
    if (error instanceof EstioError && error.code === 'unknown-format') return undefined;
    throw error;
  }
}

function beginsWith({ itemPath }: FeedMapping, root: string): boolean {
  return readItemPaths([itemPath]).some(({ steps, anyDepth }) => anyDepth || steps[0] === '*' || steps[0] === root);
}
