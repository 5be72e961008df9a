/**
 * Item hashes and their listings' id keys: 17 bytes a place, nothing on the heap. Hashes are kept as 60 bits: one of
 * 300,000 changed items looks unchanged once in 12 million runs, until its next change.
 */

import { keyOf, keyOfWords, maxFull, placesFor, wordAt, type IdKey } from './seen-ids.ts';
import { isGuessedId } from '../values/ids.ts';

export interface UnchangedListing {
  readonly key: IdKey;
  readonly isGuessed: boolean;
}

const words = 4;

const free = 0;
const used = 1;
const guessed = 2;

export class KnownItems {
  #size = 0;
  #capacity: number;
  #words: Uint32Array;
  #states: Uint8Array;

  /** @param expected number of listings; growing leaves garbage */
  constructor(expected = 0) {
    const capacity = placesFor(expected);
    this.#capacity = capacity;
    this.#words = new Uint32Array(words * capacity);
    this.#states = new Uint8Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  add(itemHash: string, id: string): void {
    if (this.#size >= this.#capacity * maxFull) this.#grow();
    const key = keyOf(id);
    this.#put(
      bitsAt(itemHash, 0),
      bitsAt(itemHash, 5),
      wordAt(key, 0),
      wordAt(key, 4),
      isGuessedId(id) ? guessed : used,
    );
  }

  get(itemHash: string): readonly UnchangedListing[] {
    const [low, high] = [bitsAt(itemHash, 0), bitsAt(itemHash, 5)];
    const found: UnchangedListing[] = [];
    for (let place = this.#first(low); this.#states[place] !== free; place = this.#next(place)) {
      const at = words * place;
      if (this.#words[at] !== low || this.#words[at + 1] !== high) continue;
      found.push({
        key: keyOfWords(this.#words[at + 2] as number, this.#words[at + 3] as number),
        isGuessed: this.#states[place] === guessed,
      });
    }
    return found;
  }

  #put(low: number, high: number, keyLow: number, keyHigh: number, state: number): void {
    let place = this.#first(low);
    for (; this.#states[place] !== free; place = this.#next(place)) {
      const at = words * place;
      if (
        this.#words[at] === low &&
        this.#words[at + 1] === high &&
        this.#words[at + 2] === keyLow &&
        this.#words[at + 3] === keyHigh
      )
        return;
    }
    this.#words.set([low, high, keyLow, keyHigh], words * place);
    this.#states[place] = state;
    this.#size += 1;
  }

  #first(low: number): number {
    return Math.floor((low / 2 ** 30) * this.#capacity);
  }

  #next(place: number): number {
    return place + 1 === this.#capacity ? 0 : place + 1;
  }

  #grow(): void {
    const [before, states] = [this.#words, this.#states];
    this.#size = 0;
    this.#capacity *= 2;
    this.#words = new Uint32Array(words * this.#capacity);
    this.#states = new Uint8Array(this.#capacity);
    for (let place = 0; place < states.length; place++) {
      if (states[place] === free) continue;
      const [low, high, keyLow, keyHigh] = before.subarray(words * place, words * (place + 1)) as unknown as [
        number,
        number,
        number,
        number,
      ];
      this.#put(low, high, keyLow, keyHigh, states[place] as number);
    }
  }
}

/** Five base64url characters as 30 bits. */
function bitsAt(itemHash: string, from: number): number {
  let bits = 0;
  for (let at = from; at < from + 5; at++) bits = (bits << 6) | (sextets[itemHash.charCodeAt(at)] ?? 0);
  return bits;
}

const sextets = new Uint8Array(128);
for (const [value, character] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].entries())
  sextets[character.charCodeAt(0)] = value;
