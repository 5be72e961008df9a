/**
 * Ids that a run has met: 16 bytes each, off the heap; about 30 MB a million. Kept as 64 bits of SHA-1: two of a
 * million are equal once in 37 million; at worst, a listing that left its feed stays.
 */

import { hash } from 'node:crypto';

export const maxFull = 0.75;

/** Capacity for so many entries. */
export function placesFor(entries: number): number {
  return Math.max(16, Math.ceil(entries / maxFull) + 1);
}

export class SeenIds {
  #size = 0;
  #capacity: number;
  #keys: Uint32Array;
  #offsets: Float64Array;

  /** @param expected number of ids; growing leaves garbage */
  constructor(expected = 0) {
    const capacity = placesFor(expected);
    this.#capacity = capacity;
    this.#keys = new Uint32Array(2 * capacity);
    this.#offsets = new Float64Array(capacity).fill(-1);
  }

  get size(): number {
    return this.#size;
  }

  add(id: string, offset: number): number | undefined {
    return this.addKey(keyOf(id), offset);
  }

  addKey(key: IdKey, offset: number): number | undefined {
    if (this.#size >= this.#capacity * maxFull) this.#grow();
    const [low, high] = [wordAt(key, 0), wordAt(key, 4)];
    const place = this.#place(low, high);
    const before = this.#offsets[place] as number;
    if (before >= 0) return before;
    this.#put(place, low, high, offset);
    this.#size += 1;
    return undefined;
  }

  moveKey(key: IdKey, offset: number): void {
    if (this.addKey(key, offset) !== undefined) this.#offsets[this.#placeOf(key)] = offset;
  }

  has(id: string): boolean {
    return this.offsetOf(id) !== undefined;
  }

  offsetOf(id: string): number | undefined {
    return this.offsetOfKey(keyOf(id));
  }

  offsetOfKey(key: IdKey): number | undefined {
    const offset = this.#offsets[this.#placeOf(key)] as number;
    return offset >= 0 ? offset : undefined;
  }

  #placeOf(key: IdKey): number {
    return this.#place(wordAt(key, 0), wordAt(key, 4));
  }

  #place(low: number, high: number): number {
    let place = Math.floor((low / 2 ** 32) * this.#capacity);
    while (
      (this.#offsets[place] as number) >= 0 &&
      (this.#keys[2 * place] !== low || this.#keys[2 * place + 1] !== high)
    )
      place = place + 1 === this.#capacity ? 0 : place + 1;
    return place;
  }

  #put(place: number, low: number, high: number, offset: number): void {
    this.#keys[2 * place] = low;
    this.#keys[2 * place + 1] = high;
    this.#offsets[place] = offset;
  }

  #grow(): void {
    const [keys, offsets] = [this.#keys, this.#offsets];
    this.#capacity *= 2;
    this.#keys = new Uint32Array(2 * this.#capacity);
    this.#offsets = new Float64Array(this.#capacity).fill(-1);
    for (let i = 0; i < offsets.length; i++) {
      if ((offsets[i] as number) < 0) continue;
      const [low, high] = [keys[2 * i] as number, keys[2 * i + 1] as number];
      this.#put(this.#place(low, high), low, high, offsets[i] as number);
    }
  }
}

export type IdKey = string;

export function keyOf(id: string): IdKey {
  // A buffer each takes three times as long.
  return hash('sha1', id, 'binary').slice(0, 8);
}

/** Four bytes. */
export function wordAt(key: IdKey, at: 0 | 4): number {
  return (
    (key.charCodeAt(at) |
      (key.charCodeAt(at + 1) << 8) |
      (key.charCodeAt(at + 2) << 16) |
      (key.charCodeAt(at + 3) << 24)) >>>
    0
  );
}

export function keyOfWords(low: number, high: number): IdKey {
  return String.fromCharCode(
    low & 255,
    (low >>> 8) & 255,
    (low >>> 16) & 255,
    low >>> 24,
    high & 255,
    (high >>> 8) & 255,
    (high >>> 16) & 255,
    high >>> 24,
  );
}
