/** Enough for the spellings of an agency's world; then it begins anew. */
const maxKept = 20_000;

/** Remembers the answers about texts: matching asks about the same few hundred spellings again and again. */
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
