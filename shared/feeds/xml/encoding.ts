/**
 * Order of RFC 7303: byte order mark, HTTP charset, declaration, UTF-8. Many feeds name a wrong one: valid UTF-8 is
 * always read as UTF-8, other bytes never, so no U+FFFD is added.
 */

import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { memoize } from '../../platform/memoize.ts';
import { guessEncoding } from './guess-encoding.ts';

export interface FeedEncoding {
  /** An iconv-lite name, for bytes that are not UTF-8. */
  readonly encoding: string;
  readonly source: 'bom' | 'bytes' | 'http' | 'declaration' | 'default' | 'setting' | 'guess';
  readonly claimsUtf8: boolean;
  readonly bomBytes: number;
  /** An unknown name, for the report. */
  readonly unknown?: string;
}

/** ASCII bytes are never part of a character. */
const cutAsBytes = /^(utf-?8|windows-?\d+|iso-?8859-?\d+|koi8-\w+|macintosh)$/;

/** Used for a wider encoding (WHATWG Encoding standard). */
const practice: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'iso-8859-1': 'windows-1252',
    'iso8859-1': 'windows-1252',
    'iso_8859-1': 'windows-1252',
    latin1: 'windows-1252',
    'latin-1': 'windows-1252',
    l1: 'windows-1252',
    ansi: 'windows-1252',
    ascii: 'windows-1252',
    'us-ascii': 'windows-1252',
    'iso-8859-9': 'windows-1254',
    latin5: 'windows-1254',
    'iso-8859-11': 'windows-874',
    utf8: 'utf-8',
  }),
);

/**
 * Needs 64 bytes for the mark, 256 for the declaration, some kB for a guess. UTF-8, a western encoding or nothing may
 * be wrong; rarer names are deliberate.
 *
 * @param setting the feed's, for bytes that are not UTF-8
 */
export function detectEncoding(head: Buffer, httpCharset?: string, setting?: string): FeedEncoding {
  const named = namedEncoding(head, httpCharset, setting);
  if (named.encoding !== 'windows-1252' || named.source === 'setting') return named;
  const guessed = guessEncoding(head);
  return guessed === undefined ? named : { ...named, encoding: guessed, source: 'guess', claimsUtf8: false };
}

function namedEncoding(head: Buffer, httpCharset: string | undefined, setting: string | undefined): FeedEncoding {
  const marked = byteOrderMark(head);
  if (marked) return marked;
  const wide = wideCharacters(head);
  if (wide) return { encoding: wide, source: 'bytes', claimsUtf8: false, bomBytes: 0 };
  const set = nameOf(setting);
  if (set && set !== 'utf-8') return { encoding: set, source: 'setting', claimsUtf8: false, bomBytes: 0 };
  const declared = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']\s*([^"'\s]+)/.exec(head.toString('latin1', 0, 1024))?.[1];
  const [encoding, source] = toldEncoding(httpCharset, declared);
  const claimsUtf8 = encoding === undefined || encoding === 'utf-8';
  const unknown = [setting, httpCharset, declared].find((name) => name && !nameOf(name));
  return { encoding: claimsUtf8 ? 'windows-1252' : encoding, source, claimsUtf8, bomBytes: 0, unknown };
}

/** Server defaults for text/*: the declaration counts more. No default says windows-1252. */
function toldEncoding(
  httpCharset: string | undefined,
  declared: string | undefined,
): [encoding: string | undefined, source: FeedEncoding['source']] {
  const http = nameOf(httpCharset);
  const declaration = nameOf(declared);
  const isDefault = http === 'utf-8' || (http === 'windows-1252' && !/1252/.test(httpCharset ?? ''));
  if (http && !(isDefault && declaration)) return [http, 'http'];
  return declaration ? [declaration, 'declaration'] : [undefined, 'default'];
}

/** Whether items can be cut before decoding; else `transcode` first. */
export function isCutAsBytes(encoding: string): boolean {
  return cutAsBytes.test(encoding);
}

/** `repaired`: it was not in the named encoding. */
export function decodeBytes(bytes: Buffer, feed: FeedEncoding): { readonly text: string; readonly repaired: boolean } {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), repaired: false };
  const text = feed.claimsUtf8 ? decodeMixed(bytes, feed.encoding) : iconv.decode(bytes, feed.encoding);
  return { text: text.replaceAll('\ufffd', ''), repaired: feed.claimsUtf8 };
}

