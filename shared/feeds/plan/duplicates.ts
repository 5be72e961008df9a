/**
 * Several items with one id. In a snapshot they are one listing said twice, and one of them counts; in a delta they are
 * changes that follow one another, and all of them do. Pure.
 */

import type { MappedItem } from '../formats/feed-format.ts';
import type { Candidate } from './listing-changes.ts';

/** Which of two items of a snapshot counts: the later date; without dates on both, the one that came first. */
export function chooseDuplicate(firstModified: Date | undefined, second: MappedItem): 'first' | 'second' {
  return firstModified && second.modifiedAt && second.modifiedAt > firstModified ? 'second' : 'first';
}

/** The items of a delta in turns: in each at most one of an id, those of one id in the order in which they apply. */
export function inTurns(items: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const turns: Candidate[][] = [];
  for (const ofOne of Map.groupBy(items, ({ id }) => id).values()) {
    for (const [turn, item] of inOrder(ofOne).entries()) (turns[turn] ??= []).push(item);
  }
  return turns;
}

/** By date where all have one, else as they stand in the feed; what one item says twice of a listing counts once. */
function inOrder(ofOne: readonly Candidate[]): readonly Candidate[] {
  const once = ofOne.filter(({ offset }, place) => offset !== ofOne[place - 1]?.offset);
  const dated = once.every(({ mapped }) => mapped.modifiedAt !== undefined);
  return dated ? once.toSorted((one, other) => Number(one.mapped.modifiedAt) - Number(other.mapped.modifiedAt)) : once;
}
