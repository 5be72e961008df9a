import { stripVTControlCharacters } from 'node:util';

const maxLines = 200;
/** bytes in all */
const maxBytes = 32 * 1024;
/** bytes; longer ones are cut. */
const maxLineBytes = 2048;

export class RecentLines {
  readonly #lines: { readonly text: string; readonly bytes: number }[] = [];
  #bytes = 0;

  add(text: string): void {
    for (const line of text.split('\n').slice(-maxLines - 1)) {
      const plain = stripVTControlCharacters(line).trimEnd();
      if (plain !== '') this.#keep(shortened(plain));
    }
  }

  /** Oldest first. */
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

/** Marks the cut. */
function shortened(line: string): string {
  if (Buffer.byteLength(line) <= maxLineBytes) return line;
  // Omits a cut character.
  return `${Buffer.from(line)
    .subarray(0, maxLineBytes - 6)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')} …`;
}
