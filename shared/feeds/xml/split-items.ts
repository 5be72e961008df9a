/**
 * Without parsing. Comments, CDATA, instructions, quoted `>` and nested elements do not mislead it. An unclosed item
 * ends where the next begins: one broken listing costs one.
 */

import { EstioError } from '../../platform/errors.ts';
import { isAtPath, localName, readItemPaths, type ItemPath } from './item-path.ts';
import { TagScanner, cdata, doctype, emptyTag, endTag, needMore, sameBytes, startTag, text } from './scan-tags.ts';
import { SurroundingsStack, type Surroundings } from './surroundings.ts';

export interface SplitOptions {
  /** See `FeedFormat.itemPaths`. */
  readonly itemPaths: readonly string[];
  readonly anyCase?: boolean;
  /** Longer items are skipped and reported. Default 2 MiB. */
  readonly maxItemBytes?: number;
}

export type SplitProblem = 'too-large' | 'unclosed';

export interface SplitItem {
  readonly bytes: Buffer;
  readonly offset: number;
  readonly surroundings: Surroundings;
  readonly problem?: SplitProblem;
}

export interface SplitEnd {
  /** Local name; `undefined` without any element. */
  readonly root: string | undefined;
  readonly complete: boolean;
  readonly reason?: 'empty' | 'no-element' | 'root-not-closed' | 'content-after-root';
  /** A tag outside items has no matching end: items may be in unexpected places. */
  readonly mismatched?: true;
  readonly items: number;
  readonly bytes: number;
}

const reportedBytes = 64 * 1024;
/** Bytes that may be reread for unclosed items, plus twice the feed's size. */
const maxReread = 16 * 1024 * 1024;

/** Usually enough to end an open item. */
const copiedBytes = 16 * 1024;

interface OpenItem {
  readonly offset: number;
  readonly name: Buffer;
  readonly parentName: Buffer | undefined;
  readonly surroundings: Surroundings;
  same: number;
  parent: number;
  depth: number;
  /** The first inner element of its name: the next item, if this one is unclosed. */
  firstSame: number;
  firstDirectSame: number;
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
  #reread = 0;

  constructor(options: SplitOptions) {
    this.#paths = readItemPaths(options.itemPaths);
    this.#anyCase = options.anyCase ?? false;
    this.#maxItemBytes = options.maxItemBytes ?? 2 * 1024 * 1024;
  }

  get root(): string | undefined {
    return this.#root;
  }

  get surroundings(): Surroundings {
    return this.#around.current();
  }

  /**
   * @returns the items that end in these bytes
   * @throws {EstioError} `entity-declarations`
   */
  push(chunk: Buffer): readonly SplitItem[] {
    this.#found = [];
    this.#bytes += chunk.length;
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

  get #isExhausted(): boolean {
    return this.#reread > maxReread + 2 * this.#bytes;
  }

  #giveUpAt(item: OpenItem, end: number): void {
    if (!item.skipped) this.#emit(item, this.#scanner.keep, end, 'unclosed');
    this.#continueFrom(this.#scanner.base + end);
  }

  /** The parent ended: the item may have swallowed later ones. */
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

/** Declared entities may be bombs or read files. A DTD (all REAXML) is never fetched. */
function refuseEntityDeclarations(bytes: Buffer): void {
  if (!bytes.includes('<!ENTITY')) return;
  throw new EstioError(
    'The feed declares its own XML entities (<!ENTITY ...> in its DOCTYPE). They are never expanded: ' +
      'expected a document without them',
    {
      code: 'entity-declarations',
    },
  );
}
