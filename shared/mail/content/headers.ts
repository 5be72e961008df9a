/** Headers of a message or a part: by name, repeated, decoded (RFC 2047), whatever bytes they were sent in. */

import { isUtf8 } from 'node:buffer';
import libmime from 'libmime';
import { cleanLine } from './clean-text.ts';
import { decodeText } from './decode-text.ts';

export class Headers {
  readonly #values = new Map<string, string[]>();

  /** @param lines name and raw value of each header, in the order sent */
  constructor(lines: Iterable<{ readonly name: string; readonly value: string }>) {
    for (const { name, value } of lines) {
      const key = name.trim().toLowerCase();
      const values = this.#values.get(key);
      if (values) values.push(value);
      else this.#values.set(key, [value]);
    }
  }

  /** First value of a header, unfolded, encoded words as they are (addresses must be split before they are decoded). */
  raw(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  /** All values of a header: RFC 5322 allows one To, mailers send several. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** First value of a header as text on one line. */
  text(name: string): string | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : decodeWords(value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }
}

/**
 * Headers from the lines of a MIME parser, whose characters stand for bytes (Latin-1): bytes beyond ASCII are read like
 * a body without a declared charset.
 */
export function headersFromLines(lines: Iterable<{ readonly key: string; readonly line: string }>): Headers {
  return new Headers(
    [...lines].map(({ key, line }) => {
      const value = line
        .slice(line.indexOf(':') + 1)
        .replace(/\r?\n(?=[ \t])/g, '')
        .trim();
      return { name: key, value: decodeText(Buffer.from(value, 'latin1')) };
    }),
  );
}

const latin1Word = /=\?(?:iso-8859-1|us-ascii)\?([bq])\?([^?\s]*)\?=/gi;

/** Decodes encoded words into text on one line; what cannot be decoded stays as it is. */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return cleanLine(value);
  try {
    return cleanLine(libmime.decodeWords(value.replace(latin1Word, relabelUtf8)));
  } catch {
    return cleanLine(value);
  }
}

/** A word that says Latin-1 and holds valid multi-byte UTF-8 is UTF-8, as with bodies. */
function relabelUtf8(word: string, encoding: string, text: string): string {
  const bytes = Buffer.from(libmime.decodeWord('iso-8859-1', encoding, text), 'latin1');
  return bytes.some((byte) => byte > 0x7f) && isUtf8(bytes) ? `=?utf-8?${encoding}?${text}?=` : word;
}
