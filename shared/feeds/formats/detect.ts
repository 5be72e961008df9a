import { EstioError } from '../../platform/errors.ts';
import type { FeedFormat, FeedMapping } from './feed-format.ts';
import { namedFormats } from './all-formats.ts';
import { generic } from './generic.ts';
import { isAtPath, readItemPaths } from '../xml/item-path.ts';
import { proposeMapping } from '../proposal/propose-mapping.ts';
import type { Sureness } from '../proposal/propose-mapping.ts';
import type { XmlElement } from '../xml/xml-element.ts';

export interface Detection {
  readonly format: FeedFormat;
  readonly confidence: number;
  readonly mapping?: FeedMapping;
  readonly reason: string;
  readonly sureness?: Readonly<Record<string, Sureness>>;
  readonly doubts?: readonly string[];
}

export interface DetectOptions {
  readonly anyProposal?: boolean | undefined;
}

const minKnownShare = 0.55;
const firstItems = 20;

/**
 * A mapping can be proposed for unknown formats.
 * @param cut the last item may be incomplete and is ignored.
 * @throws {EstioError} `needs-mapping`
 */
export function detectFormat(root: XmlElement, cut = false, { anyProposal = false }: DetectOptions = {}): Detection {
  const judged = namedFormats
    .map((format) => ({ format, confidence: format.detect(root, itemsOf(root, format, cut)) }))
    .toSorted((a, b) => b.confidence - a.confidence);
  const [best] = judged;
  if (best !== undefined && best.confidence >= minKnownShare)
    return {
      ...best,
      reason: `The feed is ${best.format.name}: its root is <${root.name}>, and its items look like that format.`,
    };
  const proposal = anyProposal ? proposeMapping(root, anyProposal) : undefined;
  if (proposal === undefined) throw needsMapping(root, anyProposal);
  const { itemPath } = proposal.mapping;
  const missing = proposal.missing.join(', ');
  return {
    format: generic,
    confidence: proposal.confidence,
    mapping: proposal.mapping,
    sureness: proposal.sureness,
    doubts: proposal.doubts,
    reason:
      `The feed is in no known format. A mapping is proposed for the items at ${itemPath}` +
      `${missing === '' ? '' : `, without ${missing}`}. Nothing is stored until someone approves it.`,
  };
}

function needsMapping(root: XmlElement, wasLookedAt: boolean): EstioError {
  const what = `The feed is in none of the known formats: its root is <${root.name}>${contentsOf(root)}`;
  return new EstioError(
    wasLookedAt
      ? `${what}, and no repeated element in it looks like a listing. Is this the right address? Otherwise give the ` +
          'feed a mapping.'
      : `${what}. Nothing was stored. To see the listings that a proposed mapping gives: \`node adapter ` +
          '--feed-preview <feed id>`; to approve it: `node adapter --feed-preview <feed id> --save <feed id>`',
    { code: 'needs-mapping' },
  );
}

export function remainsIn(format: FeedFormat, root: XmlElement, cut: boolean): boolean {
  return format.remains?.(root, itemsOf(root, format, cut)) ?? false;
}

function itemsOf(root: XmlElement, format: FeedFormat, cut: boolean): readonly XmlElement[] {
  const paths = readItemPaths(format.itemPaths as readonly string[]);
  const found: XmlElement[] = [];
  const visit = (element: XmlElement, ancestors: readonly string[]): void => {
    if (found.length > firstItems) return;
    if (isAtPath(ancestors, element.name, paths, format.anyCase ?? false)) {
      found.push(element);
      return;
    }
    for (const child of element.children) visit(child, [...ancestors, element.name]);
  };
  visit(root, []);
  const whole = cut && found.length > 1 && found.length <= firstItems ? found.slice(0, -1) : found;
  return whole.slice(0, firstItems);
}

export function whyNoItems(root: XmlElement, itemPaths: readonly string[]): string {
  return `No items at ${itemPaths.join(' | ')}: the root is <${root.name}>${contentsOf(root)}`;
}

export function looksLikeAnother(root: XmlElement, asked: FeedFormat): string {
  try {
    const { format } = detectFormat(root, true);
    if (format === asked) return '';
    if (format !== generic) return `, which looks like ${format.name}`;
    return ', which looks like no known format: omit --format to get a proposed mapping';
  } catch {
    return '';
  }
}

export function contentsOf(root: XmlElement): string {
  const names = [...new Set(root.children.map(({ name }) => `<${name}>`))].slice(0, 5);
  return names.length === 0 ? ', it is empty' : ` with ${names.join(', ')}`;
}
