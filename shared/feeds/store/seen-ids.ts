/**
 * The ids that a run has met: 16 bytes each and nothing on the heap, so that a feed of a million items takes some 30
 * MB. Ids are known by the first 64 bits of their SHA-1; that two of a million share them has a chance of one in 37
 * million, and would at worst keep a listing that left its feed.
 */

import { hash } from 'node:crypto';

/** A table is at most so full. */
export const maxFull = 0.75;

/** Places of a table for so many entries. */
export function placesFor(entries: number): number {
  return Math.max(16, Math.ceil(entries / maxFull) + 1);
}

export class SeenIds {
  #size = 0;
  #capacity: number;
  /** Two halves of a key side by side. */
  #keys: Uint32Array;
  /** Where in the feed each id was first met; -1 is a free place. */
  #offsets: Float64Array;

  /** @param expected so many ids will probably come: growing leaves the former places to be collected */
  constructor(expected = 0) {
    const capacity = placesFor(expected);
    this.#capacity = capacity;
    this.#keys = new Uint32Array(2 * capacity);
    this.#offsets = new Float64Array(capacity).fill(-1);
  }

  get size(): number {
    return this.#size;
  }

  /** Notes an id. @returns the offset at which it was met before; `undefined` when this is the first time */
  add(id: string, offset: number): number | undefined {
    return this.addKey(keyOf(id), offset);
  }

  /** Notes an id by its key, as `add` does. */
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

  /** Notes where an id stands now, whether it was met before or not. */
  moveKey(key: IdKey, offset: number): void {
    if (this.addKey(key, offset) !== undefined) this.#offsets[this.#placeOf(key)] = offset;
  }

  has(id: string): boolean {
    return this.offsetOf(id) !== undefined;
  }

  /** Where an id was met. */
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

  /** Where the key is, or the free place where it belongs (linear probing). */
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

/** What an id is known by: the first eight bytes of its SHA-1, a character each. */
export type IdKey = string;

export function keyOf(id: string): IdKey {
  // As a string: one of Node's buffers for each id takes three times as long.
  return hash('sha1', id, 'binary').slice(0, 8);
}

/** Four bytes of a key as a number. */
export function wordAt(key: IdKey, at: 0 | 4): number {
  return (
    (key.charCodeAt(at) |
      (key.charCodeAt(at + 1) << 8) |
      (key.charCodeAt(at + 2) << 16) |
      (key.charCodeAt(at + 3) << 24)) >>>
    0
  );
}

/** The key that has these words. */
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
