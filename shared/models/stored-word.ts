/** Fixed words of the CRM (`status`, `qualificationStage`), in the spellings of imports and older versions. */

import { storedText } from './stored-value.ts';

export const qualificationStages = ['unqualified', 'basic', 'qualified', 'highly_qualified'] as const;
export const viewingStatuses = ['requested', 'confirmed', 'completed', 'cancelled', 'no_show'] as const;
export const offerStatuses = ['pending', 'accepted', 'rejected', 'countered', 'expired', 'withdrawn'] as const;
export const propertyStatuses = ['ACTIVE', 'RESERVED', 'SOLD', 'RENTED', 'WITHDRAWN'] as const;
export const publicationStatuses = ['PUBLISHED', 'PENDING', 'DRAFT', 'UNLISTED'] as const;

const joints = ['_', ' ', '-', ''];

/**
 * Usual spellings of words, for driver filters: `highly_qualified`, `HIGHLY QUALIFIED`, `Highly qualified`,
 * `highlyQualified`.
 */
export function wordSpellings(...words: readonly string[]): string[] {
  return [...new Set(words.flatMap((word) => [word, american(word)]).flatMap(spellingsOf))];
}

function american(word: string): string {
  return word.replace('cancelled', 'canceled');
}

function spellingsOf(word: string): string[] {
  const parts = word.toLowerCase().split('_');
  const capitals = parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  const cased = [parts, parts.map((part) => part.toUpperCase()), capitals];
  // First word only: `Highly qualified`, and all but the first: `highlyQualified`.
  const [first = '', ...rest] = parts;
  const [capital = '', ...capitalRest] = capitals;
  return [
    word,
    ...[...cased, [capital, ...rest], [first, ...capitalRest]].flatMap((each) => joints.map((by) => each.join(by))),
  ];
}

export function storedWord<Word extends string>(stored: unknown, words: readonly Word[]): Word | undefined {
  const letters = plain(storedText(stored) ?? '');
  return words.find((word) => plain(word) === letters);
}

function plain(text: string): string {
  return american(text.replace(/[\s_-]/g, '').toLowerCase());
}
