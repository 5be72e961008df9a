/**
 * The tokens of XML (https://www.w3.org/TR/xml/) over bytes that arrive in chunks of any size. Works on every encoding
 * in which `<`, `>`, quotes and letters are the bytes of ASCII and never part of another character: UTF-8, ISO-8859-x,
 * windows-125x, KOI8. It knows where a tag begins and ends and nothing of what it means, so that it is fast enough
 * to run over everything; being lenient it finds its way on through items that are not well-formed.
 */

/** No further token before more bytes come. */
export const needMore = 0;
export const startTag = 1;
/** `<name/>` */
export const emptyTag = 2;
export const endTag = 3;
export const cdata = 4;
export const comment = 5;
export const instruction = 6;
export const doctype = 7;
/** Text that ran to the end of the bytes there are; other text is between `textStart` and `start` of the next token. */
export const text = 8;

const lt = 0x3c;
const gt = 0x3e;
const slash = 0x2f;
const doubleQuote = 0x22;
const singleQuote = 0x27;

/** A tag or DOCTYPE longer than this is no tag: it is read as text. */
const maxTag = 1024 * 1024;

const terminators = { [cdata]: Buffer.from(']]>'), [comment]: Buffer.from('-->'), [instruction]: Buffer.from('?>') };

export class TagScanner {
  /** The bytes at hand; indexes below count from its beginning. Bytes handed in are never copied over or changed. */
  buffer: Buffer = Buffer.alloc(0);
  /** Offset of `buffer[0]` in the whole input. */
  base = 0;
  /** Where the next token is looked for. */
  position = 0;
  /** Bytes from here on stay at hand over `append`; -1: none before `position`. */
  keep = -1;

  /** The last token: from `start` to `end`, text before it from `textStart`, its name from `nameStart` to `nameEnd`. */
  textStart = 0;
  start = 0;
  end = 0;
  nameStart = 0;
  nameEnd = 0;
  /** The last tag ran into another `<` before its own `>`. */
  broken = false;
  /** A `<` was met that begins nothing: it was read as text. */
  bare = false;

  /**
   * A tag or DOCTYPE that went on behind the bytes there were: where it begins, and how far it was read (offsets in the
   * whole input), inside which quotes and brackets. It is read on from there when more bytes come.
   */
  #cutStart = -1;
  #cutAt = 0;
  #cutNameEnd = 0;
  #cutQuote = 0;
  #cutDepth = 0;
  /**
   * Bytes that were put together, and room behind them for more: small chunks are copied once, not at each other one.
   */
  #room = Buffer.alloc(0);
  #roomUsed = 0;

  #inside: typeof cdata | typeof comment | typeof instruction | 0 = 0;
  #insideStart = 0;

  /**
   * Adds the next bytes and forgets those that nobody needs any more.
   *
   * @param known so many of these bytes were added already: from where only they are needed, nothing is copied
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
    // Large chunks are worth a copy of their own: it keeps no spare room.
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

  /** Whether bytes are at hand that the next ones must be added to. */
  get hasRest(): boolean {
    return (this.keep >= 0 ? Math.min(this.keep, this.position) : this.position) < this.buffer.length;
  }

  /** Whether the input so far ends within a token. */
  get unfinished(): boolean {
    return this.#inside !== 0 || this.position < this.buffer.length;
  }

  /** Goes back (or on) to an index of `buffer`, where text is expected. */
  moveTo(index: number): void {
    this.position = index;
    this.#inside = 0;
  }

  /** Reads the next token and says of which kind it is. */
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
        if (buffer[at + 2] === 0x2d && buffer[at + 3] === 0x2d) return this.#long(at, at + 4, comment);
        if (startsWith(buffer, at, '<![CDATA[')) return this.#long(at, at + 9, cdata);
        if (startsWith(buffer, at, '<!DOCTYPE') || startsWith(buffer, at, '<!doctype')) return this.#doctype(at);
        if (length - at < 9 && mayBecomeMarkup(buffer, at, length)) return this.#textUntil(at);
      }
      this.bare = true;
      at += 1;
    }
  }

  /** Text up to `index` when there is some, else a request for more bytes. */
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

  /** A tag or DOCTYPE that does not end in the bytes there are. */
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

  /** A comment, CDATA section or processing instruction: its end may be far away, its inside is not kept. */
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

/** Whether the bytes at `start` to `end` are the name `name`. */
export function sameBytes(buffer: Buffer, start: number, end: number, name: Buffer): boolean {
  const length = name.length;
  if (end - start !== length) return false;
  for (let i = 0; i < length; i++) if (buffer[start + i] !== name[i]) return false;
  return true;
}

/** Tags are close together as a rule: a short loop beats the call of `indexOf`, which wins over long texts. */
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

/** Whether `<!..` at the end of the bytes may still become a comment, CDATA section or DOCTYPE. */
function mayBecomeMarkup(buffer: Buffer, at: number, length: number): boolean {
  const rest = buffer.toString('latin1', at, length);
  return ['<!--', '<![CDATA[', '<!DOCTYPE', '<!doctype'].some((word) => word.startsWith(rest));
}
