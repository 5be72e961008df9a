import { isUtf8 } from 'node:buffer';
import libmime from 'libmime';
import { cleanLine } from './clean-text.ts';
import { decodeText } from './decode-text.ts';

export class Headers {
  readonly #values = new Map<string, string[]>();

  constructor(lines: Iterable<{ readonly name: string; readonly value: string }>) {
    for (const { name, value } of lines) {
      const key = name.trim().toLowerCase();
      const values = this.#values.get(key);
      if (values) values.push(value);
      else this.#values.set(key, [value]);
    }
  }

  /** Unfolded, not decoded: addresses are split first. */
  raw(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  /** Mailers repeat headers that RFC 5322 allows once. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  text(name: string): string | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : decodeWords(value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Lower case. */
  names(): readonly string[] {
    return [...this.#values.keys()];
  }
}

/** Characters stand for bytes (Latin-1). */
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

export function decodeWords(value: string): string {
  if (!value.includes('=?')) return cleanLine(value);
  try {
    return cleanLine(libmime.decodeWords(value.replace(latin1Word, relabelUtf8)));
  } catch {
    return cleanLine(value);
  }
}

function relabelUtf8(word: string, encoding: string, text: string): string {
  const bytes = Buffer.from(libmime.decodeWord('iso-8859-1', encoding, text), 'latin1');
  return bytes.some((byte) => byte > 0x7f) && isUtf8(bytes) ? `=?utf-8?${encoding}?${text}?=` : word;
}
