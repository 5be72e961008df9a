/**
 * Listings that a feed brings while it is not yet known what they are: new or known ones under new ids, of an old file
 * or with a corrected date. They wait on disk when there are many, so that memory stays flat.
 */

import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeScratchFolder, type ScratchFolder } from '../../platform/scratch-folder.ts';
import type { Candidate } from '../plan/listing-changes.ts';

const maxInMemory = 500;

export class WaitingListings {
  #waiting: Candidate[] = [];
  #folder: ScratchFolder | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  async add(candidates: readonly Candidate[]): Promise<void> {
    this.#waiting.push(...candidates);
    this.#length += candidates.length;
    if (this.#waiting.length < maxInMemory) return;
    this.#folder ??= await makeScratchFolder('feed');
    await appendFile(this.#file(), this.#waiting.map((candidate) => `${oneLine(candidate)}\n`).join(''), {
      mode: 0o600,
    });
    this.#waiting = [];
  }

  /** Gives all of them in the order of the feed, in batches; can be called again until `clear`. */
  async *batches(size = 400): AsyncGenerator<Candidate[]> {
    let batch: Candidate[] = [];
    if (this.#folder) {
      await using file = await open(this.#file());
      for await (const line of file.readLines()) {
        batch.push(revive(JSON.parse(line) as Candidate));
        if (batch.length < size) continue;
        yield batch;
        batch = [];
      }
    }
    batch.push(...this.#waiting);
    if (batch.length > 0) yield batch;
  }

  async clear(): Promise<void> {
    this.#waiting = [];
    this.#length = 0;
    await this.#folder?.remove();
    this.#folder = undefined;
  }

  #file(): string {
    return join((this.#folder as ScratchFolder).path, 'waiting-listings.ndjson');
  }
}

/** Readers of lines take U+2028 and U+2029 for ends of lines, JSON does not. */
function oneLine(candidate: Candidate): string {
  return JSON.stringify(candidate).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function revive(candidate: Candidate): Candidate {
  const { modifiedAt } = candidate.mapped;
  return modifiedAt ? { ...candidate, mapped: { ...candidate.mapped, modifiedAt: new Date(modifiedAt) } } : candidate;
}
