import type { PlannedChange } from '../shared/models/planned-change.ts';

/** Only `--json` shows them. */
const unseen: ReadonlySet<string> = new Set(['refresh']);

/** @param notListed number of further changes */
export function planTable(plan: readonly PlannedChange[], notListed = 0): string {
  const shown = plan.filter(({ do: what }) => !unseen.has(what));
  const widthOf = (column: (change: PlannedChange) => string): number =>
    Math.max(0, ...shown.map((change) => column(change).length));
  const [what, which] = [widthOf((change) => change.do), widthOf(({ reference }) => reference)];
  const lines = [...Map.groupBy(shown, ({ scope }) => scope)].flatMap(([scope, changes]) => [
    `${scope} would change:`,
    ...changes.map(
      (change) => `  ${change.do.padEnd(what)}  ${printable(change.reference).padEnd(which)}  ${change.because}`,
    ),
  ]);
  const more = notListed > 0 ? [`  and ${notListed} more that are not listed`] : [];
  return [...(lines.length > 0 ? lines : ['nothing would change']), ...more].join('\n');
}

/** A feed's text must not control the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 60);
}
