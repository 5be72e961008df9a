/**
 * What stands around the items of a feed: the start tags of their ancestors and those children that are no items. Kept
 * as bytes, small and bounded, so that a format can ask for the provider of an item that was cut out of the stream.
 */

import { localName } from './item-path.ts';

/** More than this beside the items of one element is not kept: no header is that long. */
const maxBytes = 256 * 1024;
/** Nor what stands in elements that are deeper. */
const maxDepth = 100;
/** A provider stands before its items. What goes on between them changes nothing after so many times. */
const maxChangesAfterItem = 16;

/** One state of the surroundings, shared by all items that were read in it. */
export interface Surroundings {
  /** A document of the open elements and what was read beside the items, cut open at the end. */
  readonly bytes: Buffer;
  /** The same by element. Elements that are as they were have the same bytes in all states. */
  readonly elements: readonly Buffer[];
  /** Full names of the open elements, root first: closing them in reverse makes the document whole. */
  readonly open: readonly string[];
}

interface OpenElement {
  readonly fullName: string;
  parts: Buffer[];
  size: number;
  hadItem: boolean;
  changesAfterItem: number;
}

export class SurroundingsStack {
  /** Local names of the open elements, root first. */
  readonly names: string[] = [];
  readonly #elements: OpenElement[] = [];
  /** How many elements of a name are open: an end tag of none is common in damaged feeds and looked for in vain. */
  readonly #counts = new Map<string, number>();
  #current: Surroundings | undefined;

  /** The name of the innermost open element, prefix included. */
  get innermost(): string | undefined {
    return this.#elements.at(-1)?.fullName;
  }

  open(fullName: string, tag: Buffer): void {
    const parts = this.#isTooDeep ? [] : [Buffer.from(tag)];
    this.#elements.push({ fullName, parts, size: tag.length, hadItem: false, changesAfterItem: 0 });
    this.#counts.set(fullName, (this.#counts.get(fullName) ?? 0) + 1);
    this.names.push(localName(fullName));
    this.#current = undefined;
  }

  /** Text, CDATA or an empty element beside the items. */
  add(bytes: Buffer): void {
    const innermost = this.#elements.at(-1);
    if (!innermost || innermost.size + bytes.length > maxBytes || this.#elements.length > maxDepth) return;
    if (innermost.hadItem && innermost.changesAfterItem++ >= maxChangesAfterItem) return;
    innermost.parts.push(Buffer.from(bytes));
    innermost.size += bytes.length;
    this.#current = undefined;
  }

  /**
   * Closes the innermost element of that name and all inside it. An element without items becomes part of its parent's
   * surroundings; one that had items is forgotten, so that its provider does not cling to the items of the next. Those
   * of the root stay: they are all that a feed without items has.
   *
   * @returns whether such an element was open
   */
  close(fullName: string, tag: Buffer): boolean {
    if (!this.#counts.has(fullName)) return false;
    const wasTooDeep = this.#elements.length > maxDepth;
    const closed = this.#elements.splice(this.#elements.findLastIndex((element) => element.fullName === fullName));
    for (const element of closed) this.#uncount(element.fullName);
    this.names.length = this.#elements.length;
    this.#current = undefined;
    const kept = closed[0] as OpenElement;
    const parent = this.#elements.at(-1);
    if (!parent) this.#current = stateOf([kept]);
    else if (closed.some((element) => element.hadItem)) parent.hadItem = true;
    else if (closed.length === 1 && !wasTooDeep) this.add(Buffer.concat([...kept.parts, tag]));
    return true;
  }

  /** Notes that an item stands in the innermost element and gives its surroundings. */
  atItem(): Surroundings {
    // Those around one that had an item had that item, too.
    for (let at = this.#elements.length - 1; at >= 0; at--) {
      const element = this.#elements[at] as OpenElement;
      if (element.hadItem) break;
      element.hadItem = true;
    }
    return this.current();
  }

  current(): Surroundings {
    this.#current ??= stateOf(this.#elements.slice(0, maxDepth));
    return this.#current;
  }

  get #isTooDeep(): boolean {
    return this.#elements.length >= maxDepth;
  }

  #uncount(fullName: string): void {
    const count = (this.#counts.get(fullName) ?? 0) - 1;
    if (count > 0) this.#counts.set(fullName, count);
    else this.#counts.delete(fullName);
  }
}

function stateOf(open: readonly OpenElement[]): Surroundings {
  const elements = open.map((element) => {
    if (element.parts.length !== 1) element.parts = [Buffer.concat(element.parts)];
    return element.parts[0] as Buffer;
  });
  return {
    elements,
    open: open.map(({ fullName }) => fullName),
    get bytes() {
      return Buffer.concat(elements);
    },
  };
}
