const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Cuts between visible characters, at most `max` UTF-16 units; replaces lone surrogates. */
export function cutText(text: string, max: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= max) return whole;
  // With the whole next code point, which may belong to the last character: the second half of a flag.
  const last = segmenter.segment(whole.slice(0, max + 2)).containing(max - 1);
  const end = last && last.index + last.segment.length > max ? last.index : max;
  return whole.slice(0, end).toWellFormed();
}
