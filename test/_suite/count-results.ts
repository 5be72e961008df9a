/** Ava's own numbers, from what it printed (without colours). */

export interface Results {
  readonly passed: number;
  /** Tests and hooks that failed, timeouts, and errors outside of a test. */
  readonly failed: number;
}

/** Whether ava has printed its last lines. */
export function isSummary(output: string): boolean {
  return /^ {2}(\d+ tests? (passed|failed|skipped|todo|remained)|\d+ (uncaught|unhandled) )/m.test(afterRule(output));
}

const failures =
  'tests? failed|hooks? failed|known failures?|unhandled rejections?|uncaught exceptions?|tests? remained pending';
const failureLine = new RegExp(String.raw`^ {2}(\d+) (?:${failures})`, 'gm');

/**
 * ava does not count passed tests after a failure: their lines are counted.
 *
 * @param output ava's default report
 * @param unsuccessful at least one failure, by the exit code
 */
export function countResults(output: string, unsuccessful: boolean): Results {
  const summary = afterRule(output);
  const failed = [...summary.matchAll(failureLine)].reduce((sum, [, count]) => sum + Number(count), 0);
  const told = /^ {2}(\d+) tests? passed/m.exec(summary)?.[1];
  const passed = told === undefined ? (output.match(/^ {2}✔ (?!\[expected fail\])/gm) ?? []).length : Number(told);
  return { passed, failed: unsuccessful ? Math.max(1, failed) : failed };
}

/** What follows the last rule that ava draws. */
function afterRule(output: string): string {
  const at = output.lastIndexOf('  ─\n');
  return at < 0 ? '' : output.slice(at);
}
