import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestFn } from 'ava';
import { projectRoot } from '../../adapter/project.ts';

/** Bundles the jobs of test/fixtures/jobs for a test file; the answer is the folder, once its tests run. */
export function useTestJobs<Context>(test: TestFn<Context>): () => string {
  let folder: string | undefined;
  test.serial.before('bundle the test jobs', async () => {
    folder = await mkdtemp(join(tmpdir(), 'estio-jobs-'));
    const build = spawn(
      process.execPath,
      ['build.mjs', '--quiet', '--functions', 'test/fixtures/jobs', '--out', folder],
      { cwd: projectRoot, stdio: 'inherit' },
    );
    const [code] = await once(build, 'close');
    if (code !== 0) throw new Error(`build.mjs ended with ${code}`);
  });
  test.after.always('remove the bundles', async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  return () => folder as string;
}
