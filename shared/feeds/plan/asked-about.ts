/**
 * Which listings a person was asked about: a confirmation answers for these and for no others. Four bytes of a hash for
 * each id, so that a hold of 200,000 listings fits into the feed's record; that one of as many others is taken for one
 * of them has a chance of one in 20,000 for each. Pure.
 */

import { hash } from 'node:crypto';

const bytesEach = 4;

/** The ids of a hold as its record keeps them: base64, whatever their order the same. */
export function askedAbout(ids: Iterable<string>): string {
  const keys = new Set([...ids].map(keyOf));
  return Buffer.concat([...keys].sort().map((key) => Buffer.from(key, 'binary'))).toString('base64');
}

/** Whether an id is one of those that a record keeps; a record without any asks about none. */
export function wasAskedAbout(asked: string | undefined): (id: string) => boolean {
  const bytes = Buffer.from(asked ?? '', 'base64').toString('binary');
  const keys = new Set<string>();
  for (let at = 0; at + bytesEach <= bytes.length; at += bytesEach) keys.add(bytes.slice(at, at + bytesEach));
  return (id) => keys.has(keyOf(id));
}

function keyOf(id: string): string {
  return hash('sha1', id, 'binary').slice(0, bytesEach);
}
