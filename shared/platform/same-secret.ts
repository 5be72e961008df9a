import { createHash, timingSafeEqual } from 'node:crypto';

/** Equal lengths, as `timingSafeEqual` requires. */
export function secretDigest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(secretDigest(one), secretDigest(other));
}
