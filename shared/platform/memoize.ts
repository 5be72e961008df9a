/** Caches the first `maxAnswers` answers for texts up to `maxLength`. */
export function memoize<Answer>(
  make: (text: string) => Answer,
  { maxAnswers, maxLength = Infinity }: { readonly maxAnswers: number; readonly maxLength?: number },
): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    if (text.length > maxLength) return make(text);
    if (known.has(text)) return known.get(text) as Answer;
    const answer = make(text);
    if (known.size < maxAnswers) known.set(text, answer);
    return answer;
  };
}
