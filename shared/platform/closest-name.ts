/** The only name containing the text, else the nearest by Levenshtein distance. */
export function closestName(typed: string, names: readonly string[]): string | undefined {
  const folded = typed.toLowerCase();
  const containing = names.filter((name) => typed.length >= 3 && name.toLowerCase().includes(folded));
  if (containing.length === 1) return containing[0];
  const [best] = names
    .map((name) => ({ name, edits: editDistance(folded, name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(2, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    previous = row;
  }
  return previous[b.length] as number;
}
