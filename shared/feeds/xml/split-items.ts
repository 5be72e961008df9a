/**
 * Cuts the bytes of a feed into its items without parsing them. Comments, CDATA, processing instructions, quoted `>`
 * and nested elements of the item's own name do not mislead it. An item that was never closed is given up where the
 * next one begins, so that one broken listing costs one listing; a document that ends early is known to have ended
 * early.
 */

import { EstioError } from '../../platform/errors.ts';
import { isAtPath, localName, readItemPaths, type ItemPath } from './item-path.ts';
import { TagScanner, cdata, doctype, emptyTag, endTag, needMore, sameBytes, startTag, text } from './scan-tags.ts';
import { SurroundingsStack, type Surroundings } from './surroundings.ts';

export interface SplitOptions {
  /** Where the items are (see `FeedFormat.itemPaths`). */
  readonly itemPaths: readonly string[];
  readonly anyCase?: boolean;
  /** A longer item is skipped and reported. Default 2 MiB. */
  readonly maxItemBytes?: number;
}

/** Why an item cannot be read. */
export type SplitProblem = 'too-large' | 'unclosed';

export interface SplitItem {
  /** From its `<` to its last `>`; of an item with a problem at most its first 64 KiB. */
  readonly bytes: Buffer;
  /** Where it begins, counted in bytes of the (decoded) feed. */
  readonly offset: number;
  readonly surroundings: Surroundings;
  readonly problem?: SplitProblem;
}

/** How the document ended. */
export interface SplitEnd {
  /** The root's local name; `undefined` when there was no element at all. */
  readonly root: string | undefined;
  /** The root was closed and only space, comments and processing instructions came after it. */
  readonly complete: boolean;
  /** What is wrong when it is not complete. */
  readonly reason?: 'empty' | 'no-element' | 'root-not-closed' | 'content-after-root';
  /** A tag beside the items was not closed by its own: items may stand where none are looked for. */
  readonly mismatched?: true;
  readonly items: number;
  readonly bytes: number;
}

const reportedBytes = 64 * 1024;
/** So many bytes may be read a second time, and twice as many as the feed has: what a few unclosed items ask for. */
const maxReread = 16 * 1024 * 1024;

/** So much of the next bytes is added to an item that has begun, in the hope that it ends there. */
const copiedBytes = 16 * 1024;

/** The item that is being read. */
interface OpenItem {
  readonly offset: number;
  readonly name: Buffer;
  /** Name of the element that it stands in, unless that is the item's own name. */
  readonly parentName: Buffer | undefined;
  readonly surroundings: Surroundings;
  /** Open elements of the item's name, of its parent's name, and of any name. */
  same: number;
  parent: number;
  depth: number;
  /** Offset of the first element of its name in it; should this item be unclosed, that is the next one. */
  firstSame: number;
  /** The same, but where every other element was closed. */
  firstDirectSame: number;
  /** It was reported as too large; its bytes are not kept any more. */
  skipped: boolean;
}

export class ItemSplitter {
  readonly #paths: readonly ItemPath[];
  readonly #anyCase: boolean;
  readonly #maxItemBytes: number;
  readonly #scanner = new TagScanner();
  readonly #around = new SurroundingsStack();
  #found: SplitItem[] = [];
  #item: OpenItem | undefined;
  #items = 0;
  #bytes = 0;
  #root: string | undefined;
  #rootClosed = false;
  #textOutside = false;
  #elementAfterRoot = false;
  #mismatched = false;
  /** Bytes behind the beginnings of items that had to be read again because an item before them was never closed. */
  #reread = 0;

  constructor(options: SplitOptions) {
    this.#paths = readItemPaths(options.itemPaths);
    this.#anyCase = options.anyCase ?? false;
    this.#maxItemBytes = options.maxItemBytes ?? 2 * 1024 * 1024;
  }

  /** The root's local name, as soon as it is known. */
  get root(): string | undefined {
    return this.#root;
  }

  /** What stands around the place that has been reached. */
  get surroundings(): Surroundings {
    return this.#around.current();
  }

