/**
 * XML tokens (https://www.w3.org/TR/xml/) from chunks of any size, if ASCII bytes are never part of another character:
 * UTF-8, ISO-8859-x, windows-125x, KOI8. Fast enough for whole feeds, lenient with malformed items.
 */

/** The next token needs more bytes. */
export const needMore = 0;
export const startTag = 1;
export const emptyTag = 2;
export const endTag = 3;
export const cdata = 4;
export const comment = 5;
export const instruction = 6;
export const doctype = 7;
/** Up to the end of the bytes; other text lies between `textStart` and the next `start`. */
export const text = 8;

const lt = 0x3c;
const gt = 0x3e;
const slash = 0x2f;
const doubleQuote = 0x22;
const singleQuote = 0x27;

const maxTag = 1024 * 1024;

const terminators = { [cdata]: Buffer.from(']]>'), [comment]: Buffer.from('-->'), [instruction]: Buffer.from('?>') };

export class TagScanner {
  buffer: Buffer = Buffer.alloc(0);
  /** Offset of `buffer[0]` in the input. */
  base = 0;
  position = 0;
  keep = -1;

  textStart = 0;
  start = 0;
  end = 0;
  nameStart = 0;
  nameEnd = 0;
  broken = false;
  bare = false;

  #cutStart = -1;
  #cutAt = 0;
  #cutNameEnd = 0;
  #cutQuote = 0;
  #cutDepth = 0;
  /** Spare room, so that small chunks are not copied repeatedly. */
  #room = Buffer.alloc(0);
  #roomUsed = 0;

  #inside: typeof cdata | typeof comment | typeof instruction | 0 = 0;
  #insideStart = 0;

  /**
   * Drops bytes no longer needed.
   *
   * @param known bytes of `chunk` added before
   */
  append(chunk: Buffer, known = 0): void {
    const from = this.keep >= 0 ? Math.min(this.keep, this.position) : this.position;
    const left = Math.max(0, this.buffer.length - from);
    this.buffer =
      left <= known ? chunk.subarray(known - left) : this.#joined(this.buffer.subarray(from), chunk.subarray(known));
    this.base += from;
    this.position -= from;
    this.#insideStart = Math.max(0, this.#insideStart - from);
    if (this.keep >= 0) this.keep -= from;
  }

