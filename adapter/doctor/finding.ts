import { coerceError } from '../../shared/platform/errors.ts';

/** `unused`: absent and not needed. `problem`: something will not work. */
type FindingLevel = 'ok' | 'unused' | 'warning' | 'problem';

export interface Finding {
  readonly what: string;
  readonly level: FindingLevel;
  readonly found: string;
  readonly remedy?: string;
}

/** A check's error becomes its finding. */
export async function examine(
  what: string,
  remedy: string,
  check: () => Promise<Finding | readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return [await check()].flat();
  } catch (thrown) {
    return [{ what, level: 'problem', found: coerceError(thrown).message, remedy }];
  }
}

const marks: Readonly<Record<FindingLevel, string>> = { ok: '✔', unused: '-', warning: '!', problem: '✘' };

/** Pure. */
export function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  const indent = ' '.repeat(width + 4);
  const lines = findings.flatMap(({ what, level, found, remedy }) => [
    `${marks[level]} ${what.padEnd(width)}  ${found.replaceAll('\n', `\n${indent}`)}`,
    ...(remedy === undefined ? [] : [`${indent}-> ${remedy}`]),
  ]);
  const count = (level: FindingLevel) => findings.filter((finding) => finding.level === level).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const summary = problems + warnings === 0 ? 'Everything is fine.' : `${problems} to fix, ${warnings} to check.`;
  return `${lines.join('\n')}\n\n${summary}\n`;
}