  /**
   * Takes the next bytes and gives the items that ended in them.
   *
   * @throws {EstioError} `entity-declarations` when the document declares entities of its own
   */
  push(chunk: Buffer): readonly SplitItem[] {
    this.#found = [];
    this.#bytes += chunk.length;
    // Most often the item that has begun ends soon: all that comes after it need not be copied then.
    const beginning = this.#scanner.hasRest ? Math.min(chunk.length, copiedBytes) : chunk.length;
    this.#scanner.append(chunk.subarray(0, beginning));
    this.#readAll();
    if (beginning < chunk.length) {
      this.#scanner.append(chunk, beginning);
      this.#readAll();
    }
    return this.#found;
  }

  #readAll(): void {
    for (;;) {
      const kind = this.#scanner.next();
      if (this.#item) this.#readInside(this.#item, kind);
      else if (kind !== needMore) this.#readOutside(kind);
      if (kind === needMore) return;
    }
  }

  /** Takes note that no more bytes come. */
  end(): SplitEnd {
    const reason = this.#incompleteBecause();
    return {
      root: this.#root,
      complete: reason === undefined,
      reason,
      ...(this.#mismatched ? { mismatched: true as const } : {}),
      items: this.#items,
      bytes: this.#bytes,
    };
  }

  #incompleteBecause(): SplitEnd['reason'] {
    if (this.#root === undefined) return this.#textOutside || this.#scanner.unfinished ? 'no-element' : 'empty';
    if (!this.#rootClosed) return 'root-not-closed';
    return this.#textOutside || this.#elementAfterRoot || this.#scanner.unfinished ? 'content-after-root' : undefined;
  }

  #readOutside(kind: number): void {
    const scanner = this.#scanner;
    if (kind === text) return this.#textBeside(scanner.start, scanner.end);
    this.#textBeside(scanner.textStart, scanner.start);
    if (kind === startTag || kind === emptyTag) this.#elementBegins(kind);
    else if (kind === endTag) this.#elementEnds();
    else if (kind === cdata) this.#around.add(scanner.buffer.subarray(scanner.start, scanner.end));
    else if (kind === doctype) refuseEntityDeclarations(scanner.buffer.subarray(scanner.start, scanner.end));
  }

  #elementBegins(kind: number): void {
    const scanner = this.#scanner;
    if (this.#rootClosed) {
      this.#elementAfterRoot = true;
      return;
    }
    const fullName = scanner.buffer.toString('utf8', scanner.nameStart, scanner.nameEnd);
    const name = localName(fullName);
    if (this.#root === undefined) {
      this.#root = name;
      this.#textOutside = false;
    }
    if (isAtPath(this.#around.names, name, this.#paths, this.#anyCase)) {
      this.#beginItem(kind === emptyTag);
    } else if (kind === startTag) {
      this.#around.open(fullName, scanner.buffer.subarray(scanner.start, scanner.end));
    } else {
      this.#around.add(scanner.buffer.subarray(scanner.start, scanner.end));
      if (this.#around.names.length === 0) this.#rootClosed = true;
    }
  }

  #elementEnds(): void {
    const scanner = this.#scanner;
    const fullName = scanner.buffer.toString('utf8', scanner.nameStart, scanner.nameEnd);
    if (this.#around.innermost !== fullName) this.#mismatched = true;
    const closed = this.#around.close(fullName, scanner.buffer.subarray(scanner.start, scanner.end));
    if (closed && this.#around.names.length === 0) this.#rootClosed = true;
    if (!closed && this.#rootClosed) this.#elementAfterRoot = true;
  }

  #beginItem(isEmpty: boolean): void {
    const scanner = this.#scanner;
    const parent = this.#around.innermost;
    const name = Buffer.from(scanner.buffer.subarray(scanner.nameStart, scanner.nameEnd));
    this.#item = {
      offset: scanner.base + scanner.start,
      name,
      parentName: parent === undefined || parent === name.toString() ? undefined : Buffer.from(parent),
      surroundings: this.#around.atItem(),
      same: 1,
      parent: 0,
      depth: 1,
      firstSame: -1,
      firstDirectSame: -1,
      skipped: false,
    };
    scanner.keep = scanner.start;
    if (isEmpty) this.#finishItem(this.#item, scanner.end);
  }

  #readInside(item: OpenItem, kind: number): void {
    const scanner = this.#scanner;
    if (kind === startTag) {
      this.#nestedBegins(item);
    } else if (kind === endTag) {
      item.depth -= 1;
      if (sameBytes(scanner.buffer, scanner.nameStart, scanner.nameEnd, item.name)) {
        item.same -= 1;
        if (item.same === 0) return this.#finishItem(item, scanner.end);
      } else if (item.parentName && sameBytes(scanner.buffer, scanner.nameStart, scanner.nameEnd, item.parentName)) {
        item.parent -= 1;
        if (item.parent < 0) return this.#giveUp(item);
      }
    }
    if (!item.skipped && this.#item === item && scanner.position - scanner.keep > this.#maxItemBytes)
      this.#tooLarge(item);
  }

  #nestedBegins(item: OpenItem): void {
    const scanner = this.#scanner;
    if (sameBytes(scanner.buffer, scanner.nameStart, scanner.nameEnd, item.name)) {
      const offset = scanner.base + scanner.start;
      if (item.skipped && item.depth <= 1) return this.#continueFrom(offset);
      if (this.#isExhausted) return this.#giveUpAt(item, scanner.start);
      if (item.firstSame < 0) item.firstSame = offset;
      if (item.firstDirectSame < 0 && item.depth <= 1) item.firstDirectSame = offset;
      item.same += 1;
    } else if (item.parentName && sameBytes(scanner.buffer, scanner.nameStart, scanner.nameEnd, item.parentName)) {
      item.parent += 1;
    }
    item.depth += 1;
  }

  #finishItem(item: OpenItem, end: number): void {
    const scanner = this.#scanner;
    if (!item.skipped) this.#emit(item, scanner.keep, end);
    if (this.#around.names.length === 0) this.#rootClosed = true;
    this.#continueFrom(scanner.base + end);
  }

  /** So many items were not closed that none is any more read to its parent's end for its own. */
  get #isExhausted(): boolean {
    return this.#reread > maxReread + 2 * this.#bytes;
  }

  #giveUpAt(item: OpenItem, end: number): void {
    if (!item.skipped) this.#emit(item, this.#scanner.keep, end, 'unclosed');
    this.#continueFrom(this.#scanner.base + end);
  }

