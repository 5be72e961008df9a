/** Makes fast-xml-parser strict: no conversion, CDATA as is, attributes kept, matching tags, limits. */

import { XMLParser } from 'fast-xml-parser';
import { EstioError } from '../../platform/errors.ts';
import { decodeBytes, type FeedEncoding } from './encoding.ts';
import { decodeEntities, hasBareAmpersand } from './entities.ts';
import type { FeedWarning } from '../formats/feed-format.ts';
import { localName } from './item-path.ts';
import { TagScanner, emptyTag, endTag, needMore, startTag, text } from './scan-tags.ts';
import type { Surroundings } from './surroundings.ts';
import type { XmlElement } from './xml-element.ts';

export interface ItemLimits {
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Of one element, in characters. */
  readonly maxText: number;
}

const defaultItemLimits: ItemLimits = { maxDepth: 60, maxElements: 20_000, maxText: 1_000_000 };

/** One unreadable item; others are not affected. */
class ItemError extends EstioError {
  override name = 'ItemError';

  constructor(
    code: 'malformed' | 'too-deep' | 'too-many-elements' | 'text-too-long',
    message: string,
    cause?: unknown,
  ) {
    super(message, { code, cause });
  }
}

export interface ParsedItem {
  readonly element: XmlElement;
  readonly warnings: readonly FeedWarning[];
  /** The item was not in the named encoding. */
  readonly repaired: boolean;
}

/** fast-xml-parser refuses or renames `constructor` and the like; this mark hides them. */
const mark = '\u0000';

function guarded(name: string): string {
  return name in Object.prototype || name === 'prototype' ? name + mark : name;
}

function unguarded(name: string): string {
  return name.endsWith(mark) ? name.slice(0, -1) : name;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  cdataPropName: '#cdata',
  removeNSPrefix: true,
  transformTagName: guarded,
  transformAttributeName: guarded,
  ignorePiTags: true,
  ignoreDeclaration: true,
  processEntities: false,
  jPath: false,
  maxNestedTags: 200,
});

/** HTML that authors leave unclosed even in XML. */
const neverClosed = /^(br|hr)$/i;

const utf8: FeedEncoding = { encoding: 'windows-1252', source: 'default', claimsUtf8: true, bomBytes: 0 };

/**
 * Parses one item.
 *
 * @throws {ItemError} with expected, got, and the byte in the item
 */
export function parseItem(
  bytes: Buffer,
  encoding: FeedEncoding = utf8,
  limits: ItemLimits = defaultItemLimits,
): ParsedItem {
  const { unclosed, bare } = checkTags(bytes, limits);
  const { text: decoded, repaired } = decodeBytes(bytes, encoding);
  const written = bare ? escapeBare(decoded) : decoded;
  const whole = unclosed
    ? written.replace(/<(br|hr)(\s[^<>]*)?>/gi, (tag) => (tag.endsWith('/>') ? tag : `${tag.slice(0, -1)}/>`))
    : written;
  const warnings: FeedWarning[] = [];
  if (bare) warnings.push({ code: 'bare-less-than', message: 'A < is not escaped as &lt;: it was read as text' });
  if (hasBareAmpersand(whole.replace(markupWithoutText, ''))) {
    warnings.push({ code: 'bare-ampersand', message: 'An ampersand is not escaped as &amp;: it was read as text' });
  }
  const nodes = parseNodes(whole);
  const root = nodes.find((node) => elementName(node) !== undefined);
  if (!root) throw new ItemError('malformed', 'Expected an element, came none');
  return { element: toElement(root, limits), warnings, repaired };
}

/**
 * Parses a cut document: closes elements open at its end, and leaves out those nested too deep, so that one item does
 * not hide others. `undefined` without any element.
 */