  #joined(rest: Buffer, added: Buffer): Buffer {
    if (added.length * 4 >= rest.length) return Buffer.concat([rest, added]);
    const start = rest.byteOffset - this.#room.byteOffset;
    const isInRoom = rest.buffer === this.#room.buffer && start + rest.length === this.#roomUsed;
    if (!isInRoom || this.#roomUsed + added.length > this.#room.length) {
      this.#room = Buffer.allocUnsafeSlow(2 * (rest.length + added.length));
      this.#room.set(rest);
      this.#roomUsed = rest.length;
    }
    this.#room.set(added, this.#roomUsed);
    this.#roomUsed += added.length;
    return this.#room.subarray(this.#roomUsed - rest.length - added.length, this.#roomUsed);
  }

  get hasRest(): boolean {
    return (this.keep >= 0 ? Math.min(this.keep, this.position) : this.position) < this.buffer.length;
  }

  get unfinished(): boolean {
    return this.#inside !== 0 || this.position < this.buffer.length;
  }

  moveTo(index: number): void {
    this.position = index;
    this.#inside = 0;
  }

  next(): number {
    if (this.#inside !== 0) {
      this.textStart = this.#insideStart;
      return this.#closeLong();
    }
    const { buffer } = this;
    const length = buffer.length;
    this.textStart = this.position;
    let at = this.position;
    for (;;) {
      at = nextLessThan(buffer, at, length);
      if (at >= length) return this.#textUntil(length);
      if (at + 1 >= length) return this.#textUntil(at);
      const following = buffer[at + 1] as number;
      if (isNameStart(following)) return this.#tag(at, at + 1, startTag);
      if (following === slash) {
        if (at + 2 >= length) return this.#textUntil(at);
        if (isNameStart(buffer[at + 2] as number)) return this.#tag(at, at + 2, endTag);
      } else if (following === 0x3f) {
        return this.#long(at, at + 2, instruction);
      } else if (following === 0x21) {
        const kind = this.#declaration(at);
        if (kind !== undefined) return kind;
      }
      this.bare = true;
      at += 1;
    }
  }

  /** What `<!` begins, if anything. */
  #declaration(at: number): number | undefined {
    const { buffer } = this;
    if (buffer[at + 2] === 0x2d && buffer[at + 3] === 0x2d) return this.#long(at, at + 4, comment);
    if (startsWith(buffer, at, '<![CDATA[')) return this.#long(at, at + 9, cdata);
    if (startsWith(buffer, at, '<!DOCTYPE') || startsWith(buffer, at, '<!doctype')) return this.#doctype(at);
    const mayContinue = buffer.length - at < 9 && mayBecomeMarkup(buffer, at, buffer.length);
    return mayContinue ? this.#textUntil(at) : undefined;
  }

  #textUntil(index: number): number {
    this.start = this.textStart;
    this.end = index;
    this.position = index;
    return index > this.textStart ? text : needMore;
  }

  #tag(start: number, nameStart: number, kind: typeof startTag | typeof endTag): number {
    const { buffer } = this;
    const length = buffer.length;
    const wasCut = this.#cutStart === this.base + start;
    let at = wasCut ? this.#cutNameEnd - this.base : nameStart;
    while (at < length && isNameByte(buffer[at] as number)) at += 1;
    this.nameStart = nameStart;
    this.nameEnd = at;
    this.broken = false;
    let quote = 0;
    if (wasCut) {
      at = Math.max(at, this.#cutAt - this.base);
      quote = this.#cutQuote;
    }
    for (; at < length; at++) {
      const byte = buffer[at] as number;
      if (byte === lt) {
        this.broken = true;
        return this.#found(start, at, kind);
      }
      if (quote !== 0) {
        if (byte === quote) quote = 0;
      } else if (byte === gt) {
        const empty = kind === startTag && buffer[at - 1] === slash;
        return this.#found(start, at + 1, empty ? emptyTag : kind);
      } else if (byte === doubleQuote || byte === singleQuote) {
        quote = byte;
      }
    }
    return this.#cutOff(start, quote, 0);
  }

  #cutOff(start: number, quote: number, depth: number): number {
    const { length } = this.buffer;
    if (length - start > maxTag) return this.#textUntil(length);
    this.#cutStart = this.base + start;
    this.#cutAt = this.base + length;
    this.#cutNameEnd = this.base + this.nameEnd;
    this.#cutQuote = quote;
    this.#cutDepth = depth;
    return this.#textUntil(start);
  }

  /** The end may be far away, so the content is not kept. */
  #long(start: number, from: number, kind: typeof cdata | typeof comment | typeof instruction): number {
    this.#inside = kind;
    this.#insideStart = start;
    this.position = from;
    return this.#closeLong();
  }

  #closeLong(): number {
    const kind = this.#inside as typeof cdata;
    const terminator = terminators[kind] as Buffer;
    const found = this.position > this.buffer.length ? -1 : this.buffer.indexOf(terminator, this.position);
    if (found < 0) {
      this.position = Math.max(this.position, this.buffer.length - terminator.length + 1);
      return needMore;
    }
    this.#inside = 0;
    return this.#found(this.#insideStart, found + terminator.length, kind);
  }

  #doctype(start: number): number {
    const { buffer } = this;
    const length = buffer.length;
    const wasCut = this.#cutStart === this.base + start;
    let depth = wasCut ? this.#cutDepth : 0;
    let quote = wasCut ? this.#cutQuote : 0;
    for (let at = wasCut ? this.#cutAt - this.base : start + 9; at < length; at++) {
      const byte = buffer[at] as number;
      if (quote !== 0) {
        if (byte === quote) quote = 0;
      } else if (byte === doubleQuote || byte === singleQuote) quote = byte;
      else if (byte === 0x5b) depth += 1;
      else if (byte === 0x5d) depth -= 1;
      else if (byte === gt && depth <= 0) return this.#found(start, at + 1, doctype);
    }
    return this.#cutOff(start, quote, depth);
  }

  #found(start: number, end: number, kind: number): number {
    this.start = start;
    this.end = end;
    this.position = end;
    return kind;
  }
}

export function sameBytes(buffer: Buffer, start: number, end: number, name: Buffer): boolean {
  const length = name.length;
  if (end - start !== length) return false;
  for (let i = 0; i < length; i++) if (buffer[start + i] !== name[i]) return false;
  return true;
}

/** Tags are close together: a loop beats `indexOf`. */
function nextLessThan(buffer: Buffer, from: number, length: number): number {
  const near = Math.min(from + 48, length);
  for (let at = from; at < near; at++) if (buffer[at] === lt) return at;
  if (near === length) return length;
  const found = buffer.indexOf(lt, near);
  return found < 0 ? length : found;
}

function isNameStart(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f || byte === 0x3a || byte >= 0x80
  );
}

function isNameByte(byte: number): boolean {
  return isNameStart(byte) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e;
}

function startsWith(buffer: Buffer, at: number, word: string): boolean {
  if (at + word.length > buffer.length) return false;
  for (let i = 0; i < word.length; i++) if (buffer[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

function mayBecomeMarkup(buffer: Buffer, at: number, length: number): boolean {
  const rest = buffer.toString('latin1', at, length);
  return ['<!--', '<![CDATA[', '<!DOCTYPE', '<!doctype'].some((word) => word.startsWith(rest));
}
