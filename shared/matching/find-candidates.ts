import type { Types } from 'mongoose';
import { Contact, placeCollation, type Requirements } from '../models/contact.ts';
import { type Search, candidateFilter } from './candidate-filter.ts';

export interface Candidate {
  readonly _id: Types.ObjectId;
  readonly requirements: Partial<Requirements>;
}

/** Too many, never too few. Each once, unordered. */
export function findCandidates(search: Search): AsyncIterable<Candidate> {
  return Contact.collection.find<Candidate>(candidateFilter(search), {
    projection: { requirements: 1 },
    collation: placeCollation,
    batchSize: 1000,
  });
}
