/**
 * Four bytes of each id are kept, so that 200,000 fit the feed's record; another id matches by chance once in 20,000.
 */

import { hash } from 'node:crypto';

const bytesEach = 4;

/** Base64, independent of order. */
export function askedAbout(ids: Iterable<string>): string {
  const keys = new Set([...ids].map(keyOf));
  return Buffer.concat([...keys].sort().map((key) => Buffer.from(key, 'binary'))).toString('base64');
}

/** An empty record contains none. */
export function wasAskedAbout(asked: string | undefined): (id: string) => boolean {
  const bytes = Buffer.from(asked ?? '', 'base64').toString('binary');
  const keys = new Set<string>();
  for (let at = 0; at + bytesEach <= bytes.length; at += bytesEach) keys.add(bytes.slice(at, at + bytesEach));
  return (id) => keys.has(keyOf(id));
}

function keyOf(id: string): string {
  return hash('sha1', id, 'binary').slice(0, bytesEach);
}
