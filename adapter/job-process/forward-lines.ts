import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Characters; a longer part of a line is passed on. */
const maxHeldBack = 64 * 1024;

/** Passes on whole lines, so that no other output lands within one. */
export function forwardLines(stream: Readable, take: (lines: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    rest += decoder.write(chunk);
    const end = rest.length > maxHeldBack ? rest.length : rest.lastIndexOf('\n') + 1;
    if (end === 0) return;
    take(rest.slice(0, end));
    rest = rest.slice(end);
  });
  stream.on('close', () => {
    rest += decoder.end();
    if (rest !== '') take(rest);
    rest = '';
  });
}
