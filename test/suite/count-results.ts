import test from 'ava';
import { countResults, isSummary } from '../_suite/count-results.ts';

const report = (...lines: string[]) => `\n${lines.map((line) => `  ${line}\n`).join('')}`;

test("a run without failures has ava's own count", (t) => {
  const output = report('✔ one', '✔ two', '- [skip] three', '─', '', '2 tests passed', '1 test skipped');
  t.true(isSummary(output));
  t.deepEqual(countResults(output, false), { passed: 2, failed: 0 });
});

test('a run with failures counts the lines of those that passed', (t) => {
  const output = report(
    '✔ one',
    '✘ [fail]: two',
    '✔ three (2s)',
    '✘ [fail]: hook',
    '─',
    '',
    'two',
    '',
    '─',
    '',
    '1 hook failed',
    '1 test failed',
    '1 unhandled rejection',
    '2 uncaught exceptions',
  );
  t.deepEqual(countResults(output, true), { passed: 2, failed: 5 });
});

test('pending tests of a timeout are failures', (t) => {
  t.deepEqual(
    countResults(
      report(
        '✔ one',
        '✘ Timed out while running tests',
        '─',
        '',
        '1 tests passed',
        '2 tests remained pending after a timeout',
      ),
      true,
    ),
    { passed: 1, failed: 2 },
  );
});

test('an unsuccessful run has at least one failure', (t) => {
  t.deepEqual(countResults(report('✘ Couldn’t find any files to test'), true), { passed: 0, failed: 1 });
  t.deepEqual(countResults('', true), { passed: 0, failed: 1 });
});

test('lines that tests print do not count', (t) => {
  const output = `3 tests passed\n7 tests failed\n${report('✔ one', '─', '', '1 test passed')}`;
  t.deepEqual(countResults(output, false), { passed: 1, failed: 0 });
});

test("there is no summary before ava's last lines", (t) => {
  t.false(isSummary(report('✔ one', '✔ 2 tests passed')));
  t.false(isSummary(report('✘ [fail]: two', '─', '', 'two', '', '─')));
});
