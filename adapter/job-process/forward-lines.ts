import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A piece without a line's end that is longer than this continues as it is (characters). */
const maxHeldBack = 64 * 1024;

/**
 * Passes on what a process writes, whole lines at a time: others write to the same place, and no line may land within
 * another.
 */
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
