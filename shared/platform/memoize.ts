/**
 * A pure function of a text that is asked for the same few texts again and again: the first `most` answers are kept,
 * those for texts longer than `longest` characters never.
 */
export function memoize<Answer>(
  make: (text: string) => Answer,
  { most, longest = Infinity }: { readonly most: number; readonly longest?: number },
): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    if (text.length > longest) return make(text);
    if (known.has(text)) return known.get(text) as Answer;
    const answer = make(text);
    if (known.size < most) known.set(text, answer);
    return answer;
  };
}