/** One damaged byte does not spoil a UTF-8 text. */
function decodeMixed(bytes: Buffer, other: string): string {
  const parts: string[] = [];
  const characters = charactersOf(other);
  let valid = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes[at] as number);
    if (length === 1 || (length > 1 && isSequence(bytes, at, length))) {
      at += length;
      continue;
    }
    if (valid < at) parts.push(bytes.toString('utf8', valid, at));
    parts.push(characters[bytes[at] as number] as string);
    at += 1;
    valid = at;
  }
  parts.push(bytes.toString('utf8', valid));
  return parts.join('');
}

const charactersOf = memoize(
  (encoding) => Array.from({ length: 256 }, (_, byte) => iconv.decode(Buffer.of(byte), encoding)),
  { maxAnswers: 20 },
);

function isSequence(bytes: Buffer, at: number, length: number): boolean {
  if (length === 2) return ((bytes[at + 1] ?? 0) & 0xc0) === 0x80;
  return isUtf8(bytes.subarray(at, at + length));
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

export async function* transcode(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = iconv.getDecoder(encoding);
  let half = '';
  for await (const chunk of chunks) {
    const written = half + decoder.write(chunk);
    // The decoder may split a surrogate pair between chunks.
    half = /[\ud800-\udbff]$/.test(written) ? written.slice(-1) : '';
    if (written.length > half.length) yield Buffer.from(written.slice(0, written.length - half.length));
  }
  const rest = half + (decoder.end() ?? '');
  if (rest) yield Buffer.from(rest);
}

/** Repairs `GrundstÃ¼ck`, if every such place becomes valid UTF-8. */
export function repairDoubleEncoding(written: string): string {
  if (!isDoubleEncoded(written)) return written;
  let whole = true;
  const repaired = written.replace(/[\u0080-\u00ff\u0152-\u0178\u02c6\u02dc\u2013-\u2122\u20ac]+/g, (run) => {
    const bytes = iconv.encode(run, 'windows-1252');
    if (isUtf8(bytes)) return bytes.toString('utf8');
    whole = false;
    return run;
  });
  return whole ? repaired : written;
}

const encodedTwice = new RegExp(
  String.raw`[\u00c2-\u00c5]` +
    String.raw`[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]`,
);

export function isDoubleEncoded(written: string): boolean {
  return encodedTwice.test(written);
}

function byteOrderMark(head: Buffer): FeedEncoding | undefined {
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (starts(0xef, 0xbb, 0xbf)) return { encoding: 'windows-1252', source: 'bom', claimsUtf8: true, bomBytes: 3 };
  if (starts(0xff, 0xfe, 0, 0)) return { encoding: 'utf-32le', source: 'bom', claimsUtf8: false, bomBytes: 4 };
  if (starts(0, 0, 0xfe, 0xff)) return { encoding: 'utf-32be', source: 'bom', claimsUtf8: false, bomBytes: 4 };
  if (starts(0xff, 0xfe)) return { encoding: 'utf-16le', source: 'bom', claimsUtf8: false, bomBytes: 2 };
  if (starts(0xfe, 0xff)) return { encoding: 'utf-16be', source: 'bom', claimsUtf8: false, bomBytes: 2 };
  return undefined;
}

/** Without a mark, the zero bytes of the first character tell. */
function wideCharacters(head: Buffer): string | undefined {
  if (head.length < 4) return undefined;
  const zero = [0, 1, 2, 3].map((i) => head[i] === 0).join();
  if (zero === 'false,true,true,true') return 'utf-32le';
  if (zero === 'true,true,true,false') return 'utf-32be';
  if (zero === 'false,true,false,true') return 'utf-16le';
  if (zero === 'true,false,true,false') return 'utf-16be';
  return undefined;
}

function nameOf(label: string | undefined): string | undefined {
  const written = label?.trim().toLowerCase();
  if (!written) return undefined;
  // `wideCharacters` did not match, so these are ASCII: .NET declares UTF-16 over UTF-8.
  if (/^(utf-?(16|32)|ucs-?[24])/.test(written)) return 'utf-8';
  const named =
    practice.get(written) ?? written.replace(/^cp-?(125\d)$/, 'windows-$1').replace(/^iso[-_]?8859[-_]/, 'iso-8859-');
  return iconv.encodingExists(named) ? named : undefined;
}
