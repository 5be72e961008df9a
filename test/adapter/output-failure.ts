import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';
import { describeOutputFailure } from '../../adapter/output-failure.ts';
import { projectRoot } from '../../adapter/project.ts';
import { cleanEnvironment } from '../doubles/adapter.ts';

test('a failed write is described in one line', (t) => {
  for (const [error, expected] of [
    [{ code: 'EPIPE', message: 'write EPIPE' }, 'the reader has closed it (EPIPE)'],
    [{ code: 'ENOSPC', message: 'ENOSPC: no space' }, 'no space is left on the device (ENOSPC)'],
    [{ code: 'EIO', message: 'i/o error' }, 'written (EIO)'],
    [{ message: 'write after end' }, 'written (write after end)'],
    [{ message: '' }, 'written (no reason given)'],
  ] as const) {
    const line = describeOutputFailure(error);
    t.true(line.endsWith(expected), line);
    t.false(line.includes('\n'));
  }
});

test('a full and a closed output end with one line and a code', (t) => {
  for (const redirection of ['> /dev/full', '| sh -c "exec 0<&-; sleep 1"; exit ${PIPESTATUS[0]}'])
    for (const command of ['--help', '--event-types']) {
      const script = `"$0" "$1" ${command} ${redirection}`;
      const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, join(projectRoot, 'adapter')], {
        env: cleanEnvironment(),
        encoding: 'utf8',
      });
      t.is(status, 1, script);
      t.regex(stderr, /^estio-cron: The output could not be written: .*\n$/, script);
    }
});
