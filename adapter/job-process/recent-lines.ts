import { stripVTControlCharacters } from 'node:util';

const maxLines = 200;
/** Of all of them together, as stored (bytes). */
const maxBytes = 32 * 1024;
/** A longer one is cut (bytes). */
const maxLineBytes = 2048;

/** The last lines of a text that comes in pieces: at most 200 of them, and at most 32 kB. */
export class RecentLines {
  readonly #lines: { readonly text: string; readonly bytes: number }[] = [];
  #bytes = 0;

  /** Takes some whole lines. */
  add(text: string): void {
    for (const line of text.split('\n').slice(-maxLines - 1)) {
      const plain = stripVTControlCharacters(line).trimEnd();
      if (plain !== '') this.#keep(shortened(plain));
    }
  }

  /** What is kept, the oldest first. */
  all(): readonly string[] {
    return this.#lines.map(({ text }) => text);
  }

  #keep(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.#lines.push({ text, bytes });
    this.#bytes += bytes;
    while (this.#lines.length > maxLines || this.#bytes > maxBytes) this.#bytes -= this.#lines.shift()?.bytes ?? 0;
  }
}

/** A line that ends with a sign that it went on. */
function shortened(line: string): string {
  if (Buffer.byteLength(line) <= maxLineBytes) return line;
  // A character that is cut in two is left out.
  return `${Buffer.from(line)
    .subarray(0, maxLineBytes - 6)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')} …`;
}
