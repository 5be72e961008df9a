/**
 * The ids that a run has met: 16 bytes each and nothing on the heap, so that a feed of a million items takes some 30 MB.
 * Ids are known by the first 64 bits of their SHA-1; that two of a million share them has a chance of one in 37 million,
 * and would at worst keep a listing that left its feed.
 */

import { hash } from 'node:crypto';

const mostFull = 0.7;

export class SeenIds {
  #size = 0;
  #capacity: number;
  #keys: BigUint64Array;
  /** Where in the feed each id was first met; -1 is a free place. */
  #offsets: Float64Array;

  constructor(capacity = 1024) {
    this.#capacity = capacity;
    this.#keys = new BigUint64Array(capacity);
    this.#offsets = new Float64Array(capacity).fill(-1);
  }

  get size(): number {
    return this.#size;
  }

  /** Notes an id. @returns the offset at which it was met before; `undefined` when this is the first time */
  add(id: string, offset: number): number | undefined {
    if (this.#size >= this.#capacity * mostFull) this.#grow();
    const key = fingerprint(id);
    const place = this.#place(key);
    const before = this.#offsets[place] as number;
    if (before >= 0) return before;
    this.#keys[place] = key;
    this.#offsets[place] = offset;
    this.#size += 1;
    return undefined;
  }

  /** Notes where an id stands now, whether it was met before or not. */
  move(id: string, offset: number): void {
    if (this.add(id, offset) !== undefined) this.#offsets[this.#place(fingerprint(id))] = offset;
  }

  has(id: string): boolean {
    return this.offsetOf(id) !== undefined;
  }

  /** Where an id was met. */
  offsetOf(id: string): number | undefined {
    const offset = this.#offsets[this.#place(fingerprint(id))] as number;
    return offset >= 0 ? offset : undefined;
  }

  /** Where the key is, or the free place where it belongs (linear probing). */
  #place(key: bigint): number {
    let place = Number(key & 0x1fffffffffffffn) % this.#capacity;
    while ((this.#offsets[place] as number) >= 0 && this.#keys[place] !== key) place = (place + 1) % this.#capacity;
    return place;
  }

  #grow(): void {
    const [keys, offsets] = [this.#keys, this.#offsets];
    this.#capacity *= 2;
    this.#keys = new BigUint64Array(this.#capacity);
    this.#offsets = new Float64Array(this.#capacity).fill(-1);
    for (let i = 0; i < keys.length; i++) {
      if ((offsets[i] as number) < 0) continue;
      const place = this.#place(keys[i] as bigint);
      this.#keys[place] = keys[i] as bigint;
      this.#offsets[place] = offsets[i] as number;
    }
  }
}

function fingerprint(id: string): bigint {
  return hash('sha1', id, 'buffer').readBigUInt64LE(0);
}