export function parseBeginning(bytes: Buffer, encoding: FeedEncoding = utf8): XmlElement | undefined {
  const scanner = new TagScanner();
  scanner.append(bytes);
  const open: string[] = [];
  const parts: Buffer[] = [];
  let from = -1;
  let end = 0;
  let rootName = '';
  /** Open elements around the one left out. */
  let skippedAt = -1;
  for (let kind = scanner.next(); kind !== needMore; kind = scanner.next()) {
    if (kind === startTag || kind === emptyTag || kind === endTag) {
      const name = bytes.toString('utf8', scanner.nameStart, scanner.nameEnd);
      if (from < 0) {
        from = scanner.start;
        rootName = name;
      }
      const isTooDeep = skippedAt < 0 && kind !== endTag && open.length >= defaultItemLimits.maxDepth;
      if (isTooDeep) {
        parts.push(bytes.subarray(from, scanner.start));
        from = scanner.end;
        if (kind === startTag) skippedAt = open.length;
      }
      if (kind === startTag) open.push(name);
      else if (kind === endTag && open.lastIndexOf(name) >= 0) open.length = open.lastIndexOf(name);
      if (skippedAt >= 0 && kind === endTag && open.length <= skippedAt) {
        from = open.length < skippedAt ? scanner.start : scanner.end;
        skippedAt = -1;
      }
    }
    if (kind !== text) end = scanner.end;
    if (from >= 0 && open.length === 0) break;
  }
  if (from < 0) return undefined;
  if (skippedAt < 0) parts.push(bytes.subarray(from, Math.max(from, end)));
  else open.length = skippedAt;
  const read = decodeBytes(Buffer.concat(parts), encoding).text;
  const whole =
    (scanner.bare ? escapeBare(read) : read) +
    open
      .toReversed()
      .map((name) => `</${name}>`)
      .join('');
  try {
    const root = (parser.parse(whole) as OrderedNode[]).find((node) => elementName(node) !== undefined);
    if (root) return toElement(root, { ...defaultItemLimits, maxText: Infinity });
  } catch {
    // The root tells a feed from another document.
  }
  return { name: localName(rootName), attributes: {}, children: [], text: '' };
}

/** Unfinished markup runs to the end: a missing end is searched for once. */
const markupOrBare =
  /<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)|<\?[^]*?(?:\?>|$)|<(?!\/?[A-Za-z_:\u0080-\uffff]|!DOCTYPE|!doctype)/g;

const markupWithoutText = /<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)/g;

/** For fast-xml-parser, a bare `<` swallows what follows. */
function escapeBare(written: string): string {
  return written.replace(markupOrBare, (found) => (found === '<' ? '&lt;' : found));
}

/** Elements around an item, root first. */
export function parseSurroundings(
  surroundings: Surroundings | undefined,
  encoding: FeedEncoding = utf8,
): readonly XmlElement[] {
  const chain: XmlElement[] = [];
  for (const [at, fullName] of (surroundings?.open ?? []).entries()) {
    const element = parseAround(surroundings?.elements[at], encoding);
    if (element?.name !== localName(fullName)) break;
    chain.push(element);
  }
  return chain;
}

/** Surroundings are shared by many items. */
const parsedAround = new WeakMap<Buffer, XmlElement>();

function parseAround(bytes: Buffer | undefined, encoding: FeedEncoding): XmlElement | undefined {
  if (bytes === undefined) return undefined;
  const element = parsedAround.get(bytes) ?? parseBeginning(bytes, encoding);
  if (element) parsedAround.set(bytes, element);
  return element;
}

