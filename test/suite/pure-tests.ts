import test from 'ava';
import { isPureTest } from '../_suite/pure-tests.ts';
import { pureEntry, testFiles } from '../_suite/test-files.ts';

test('a test that only computes is pure, one that starts, listens, stores or has hooks for each test is not', (t) => {
  for (const file of ['test/feeds/xml/encoding.ts', 'test/mail/sync/quota.ts', 'test/suite/pure-tests.ts'])
    t.true(isPureTest(file), file);
  for (const file of [
    'test/build.ts',
    'test/feeds/fetch/download.ts',
    'test/models/message.ts',
    'test/platform/browser.ts',
    'test/runs/run-guarded.ts',
  ])
    t.false(isPureTest(file), file);
});

test('the files of tests are those of ava, but for the entry of the pure ones', (t) => {
  const files = testFiles();
  t.true(files.includes('test/feeds/xml/encoding.ts'));
  for (const file of [pureEntry, 'test/_suite.ts', 'test/_suite/imports.ts', 'test/doubles/database.ts'])
    t.false(files.includes(file), file);
});
