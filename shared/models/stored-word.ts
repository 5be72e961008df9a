/** Fixed words of the CRM (`status`, `qualificationStage`), in the spellings of imports and older versions. */

import { storedText } from './stored-value.ts';

const joints = ['_', ' ', '-', ''];

/**
 * Usual spellings of words, for driver filters: `highly_qualified`, `HIGHLY QUALIFIED`, `Highly qualified`,
 * `highlyQualified`.
 */
export function wordSpellings(...words: readonly string[]): string[] {
  return [...new Set(words.flatMap(spellingsOf))];
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

/** The word that a stored text spells. */
export function storedWord<Word extends string>(stored: unknown, words: readonly Word[]): Word | undefined {
  const letters = plain(storedText(stored) ?? '');
  return words.find((word) => plain(word) === letters);
}

function plain(text: string): string {
  return text.replace(/[\s_-]/g, '').toLowerCase();
}
