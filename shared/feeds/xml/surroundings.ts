/**
 * Start tags of the items' ancestors and non-item children, as bounded bytes: a format finds an item's provider here.
 */

import { localName } from './item-path.ts';

/** Per element; no header is longer. */
const maxBytes = 256 * 1024;
const maxDepth = 100;
/** A provider precedes its items: later changes stop counting. */
const maxChangesAfterItem = 16;

export interface Surroundings {
  readonly bytes: Buffer;
  /** By element; unchanged ones share bytes. */
  readonly elements: readonly Buffer[];
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
  readonly names: string[] = [];
  readonly #elements: OpenElement[] = [];
  readonly #counts = new Map<string, number>();
  #current: Surroundings | undefined;

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

  add(bytes: Buffer): void {
    const innermost = this.#elements.at(-1);
    if (!innermost || innermost.size + bytes.length > maxBytes || this.#elements.length > maxDepth) return;
    if (innermost.hadItem && innermost.changesAfterItem++ >= maxChangesAfterItem) return;
    innermost.parts.push(Buffer.from(bytes));
    innermost.size += bytes.length;
    this.#current = undefined;
  }

  /**
   * Closes the innermost element of that name, and all inside. An element without items joins its parent's
   * surroundings; one with items is dropped, so that its provider does not leak to the next. The root's stay, for feeds
   * without items.
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

  atItem(): Surroundings {
    // Ancestors are marked already.
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
