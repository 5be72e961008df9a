const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * A text of at most so many UTF-16 units, cut between characters as a reader sees them: no half of an emoji, no letter
 * without its accent. What is no valid text (a half of a pair) is replaced.
 */
export function cutText(text: string, max: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= max) return whole;
  // The last character that begins within the limit may end beyond it.
  const last = segmenter.segment(whole.slice(0, max + 1)).containing(max - 1);
  const end = last && last.index + last.segment.length > max ? last.index : max;
  return whole.slice(0, end).toWellFormed();
}
