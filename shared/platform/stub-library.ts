/** Writes a shared library (ELF, x86-64) to replace one that is not needed. */

export interface StubSymbols {
  /** Functions that return 1. */
  readonly one: readonly string[];
  readonly zero: readonly string[];
  /** Eight zero bytes each. */
  readonly variables: readonly string[];
}

const pageSize = 0x1000;
const headerSize = 64;
const segmentSize = 56;
const symbolSize = 24;
/** endbr64; mov eax, 1; ret */
const returnOne = Buffer.from('f30f1efab801000000c3', 'hex');
/** endbr64; xor eax, eax; ret */
const returnZero = Buffer.from('f30f1efa31c0c3', 'hex');
const readable = 4;
const executable = 1;
const writable = 2;

/**
 * One executable page and one writable page.
 *
 * @throws {RangeError} too many names for a page
 */
export function stubLibrary(soname: string, { one, zero, variables }: StubSymbols): Buffer {
  const names = [...one, ...zero, ...variables];
  const strings = Buffer.from(`\0${[soname, ...names].map((name) => `${name}\0`).join('')}`);
  const segments = 4;
  const hashAt = headerSize + segments * segmentSize;
  const symbolsAt = hashAt + 8 * Math.ceil((4 * (4 + names.length)) / 8);
  const stringsAt = symbolsAt + symbolSize * (1 + names.length);
  const oneAt = stringsAt + strings.length;
  const zeroAt = oneAt + returnOne.length;
  if (zeroAt + returnZero.length > pageSize) throw new RangeError(`${soname}: expected names that fit into a page`);
  const dynamic = words64(14, 1, 4, hashAt, 5, stringsAt, 6, symbolsAt, 10, strings.length, 11, symbolSize, 0, 0);
  const variablesAt = pageSize + dynamic.length;
  const end = variablesAt + 8 * variables.length;

  const file = Buffer.alloc(end);
  Buffer.from('7f454c46020101', 'hex').copy(file);
  // Shared object (3), x86-64 (62).
  file.writeUInt16LE(3, 16);
  file.writeUInt16LE(62, 18);
  file.writeUInt32LE(1, 20);
  words64(0, headerSize, 0).copy(file, 24);
  for (const [index, value] of [headerSize, segmentSize, segments].entries()) file.writeUInt16LE(value, 52 + 2 * index);
  const loaded = 1;
  const described = 2;
  const stack = 0x6474_e551;
  [
    segment(loaded, readable | executable, 0, zeroAt + returnZero.length),
    segment(loaded, readable | writable, pageSize, end - pageSize),
    segment(described, readable | writable, pageSize, dynamic.length),
    segment(stack, readable | writable, 0, 0),
  ].forEach((header, index) => header.copy(file, headerSize + index * segmentSize));
  hashTable(names.length).copy(file, hashAt);
  const addresses = [
    ...one.map(() => oneAt),
    ...zero.map(() => zeroAt),
    ...variables.map((_, index) => variablesAt + 8 * index),
  ];
  for (const [index, name] of names.entries()) {
    const isFunction = index < one.length + zero.length;
    const at = symbolsAt + symbolSize * (1 + index);
    file.writeUInt32LE(strings.indexOf(`\0${name}\0`) + 1, at);
    file.writeUInt8(isFunction ? 0x12 : 0x11, at + 4);
    file.writeUInt16LE(1, at + 6);
    words64(addresses[index] as number, 8).copy(file, at + 8);
  }
  strings.copy(file, stringsAt);
  returnOne.copy(file, oneAt);
  returnZero.copy(file, zeroAt);
  dynamic.copy(file, pageSize);
  return file;
}

function segment(type: number, flags: number, offset: number, size: number): Buffer {
  const kind = Buffer.alloc(8);
  kind.writeUInt32LE(type, 0);
  kind.writeUInt32LE(flags, 4);
  return Buffer.concat([kind, words64(offset, offset, offset, size, size, pageSize)]);
}

function hashTable(count: number): Buffer {
  const words = [1, 1 + count, 1, 0, ...Array.from({ length: count }, (_, index) => (index + 2) % (count + 1))];
  const table = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) table.writeUInt32LE(word, 4 * index);
  return table;
}

function words64(...words: number[]): Buffer {
  const bytes = Buffer.alloc(8 * words.length);
  for (const [index, word] of words.entries()) bytes.writeBigUInt64LE(BigInt(word), 8 * index);
  return bytes;
}
