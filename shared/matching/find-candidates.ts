/**
 * Narrows, by indexes, whom a listing may interest. Returns too many, never too few: the rule (`match-listing.ts`)
 * decides. Only people of the listing's location who are searchable: active requirements, not deleted, lead score.
 */

import type { Types } from 'mongoose';
import { Contact, placeCollation, type Requirements } from '../models/contact.ts';
import { type Search, candidateFilter } from './candidate-filter.ts';

export interface Candidate {
  readonly _id: Types.ObjectId;
  readonly requirements: Partial<Requirements>;
}

/** The candidates of a search, each once, in no order. */
export function findCandidates(search: Search): AsyncIterable<Candidate> {
  return Contact.collection.find<Candidate>(candidateFilter(search), {
    projection: { requirements: 1 },
    collation: placeCollation,
    batchSize: 1000,
  });
}
