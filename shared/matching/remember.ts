/** Enough for an agency's spellings; then starts over. */
const maxKept = 20_000;

/** Matching sees a few hundred spellings repeatedly. */
export function remember<T>(answer: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= maxKept) known.clear();
    const found = answer(text);
    known.set(text, found);
    return found;
  };
}
