/** Enough for a feed, and for an agency's spellings. */
const usual = 20_000;

/** When full, it starts over. */
export function memoize<Answer>(
  make: (text: string) => Answer,
  { maxAnswers = usual, maxLength = 500 }: { readonly maxAnswers?: number; readonly maxLength?: number } = {},
): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    if (text.length > maxLength) return make(text);
    if (known.has(text)) return known.get(text) as Answer;
    if (known.size >= maxAnswers) known.clear();
    const answer = make(text);
    known.set(text, answer);
    return answer;
  };
}
