export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cut = (text: string) => (text.length > 110 ? `${text.slice(0, 109)}…` : text).replace(/[\s\p{Cc}]+/gu, ' ');
  const cells = [head, ...rows].map((row) => row.map(cut));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    line(cells[0] as string[]),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...cells.slice(1).map(line),
  ].join('\n');
}
