import { localName } from '../xml/item-path.ts';
import { emptyTag, endTag, needMore, startTag, TagScanner } from '../xml/scan-tags.ts';

/** Listings are no deeper. */
const maxDepth = 7;
const maxPaths = 5000;

export class ElementCounts {
  readonly #scanner = new TagScanner();
  readonly #open: string[] = [];
  readonly #counts = new Map<string, number>();

  async *through(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      this.#scanner.append(chunk);
      this.#read();
      yield chunk;
    }
  }

  /** From the root: `feed/rentals/ad`. */
  at(path: string): number {
    return this.#counts.get(path) ?? 0;
  }

  #read(): void {
    for (let kind = this.#scanner.next(); kind !== needMore; kind = this.#scanner.next()) {
      if (kind === endTag) this.#open.pop();
      else if (kind === startTag || kind === emptyTag) this.#begin(kind);
    }
  }

  #begin(kind: number): void {
    const { buffer, nameStart, nameEnd } = this.#scanner;
    const depth = this.#open.length;
    const parent = this.#open.at(-1);
    const name = depth < maxDepth ? localName(buffer.toString('utf8', nameStart, nameEnd)) : '';
    const path = parent === undefined ? name : `${parent}/${name}`;
    if (depth < maxDepth && (this.#counts.has(path) || this.#counts.size < maxPaths))
      this.#counts.set(path, this.at(path) + 1);
    if (kind === startTag) this.#open.push(depth < maxDepth ? path : (parent ?? ''));
  }
}
