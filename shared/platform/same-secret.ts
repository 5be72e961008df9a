/** Compares secrets in constant time. */

import { createHash, timingSafeEqual } from 'node:crypto';

/** Of one length for every value, as `timingSafeEqual` asks for. */
export function secretDigest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(secretDigest(one), secretDigest(other));
}
