import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestFn } from 'ava';
import lockfile from 'lockfile';
import { projectRoot } from '../../adapter/project.ts';
import { sourceHash } from '../../adapter/source-hash.js';

function cacheOf(sources: string): string {
  return join(projectRoot, 'node_modules/.cache/estio-cron', `jobs-of-${sources.replaceAll('/', '-')}`);
}

export function useTestJobs<Context>(test: TestFn<Context>, sources = 'test/fixtures/jobs'): () => string {
  let folder: string | undefined;
  test.serial.before('bundle the test jobs', async () => {
    folder = await bundledJobs(sources);
  });
  return () => folder as string;
}

async function bundledJobs(sources: string): Promise<string> {
  const cache = cacheOf(sources);
  const folder = join(cache, hashOfSources(sources));
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const lock = join(cache, 'building.lock');
  await promisify<string, lockfile.Options>(lockfile.lock)(lock, { wait: 300_000, stale: 300_000, pollPeriod: 200 });
  try {
    if (!existsSync(folder)) await bundle(sources, folder);
  } finally {
    lockfile.unlockSync(lock);
  }
  return folder;
}

async function bundle(sources: string, folder: string): Promise<void> {
  const cache = cacheOf(sources);
  const former = (await readdir(cache)).filter((name) => name !== 'building.lock');
  for (const name of former) await rm(join(cache, name), { recursive: true, force: true });
  const unfinished = `${folder}.part`;
  const build = spawn(process.execPath, ['build.mjs', '--quiet', '--functions', sources, '--out', unfinished], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  const [code] = await once(build, 'close');
  if (code !== 0) throw new Error(`build.mjs ended with ${code}`);
  await rename(unfinished, folder);
}

function hashOfSources(sources: string): string {
  const hash = createHash('sha256').update(String(sourceHash(projectRoot)));
  for (const file of globSync(`${sources}/*.ts`, { cwd: projectRoot }).sort())
    hash.update(`\0${file}\0`).update(readFileSync(join(projectRoot, file)));
  return hash.digest('hex').slice(0, 20);
}
