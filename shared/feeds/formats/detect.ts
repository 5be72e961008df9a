/**
 * AUTO: which format a feed is in, and how sure that is. A feed that no format knows is not read unasked: a mapping is
 * proposed for a person to look at, and otherwise the error says what was found and what the operator can do.
 */
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
  /** 0 to 1. */
  readonly confidence: number;
  /**
   * The proposed mapping, when the format is GENERIC. Keep it with the feed: another sample may propose another one.
   */
  readonly mapping?: FeedMapping;
  /** One sentence for people. */
  readonly reason: string;
  /** By field of the proposed mapping, what it was recognised by. */
  readonly sureness?: Readonly<Record<string, Sureness>>;
  /** What speaks against reading the feed by the proposed mapping. */
  readonly doubts?: readonly string[];
}

export interface DetectOptions {
  /** A person looks at what comes out: a mapping is proposed. */
  readonly anyProposal?: boolean | undefined;
}

/** A format is taken for the feed's from here on. */
const minKnownShare = 0.55;
const firstItems = 20;

/**
 * @param root the document, or its beginning with the first items.
 * @param cut whether the document goes on: its last item may then be half an item and is not looked at.
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
      reason: `The feed is ${best.format.name}: its root is <${root.name}>, and its items are as that format has them.`,
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
      `No format knows the feed. A mapping is proposed for the items at ${itemPath}` +
      `${missing === '' ? '' : `, without ${missing}`}. Nothing is stored before a person approves it.`,
  };
}

/** A run imports nothing that it does not know; a person looks at what a mapping would make of it. */
function needsMapping(root: XmlElement, wasLookedAt: boolean): EstioError {
  const what = `The feed is in none of the known formats: its root is <${root.name}>${contentsOf(root)}`;
  return new EstioError(
    wasLookedAt
      ? `${what}, and nothing in it repeats that looks like a listing. Is this the right address? Otherwise give the ` +
          'feed a mapping.'
      : `${what}. Nothing was stored. See which listings a proposed mapping makes: \`node adapter --feed-preview ` +
          '<feed id>`; to approve it: `node adapter --feed-preview <feed id> --save <feed id>`',
    { code: 'needs-mapping' },
  );
}

/**
 * Whether a feed that was in this format is still read in it, however little of it is telling.
 *
 * @param cut as for `detectFormat`
 */
export function remainsIn(format: FeedFormat, root: XmlElement, cut: boolean): boolean {
  return format.remains?.(root, itemsOf(root, format, cut)) ?? false;
}

/** The first items at a format's paths. */
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

/** Why a document has no items: where they were looked for, and what it is instead. */
export function whyNoItems(root: XmlElement, itemPaths: readonly string[]): string {
  return `No items at ${itemPaths.join(' | ')}: the root is <${root.name}>${contentsOf(root)}`;
}

/** What a document looks like that is not in the format that was asked for. */
export function looksLikeAnother(root: XmlElement, asked: FeedFormat): string {
  try {
    const { format } = detectFormat(root, true);
    if (format === asked) return '';
    if (format !== generic) return `, which looks like ${format.name}`;
    return ', which looks like no format that is known: leave out --format for a proposed mapping';
  } catch {
    return '';
  }
}

/** What is in an element, for a sentence: ` with <a>, <b>`. */
export function contentsOf(root: XmlElement): string {
  const names = [...new Set(root.children.map(({ name }) => `<${name}>`))].slice(0, 5);
  return names.length === 0 ? ', it is empty' : ` with ${names.join(', ')}`;
}
