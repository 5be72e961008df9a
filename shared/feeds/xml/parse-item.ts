/** Makes fast-xml-parser strict: no conversion, CDATA as is, attributes kept, matching tags, limits. */

import { XMLParser } from 'fast-xml-parser';
import { decodeBytes, type FeedEncoding } from './encoding.ts';
import { decodeEntities, hasBareAmpersand } from './entities.ts';
import type { FeedWarning } from '../formats/feed-format.ts';
import { checkTags, defaultItemLimits, ItemError, type ItemLimits } from './check-tags.ts';
import { localName } from './item-path.ts';
import type { XmlElement } from './xml-element.ts';

export interface ParsedItem {
  readonly element: XmlElement;
  readonly warnings: readonly FeedWarning[];
  readonly repaired: boolean;
}

/** Hides names such as `constructor`, which fast-xml-parser refuses or renames. */
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

/** Where nothing names an encoding. */
export const utf8: FeedEncoding = { encoding: 'windows-1252', source: 'default', claimsUtf8: true, bomBytes: 0 };

/** @throws {ItemError} with expected, got, and the byte in the item */
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
  return { element: parseElement(whole, limits), warnings, repaired };
}

/** Unfinished markup runs to the end: a missing end is searched for once. */
const markupOrBare =
  /<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)|<\?[^]*?(?:\?>|$)|<(?!\/?[A-Za-z_:\u0080-\uffff]|!DOCTYPE|!doctype)/g;

const markupWithoutText = /<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)/g;

/** For fast-xml-parser, a bare `<` swallows what follows. */
export function escapeBare(written: string): string {
  return written.replace(markupOrBare, (found) => (found === '<' ? '&lt;' : found));
}

/** @throws {ItemError} there is none, or it cannot be parsed */
export function parseElement(whole: string, limits: ItemLimits): XmlElement {
  const root = parseNodes(whole).find((node) => elementName(node) !== undefined);
  if (!root) throw new ItemError('malformed', 'The item contains no element');
  return toElement(root, limits);
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
      `The text of <${name}> is too long: ${own.length} characters, at most ${limits.maxText} are allowed`,
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