  /** The parent ends and the item does not: it was never closed, and may have swallowed those after it. */
  #giveUp(item: OpenItem): void {
    const scanner = this.#scanner;
    const next = item.firstDirectSame >= 0 ? item.firstDirectSame : item.firstSame;
    this.#giveUpAt(item, next < 0 || item.skipped ? scanner.start : next - scanner.base);
  }

  #tooLarge(item: OpenItem): void {
    const scanner = this.#scanner;
    if (item.firstDirectSame >= 0) {
      const end = item.firstDirectSame - scanner.base;
      this.#emit(item, scanner.keep, end, 'unclosed');
      return this.#continueFrom(item.firstDirectSame);
    }
    this.#emit(item, scanner.keep, scanner.position, 'too-large');
    item.skipped = true;
    scanner.keep = -1;
  }

  #emit(item: OpenItem, start: number, end: number, problem?: SplitProblem): void {
    const shown = problem ? Math.min(end, start + reportedBytes) : end;
    this.#items += 1;
    this.#found.push({
      bytes: this.#scanner.buffer.subarray(start, shown),
      offset: item.offset,
      surroundings: item.surroundings,
      problem,
    });
  }

  /** Leaves the item and goes on outside of items. */
  #continueFrom(offset: number): void {
    this.#item = undefined;
    this.#reread += Math.max(0, this.#scanner.base + this.#scanner.position - offset);
    this.#scanner.keep = -1;
    this.#scanner.moveTo(offset - this.#scanner.base);
  }

  #textBeside(start: number, end: number): void {
    const { buffer } = this.#scanner;
    if (isBlank(buffer, start, end)) return;
    if (this.#around.names.length === 0) this.#textOutside = true;
    else this.#around.add(buffer.subarray(start, end));
  }
}

function isBlank(buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((buffer[at] as number) > 0x20) return false;
  return true;
}

/**
 * Entities that a document declares are not expanded, so that none can be a bomb or read a file; a feed that needs its
 * own is refused as a whole. A DOCTYPE that names a DTD (all REAXML) is passed over and never fetched.
 */
function refuseEntityDeclarations(bytes: Buffer): void {
  if (!bytes.includes('<!ENTITY')) return;
  throw new EstioError(
    'The feed declares XML entities of its own (<!ENTITY ...> in its DOCTYPE): expected a document without, they ' +
      'are never expanded',
    {
      code: 'entity-declarations',
    },
  );
}
