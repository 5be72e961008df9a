/** Feeds may send megabytes as a price: patterns that are fast on a line are slow on a book. */

export const maxValueLength = 1000;
/** Enough to show the language. */
export const maxProseLength = 10_000;

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
