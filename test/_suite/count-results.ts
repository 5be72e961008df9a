export interface Results {
  readonly passed: number;
  /** Tests, hooks, timeouts, and errors outside of a test. */
  readonly failed: number;
}

export function isSummary(output: string): boolean {
  return /^ {2}(\d+ tests? (passed|failed|skipped|todo|remained)|\d+ (uncaught|unhandled) )/m.test(afterRule(output));
}

const failures =
  'tests? failed|hooks? failed|known failures?|unhandled rejections?|uncaught exceptions?|tests? remained pending';
const failureLine = new RegExp(String.raw`^ {2}(\d+) (?:${failures})`, 'gm');

/** After a failure, ava counts no passed tests: their lines are counted. */
export function countResults(output: string, unsuccessful: boolean): Results {
  const summary = afterRule(output);
  const failed = [...summary.matchAll(failureLine)].reduce((sum, [, count]) => sum + Number(count), 0);
  const told = /^ {2}(\d+) tests? passed/m.exec(summary)?.[1];
  const passed = told === undefined ? (output.match(/^ {2}✔ (?!\[expected fail\])/gm) ?? []).length : Number(told);
  return { passed, failed: unsuccessful ? Math.max(1, failed) : failed };
}

function afterRule(output: string): string {
  const at = output.lastIndexOf('  ─\n');
  return at < 0 ? '' : output.slice(at);
}
