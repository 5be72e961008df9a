/**
 * How much of a text a reader looks at. A feed may send megabytes where a price is expected, and patterns that are
 * quick on a line are not on a book.
 */

/** A price, an area, a word or a date stands within so many characters. */
export const maxValueLength = 1000;
/** Prose shows its language within so many characters. */
export const maxProseLength = 10_000;

/** The beginning of a text, where its value stands. It ends before the word or number that the limit cuts in two. */
export function beginningOf(text: string, most = maxValueLength): string {
  if (text.length <= most) return text;
  const shown = text.trimStart();
  if (shown.length <= most || isSpace(shown, most)) return shown.slice(0, most);
  let end = most;
  while (end > 0 && !isSpace(shown, end - 1)) end -= 1;
  return shown.slice(0, end || most);
}

function isSpace(text: string, at: number): boolean {
  return text.charAt(at).trim() === '';
}
