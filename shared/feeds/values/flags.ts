/** 0 and 1, yes and no, a date, or a status. */
import { parseBoolean } from './booleans.ts';
import { parseStatus } from './statuses.ts';

const none = /^(?:[-+]?0+(?:[.,]0+)?|-1(?:[.,]0+)?|0{4}-0{2}-0{2}.*)$/;

/** Null if empty. Words mean yes, unless off the market: `published: draft`. */
export function saysYes(text: string): boolean | null {
  const written = text.trim();
  if (written === '') return null;
  if (none.test(written)) return false;
  return parseBoolean(written) ?? parseStatus(written) !== 'WITHDRAWN';
}
