/**
 * Listings that a feed brings while it is not yet known whether they are new or known ones under new ids. Waits on disk
 * when there are many, so that memory stays flat.
 */

import { appendFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Candidate } from './reconcile.ts';

const mostInMemory = 500;

export class NewListings {
  #waiting: Candidate[] = [];
  #folder: string | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  async add(candidates: readonly Candidate[]): Promise<void> {
    this.#waiting.push(...candidates);
    this.#length += candidates.length;
    if (this.#waiting.length < mostInMemory) return;
    this.#folder ??= await mkdtemp(join(tmpdir(), 'estio-feed-'));
    await appendFile(this.#file(), this.#waiting.map((candidate) => `${JSON.stringify(candidate)}\n`).join(''), { mode: 0o600 });
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
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #file(): string {
    return join(this.#folder as string, 'new-listings.ndjson');
  }
}

function revive(candidate: Candidate): Candidate {
  const { modifiedAt } = candidate.mapped;
  return modifiedAt ? { ...candidate, mapped: { ...candidate.mapped, modifiedAt: new Date(modifiedAt) } } : candidate;
}
