/** Items wait here until the whole feed is read; many go to disk, so that memory stays flat. */

import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeScratchFolder, type ScratchFolder } from '../../platform/scratch-folder.ts';
import type { Candidate } from './candidate.ts';

const maxInMemory = 500;

export type Spooled = readonly [at: number, candidate: Candidate];

export class Spool implements AsyncDisposable {
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
    const lines = this.#waiting.map((candidate) => `${oneLine(candidate)}\n`).join('');
    await appendFile(this.#file(), lines, { mode: 0o600 });
    this.#waiting = [];
  }

  /** @param isWanted by index; others are not even parsed */
  async *batches(isWanted: (at: number) => boolean = () => true, size = 400): AsyncGenerator<readonly Spooled[]> {
    let batch: Spooled[] = [];
    let at = 0;
    if (this.#folder) {
      await using file = await open(this.#file());
      for await (const line of file.readLines()) {
        if (isWanted(at)) batch.push([at, revive(JSON.parse(line) as Candidate)]);
        at += 1;
        if (batch.length < size) continue;
        yield batch;
        batch = [];
      }
    }
    for (const candidate of this.#waiting) {
      if (isWanted(at)) batch.push([at, candidate]);
      at += 1;
    }
    if (batch.length > 0) yield batch;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#waiting = [];
    await this.#folder?.remove();
    this.#folder = undefined;
  }

  #file(): string {
    return join((this.#folder as ScratchFolder).path, 'items.ndjson');
  }
}

/** Line readers split at U+2028 and U+2029, which JSON does not escape. */
function oneLine(candidate: Candidate): string {
  return JSON.stringify(candidate).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function revive(candidate: Candidate): Candidate {
  const { modifiedAt } = candidate.mapped;
  return modifiedAt ? { ...candidate, mapped: { ...candidate.mapped, modifiedAt: new Date(modifiedAt) } } : candidate;
}
