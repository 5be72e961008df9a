/**
 * The listings of a hold; a confirmation covers no others. Each id takes 4 bytes of its hash, so that 200,000 fit the
 * feed's record; another id then matches by chance once in 20,000. Pure.
 */

import { hash } from 'node:crypto';

const bytesEach = 4;

/** The ids of a hold as base64, independent of their order. */
export function askedAbout(ids: Iterable<string>): string {
  const keys = new Set([...ids].map(keyOf));
  return Buffer.concat([...keys].sort().map((key) => Buffer.from(key, 'binary'))).toString('base64');
}

/** Tests whether a record contains an id; an empty one contains none. */
export function wasAskedAbout(asked: string | undefined): (id: string) => boolean {
  const bytes = Buffer.from(asked ?? '', 'base64').toString('binary');
  const keys = new Set<string>();
  for (let at = 0; at + bytesEach <= bytes.length; at += bytesEach) keys.add(bytes.slice(at, at + bytesEach));
  return (id) => keys.has(keyOf(id));
}

function keyOf(id: string): string {
  return hash('sha1', id, 'binary').slice(0, bytesEach);
}
