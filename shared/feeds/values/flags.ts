/**
 * What a flag says: `deleted`, `active`, `published`, a price that is there or not. Feeds write 0 and 1, yes and no in
 * their language, a date of the day it happened, or a word for the state.
 */
import { parseBoolean } from './booleans.ts';
import { parseStatus } from './statuses.ts';

/** Numbers and dates that stand for none. */
const none = /^(?:[-+]?0+(?:[.,]0+)?|-1(?:[.,]0+)?|0{4}-0{2}-0{2}.*)$/;

/**
 * Whether a flag says yes; null where nothing stands. A word counts as yes, unless it says that a listing is off the
 * market: `published: draft`.
 */
export function saysYes(text: string): boolean | null {
  const written = text.trim();
  if (written === '') return null;
  if (none.test(written)) return false;
  return parseBoolean(written) ?? parseStatus(written) !== 'WITHDRAWN';
}
