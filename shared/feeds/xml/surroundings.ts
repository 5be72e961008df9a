/**
 * What stands around the items of a feed: the start tags of their ancestors and those children that are no items. Kept
 * as bytes, small and bounded, so that a format can ask for the provider of an item that was cut out of the stream.
 */

import { localName } from './item-path.ts';

/** More than this beside the items of one element is not kept: no header is that long. */
const maxBytes = 256 * 1024;

/** One state of the surroundings, shared by all items that were read in it. */
export interface Surroundings {
  /** A document of the open elements and what was read beside the items, cut open at the end. */
  readonly bytes: Buffer;
  /** Full names of the open elements, root first: closing them in reverse makes the document whole. */
  readonly open: readonly string[];
}

interface OpenElement {
  readonly fullName: string;
  readonly parts: Buffer[];
  size: number;
  hadItem: boolean;
}

export class SurroundingsStack {
  /** Local names of the open elements, root first. */
  readonly names: string[] = [];
  readonly #elements: OpenElement[] = [];
  #current: Surroundings | undefined;

  /** The name of the innermost open element, prefix included. */
  get innermost(): string | undefined {
    return this.#elements.at(-1)?.fullName;
  }

  open(fullName: string, tag: Buffer): void {
    this.#elements.push({ fullName, parts: [Buffer.from(tag)], size: tag.length, hadItem: false });
    this.names.push(localName(fullName));
    this.#current = undefined;
  }

  /** Text, CDATA or an empty element beside the items. */
  add(bytes: Buffer): void {
    const innermost = this.#elements.at(-1);
    if (!innermost || innermost.size + bytes.length > maxBytes) return;
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
    const at = this.#elements.findLastIndex((element) => element.fullName === fullName);
    if (at < 0) return false;
    const closed = this.#elements.splice(at);
    this.names.length = at;
    this.#current = undefined;
    const kept = closed[0] as OpenElement;
    const parent = this.#elements.at(-1);
    if (!parent) this.#current = { bytes: Buffer.concat(kept.parts), open: [kept.fullName] };
    else if (closed.some((element) => element.hadItem)) parent.hadItem = true;
    else if (closed.length === 1) this.add(Buffer.concat([...kept.parts, tag]));
    return true;
  }

  /** Notes that an item stands in the innermost element and gives its surroundings. */
  atItem(): Surroundings {
    for (const element of this.#elements) element.hadItem = true;
    return this.current();
  }

  current(): Surroundings {
    this.#current ??= {
      bytes: Buffer.concat(this.#elements.flatMap((element) => element.parts)),
      open: this.#elements.map((element) => element.fullName),
    };
    return this.#current;
  }
}
