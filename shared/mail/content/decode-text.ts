/**
 * Declared charsets are often wrong. Order of trust: byte order mark, zero bytes of UTF-16, ISO-2022 escapes, a
 * declaration that fits, valid UTF-8, HTML's `<meta>`, detection, windows-1252.
 */

import { isAscii, isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import iconv from 'iconv-lite';

/** Any bytes are valid in these: a declaration proves nothing. */
const singleByte = /^(iso-?8859|windows|cp-?125|koi8|macintosh|x-mac|ibm|latin|l\d$|us-?ascii|ascii)/i;

/** chardet: 0-100. */
const minConfidence = 20;

export interface DecodeOptions {
  readonly declared?: string | undefined;
  /** `<meta charset>` counts. */
  readonly html?: boolean;
}

/** Never throws; undecodable bytes become U+FFFD. */
export function decodeText(bytes: Buffer, options: DecodeOptions = {}): string {
  const marked = byteOrderMark(bytes) ?? byteOrder(bytes, options.declared);
  if (marked) return decodeAs(bytes, marked) ?? '';
  const escaped = iso2022(bytes);
  const unescaped = escaped && decodeAs(bytes, escaped);
  if (unescaped !== undefined) return unescaped;
  if (isAscii(bytes) && !isUnicodeName(options.declared)) {
    // UTF-7, HZ and others write text in ASCII.
    return (options.declared && decodeAs(bytes, options.declared)) || bytes.toString('latin1');
  }
  const asUtf8 = isUtf8(bytes) ? bytes.toString('utf8') : undefined;
  return decodeAsDeclared(bytes, options.declared, asUtf8) ?? asUtf8 ?? guess(bytes, options);
}

function decodeAsDeclared(bytes: Buffer, declared: string | undefined, asUtf8: string | undefined): string | undefined {
  if (!declared || isUtf8Name(declared)) return undefined;
  // UTF-8 declared as Latin-1, the most common lie.
  if (asUtf8 !== undefined && singleByte.test(declared.trim())) return asUtf8;
  const text = decodeAs(bytes, declared);
  return asUtf8 !== undefined && text?.includes('\uFFFD') ? undefined : text;
}

function guess(bytes: Buffer, { html }: DecodeOptions): string {
  if (isMostlyUtf8(bytes)) return bytes.toString('utf8');
  return decodeAs(bytes, (html ? metaCharset(bytes) : undefined) ?? detect(bytes)) ?? bytes.toString('latin1');
}

function decodeAs(bytes: Buffer, charset: string): string | undefined {
  const name = charset.trim().replace(/^["']|["']$/g, '');
  try {
    return new TextDecoder(name).decode(bytes);
  } catch {
    return iconv.encodingExists(name) && !/^(base64|hex|binary)$/i.test(name) ? iconv.decode(bytes, name) : undefined;
  }
}

function isUtf8Name(name: string): boolean {
  return /^(utf-?8|unicode-1-1-utf-8)$/i.test(name.trim());
}

function isUnicodeName(name: string | undefined): boolean {
  return name !== undefined && /^(utf-?16|utf-?32|ucs-?[24]|iso-10646)/i.test(name.trim());
}

function byteOrderMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return undefined;
}

/** RFC 2781: "utf-16" does not say which byte comes first. Other texts have no zero bytes. */
function byteOrder(bytes: Buffer, declared = ''): 'utf-16be' | 'utf-16le' | undefined {
  const isDeclared = /^["']?(utf-?16|ucs-?2|iso-10646-ucs-2)["']?$/i.test(declared.trim());
  if (!isDeclared && (bytes.length % 2 === 1 || !bytes.includes(0))) return undefined;
  const zeros: [number, number] = [0, 0];
  const different = [new Set<number>(), new Set<number>()] as const;
  const sample = bytes.subarray(0, 64 * 1024);
  for (const [index, byte] of sample.entries()) {
    if (byte === 0) zeros[index % 2 ? 1 : 0] += 1;
    different[index % 2 ? 1 : 0].add(byte);
  }
  const [first, second] = zeros;
  if (isDeclared) {
    const isBigEndian = first === second ? different[0].size < different[1].size : first > second;
    return isBigEndian ? 'utf-16be' : 'utf-16le';
  }
  // Spaces alone are a tenth of the characters; a stray zero byte is not.
  if (Math.min(first, second) > 0 || Math.max(first, second) < Math.max(2, sample.length / 20)) return undefined;
  return first > second ? 'utf-16be' : 'utf-16le';
}

function iso2022(bytes: Buffer): string | undefined {
  if (!bytes.includes(0x1b)) return undefined;
  const text = bytes.toString('latin1');
  // eslint-disable-next-line no-control-regex
  return /\u001B(\$[@B]|\([IJ])/.test(text) && isAscii(bytes) ? 'iso-2022-jp' : undefined;
}

/** Most non-ASCII bytes form characters; a cut may break some. */
function isMostlyUtf8(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  const broken = text.split('\uFFFD').length - 1;
  // eslint-disable-next-line no-control-regex
  const sound = (text.match(/[^\u0000-\u007F\uFFFD]/g) ?? []).length;
  return sound > broken * 4;
}

function metaCharset(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 4096).toString('latin1');
  const name = /<meta[^>]{0,200}?charset\s*=\s*["']?([\w:.-]{2,40})/i.exec(head)?.[1];
  return name !== undefined && !isUtf8Name(name) && !isUnicodeName(name) ? name : undefined;
}

function detect(bytes: Buffer): string {
  const best = analyse(bytes.subarray(0, 64 * 1024))[0];
  if (!best || best.confidence < minConfidence) return 'windows-1252';
  // Undeclared mail mostly comes from Windows.
  return best.name === 'ISO-8859-1' ? 'windows-1252' : best.name;
}
