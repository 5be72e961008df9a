import { defaultItemLimits } from './check-tags.ts';
import { decodeBytes, type FeedEncoding } from './encoding.ts';
import { localName } from './item-path.ts';
import { escapeBare, parseElement, utf8 } from './parse-item.ts';
import { emptyTag, endTag, needMore, startTag, TagScanner, text } from './scan-tags.ts';
import type { Surroundings } from './surroundings.ts';
import type { XmlElement } from './xml-element.ts';

/**
 * Parses a cut document: closes open elements, and leaves out those nested too deep, so that one item does not hide
 * others. `undefined` without any element.
 */
export function parseBeginning(bytes: Buffer, encoding: FeedEncoding = utf8): XmlElement | undefined {
  const cut = new CutDocument(bytes);
  if (cut.rootName === undefined) return undefined;
  const read = decodeBytes(cut.markup(), encoding).text;
  try {
    return parseElement((cut.isBare ? escapeBare(read) : read) + cut.endTags(), {
      ...defaultItemLimits,
      maxText: Infinity,
    });
  } catch {
    // The root tells a feed from another document.
    return { name: localName(cut.rootName), attributes: {}, children: [], text: '' };
  }
}

class CutDocument {
  readonly #bytes: Buffer;
  readonly #scanner = new TagScanner();
  readonly #open: string[] = [];
  readonly #parts: Buffer[] = [];
  #from = -1;
  #end = 0;
  #skippedAt = -1;
  rootName: string | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#scanner.append(bytes);
    for (let kind = this.#scanner.next(); kind !== needMore; kind = this.#scanner.next()) {
      if (kind === startTag || kind === emptyTag || kind === endTag) this.#takeTag(kind);
      if (kind !== text) this.#end = this.#scanner.end;
      if (this.rootName !== undefined && this.#open.length === 0) break;
    }
    if (this.#skippedAt < 0) this.#parts.push(bytes.subarray(this.#from, Math.max(this.#from, this.#end)));
    else this.#open.length = this.#skippedAt;
  }

  get isBare(): boolean {
    return this.#scanner.bare;
  }

  markup(): Buffer {
    return Buffer.concat(this.#parts);
  }

  endTags(): string {
    return this.#open
      .toReversed()
      .map((name) => `</${name}>`)
      .join('');
  }

  #takeTag(kind: typeof startTag | typeof emptyTag | typeof endTag): void {
    const { start, end, nameStart, nameEnd } = this.#scanner;
    const name = this.#bytes.toString('utf8', nameStart, nameEnd);
    if (this.rootName === undefined) {
      this.#from = start;
      this.rootName = name;
    }
    if (kind === endTag) return this.#close(name, start, end);
    const isTooDeep = this.#skippedAt < 0 && this.#open.length >= defaultItemLimits.maxDepth;
    if (isTooDeep) {
      this.#parts.push(this.#bytes.subarray(this.#from, start));
      this.#from = end;
      if (kind === startTag) this.#skippedAt = this.#open.length;
    }
    if (kind === startTag) this.#open.push(name);
  }

  #close(name: string, start: number, end: number): void {
    const at = this.#open.lastIndexOf(name);
    if (at >= 0) this.#open.length = at;
    if (this.#skippedAt < 0 || this.#open.length > this.#skippedAt) return;
    this.#from = this.#open.length < this.#skippedAt ? start : end;
    this.#skippedAt = -1;
  }
}

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

const parsedAround = new WeakMap<Buffer, XmlElement>();

function parseAround(bytes: Buffer | undefined, encoding: FeedEncoding): XmlElement | undefined {
  if (bytes === undefined) return undefined;
  const element = parsedAround.get(bytes) ?? parseBeginning(bytes, encoding);
  if (element) parsedAround.set(bytes, element);
  return element;
}