function parseNodes(whole: string): OrderedNode[] {
  try {
    return parser.parse(whole) as OrderedNode[];
  } catch (error) {
    throw new ItemError(
      'malformed',
      `The item cannot be parsed: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}

type OrderedNode = Record<string, unknown>;

function elementName(node: OrderedNode): string | undefined {
  for (const key in node) if (key !== ':@' && key !== '#text' && key !== '#cdata') return key;
  return undefined;
}

function toElement(node: OrderedNode, limits: ItemLimits): XmlElement {
  const name = elementName(node) as string;
  const children: XmlElement[] = [];
  const mixed: (string | XmlElement)[] = [];
  let own = '';
  let hasText = false;
  for (const part of node[name] as OrderedNode[]) {
    const childName = elementName(part);
    if (childName !== undefined) {
      const element = toElement(part, limits);
      children.push(element);
      mixed.push(element);
      continue;
    }
    const piece = cleanText(
      '#cdata' in part
        ? String((part['#cdata'] as OrderedNode[])[0]?.['#text'] ?? '')
        : decodeEntities(String(part['#text'])),
    );
    own += piece;
    mixed.push(piece);
    if (!hasText && piece.trim() !== '') hasText = true;
  }
  if (own.length > limits.maxText) {
    throw new ItemError(
      'text-too-long',
      `Expected texts of at most ${limits.maxText} characters, <${name}> has ${own.length}`,
    );
  }
  const namespace = (node[':@'] as Record<string, unknown> | undefined)?.['xmlns'];
  const element = {
    name: localName(unguarded(name)),
    attributes: attributesOf(node),
    children,
    text: own.trim(),
    ...(typeof namespace === 'string' ? { namespace } : {}),
  };
  return hasText && children.length > 0 ? { ...element, mixed } : element;
}

function attributesOf(node: OrderedNode): Record<string, string> {
  const attributes: Record<string, string> = {};
  const written = node[':@'] as Record<string, unknown> | undefined;
  if (!written) return attributes;
  for (const [name, value] of Object.entries(written)) {
    if (name !== 'xmlns' && value !== undefined)
      setAttribute(attributes, localName(unguarded(name)), cleanText(decodeEntities(String(value))).trim());
  }
  return attributes;
}

/** Assigning `__proto__` would not set an attribute. */
function setAttribute(attributes: Record<string, string>, name: string, value: string): void {
  if (name === '__proto__')
    Object.defineProperty(attributes, name, { value, enumerable: true, configurable: true, writable: true });
  else attributes[name] = value;
}

const controls = String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]`;
const loneSurrogates = String.raw`[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]`;
const unwanted = new RegExp(`${controls}|${loneSurrogates}`, 'g');
const lineSeparators = /\r\n?|[\u2028\u2029]/g;

function cleanText(written: string): string {
  return written.replace(unwanted, '').replace(lineSeparators, '\n');
}

/**
 * fast-xml-parser does not match tags.
 *
 * @returns whether tags such as `<br>` were open, and whether a text has a bare `<`
 */
function checkTags(bytes: Buffer, limits: ItemLimits): { readonly unclosed: boolean; readonly bare: boolean } {
  const scanner = new TagScanner();
  scanner.append(bytes);
  const open: string[] = [];
  let elements = 0;
  let unclosed = false;
  for (;;) {
    const kind = scanner.next();
    if (kind === needMore) break;
    if (kind !== startTag && kind !== emptyTag && kind !== endTag) continue;
    const name = bytes.toString('latin1', scanner.nameStart, scanner.nameEnd);
    if (scanner.broken)
      throw new ItemError('malformed', `Expected > after <${name}, came < at byte ${scanner.end} of the item`);
    if (kind === endTag) {
      while (open.length > 0 && open.at(-1) !== name && neverClosed.test(open.at(-1) as string)) {
        open.pop();
        unclosed = true;
      }
      const expected = open.pop();
      if (expected !== name)
        throw new ItemError(
          'malformed',
          `Expected </${expected ?? ''}>, came </${name}> at byte ${scanner.start} of the item`,
        );
      continue;
    }
    elements += 1;
    if (elements > limits.maxElements)
      throw new ItemError('too-many-elements', `Expected at most ${limits.maxElements} elements in an item, came more`);
    if (kind === startTag) open.push(name);
    if (open.length > limits.maxDepth)
      throw new ItemError(
        'too-deep',
        `Expected elements at most ${limits.maxDepth} deep in an item, <${name}> is deeper`,
      );
  }
  if (scanner.unfinished || open.length > 0)
    throw new ItemError('malformed', `Expected </${open.at(-1) ?? ''}> before the end of the item, came nothing`);
  return { unclosed, bare: scanner.bare };
}
