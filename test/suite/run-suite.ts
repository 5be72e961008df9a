import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { runSuite, type SuiteOptions } from '../_suite/run-suite.ts';

const summary = (...lines: string[]) => `echo "  ─"; echo; ${lines.map((line) => `echo "  ${line}"`).join('; ')}`;

/** In ava's place. */
async function run(script: string, options: Partial<SuiteOptions> = {}) {
  let output = '';
  const code = await runSuite({
    command: ['/bin/sh', '-c', script],
    environment: { PATH: process.env['PATH'] },
    print: (text) => (output += text),
    interrupted: new AbortController().signal,
    patienceMs: 300,
    stuckAfterMs: 300,
    ...options,
  });
  return { code, output, last: output.trimEnd().split('\n').at(-1) };
}

test('what the tests print is shown, and the last line has the counts', async (t) => {
  const { code, output, last } = await run(`echo "  ✔ one"; ${summary('2 tests passed')}`);
  t.is(code, 0);
  t.true(output.startsWith('  ✔ one\n'));
  t.is(last, '2 passed, 0 failed');
});

test('a failure keeps its exit code', async (t) => {
  const { code, last } = await run(`echo "  ✔ one"; ${summary('1 test failed')}; exit 1`);
  t.is(code, 1);
  t.is(last, '1 passed, 1 failed');
});

test('a forgotten folder, process and database fail the run by name', async (t) => {
  const { code, output, last } = await run(
    `mkdir $TMPDIR/estio-forgotten; (exec sleep 600) >/dev/null 2>&1 & ${summary('1 test passed')}`,
    { leftDatabases: async () => ['test-1-forgotten'] },
  );
  t.is(code, 1);
  t.is(last, '1 passed, 3 failed');
  t.regex(output, /left behind by the tests: process \d+: sleep 600/);
  t.regex(output, /left behind by the tests: in the temporary folder: estio-forgotten\n/);
  t.regex(output, /left behind by the tests: database test-1-forgotten\n/);
});

test('a process that ends in time is no leftover', async (t) => {
  const { code, last } = await run(`(exec sleep 0.3) >/dev/null 2>&1 & ${summary('1 test passed')}`, {
    patienceMs: 60_000,
  });
  t.is(code, 0);
  t.is(last, '1 passed, 0 failed');
});

test('a forgotten process that keeps the run from ending is named and ended', async (t) => {
  const { code, output, last } = await run(`(exec sleep 600) & ${summary('1 test passed')}`);
  t.is(code, 1);
  t.is(last, '1 passed, 1 failed');
  t.regex(output, /process \d+: sleep 600/);
});

test('a signal is passed on as the one that ends ava, and its code is that of the run', async (t) => {
  const interrupted = new AbortController();
  const folder = await mkdtemp(join(tmpdir(), 'estio-run-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const script = `trap 'touch ${folder}/heard; exit 1' INT; echo ready; while :; do sleep 0.05; done`;
  const { code, output } = await run(script, {
    interrupted: interrupted.signal,
    print: (text) => void (text.includes('ready') && interrupted.abort('SIGTERM')),
  });
  t.is(code, 143);
  t.is(output, '');
  await t.notThrowsAsync(rm(join(folder, 'heard')));
});

test('the slowest files and the total are reported before the counts', async (t) => {
  const times = [
    { file: 'test/quick.ts', seconds: 1, processorSeconds: 0.5 },
    { file: 'test/slow.ts', seconds: 90.04, processorSeconds: 60.25 },
  ];
  const lines = times.map((time) => `echo '${JSON.stringify(time)}' >>$SUITE_TIMES`);
  const { output } = await run(`${lines.join('; ')}; ${summary('2 tests passed')}`);
  t.regex(
    output,
    new RegExp(
      'slowest files[^\\n]*\\n +90\\.0 +60\\.3 {2}test/slow\\.ts\\n +1\\.0 +0\\.5 {2}test/quick\\.ts\\n' +
        " +total: 0m \\ds for 2 files, the processor's 1m 0s\\n\\n2 passed, 0 failed\\n$",
    ),
  );
});
