/** Finds the jobs in dist/functions; there is no other list. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import lockfile from 'lockfile';
import { minute } from '../shared/platform/clock.ts';
import { EstioError } from '../shared/platform/errors.ts';
import type { JobDescription } from '../shared/runs/job.ts';
import { projectRoot } from './project.ts';
import { sourceHash } from './source-hash.js';

export interface BuiltJob {
  readonly description: JobDescription;
  readonly file: string;
}

interface Manifest {
  readonly sourceHash?: string;
  readonly jobs: Readonly<Record<string, JobDescription>>;
}

export interface FindJobsOptions {
  readonly production: boolean;
  /** Unset: dist/functions. */
  readonly folder: string | undefined;
  readonly log?: { info(message: string): void };
}

class BuildError extends EstioError {
  override name = 'BuildError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'build', cause });
  }
}

/** In development, outdated bundles are built first. @throws {BuildError} not built, or outdated in production */
export async function findJobs(options: FindJobsOptions): Promise<ReadonlyMap<string, BuiltJob>> {
  const folder = options.folder ? resolve(options.folder) : join(projectRoot, 'dist', 'functions');
  // Another folder has no sources to compare with.
  const expected = options.folder ? undefined : sourceHash(projectRoot);
  let manifest = await readManifest(folder);
  if ('unusable' in manifest && options.folder) {
    throw new BuildError(
      `${folder} ${manifest.unusable}: expected what "node build.mjs --functions <sources> --out ${folder}" makes`,
    );
  }
  const isCurrent = (found: typeof manifest) =>
    !('unusable' in found) && (expected === undefined || found.sourceHash === expected);
  if ('unusable' in manifest || !isCurrent(manifest)) {
    const state = 'unusable' in manifest ? manifest.unusable : 'is older than its sources';
    if (options.production)
      throw new BuildError(`${folder} ${state}: run "npm run build" (NODE_ENV=production never builds by itself)`);
    options.log?.info('building dist/functions');
    await buildInTurn(async () => isCurrent(await readManifest(folder)));
    manifest = await readManifest(folder);
    if ('unusable' in manifest) throw new BuildError(`After the build ${folder} ${manifest.unusable}`);
  }
  return new Map(
    Object.entries(manifest.jobs)
      .map(([file, description]) => [description.name, { description, file: join(folder, file) }] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}

async function readManifest(folder: string): Promise<Manifest | { readonly unusable: string }> {
  const content = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => undefined);
  if (content === undefined) return { unusable: existsSync(folder) ? 'has no manifest.json' : 'does not exist' };
  try {
    const manifest = JSON.parse(content) as Manifest | null;
    const complete = Object.values(manifest?.jobs ?? [undefined]).every(
      (job) => typeof job?.name === 'string' && typeof job.schedule === 'string' && Array.isArray(job.parameters),
    );
    return manifest && complete ? manifest : { unusable: 'has a manifest.json without its jobs' };
  } catch {
    return { unusable: 'has a manifest.json that is not JSON' };
  }
}

/** Only one of several adapters builds. */
async function buildInTurn(isBuilt: () => Promise<boolean>): Promise<void> {
  const lock = join(projectRoot, 'dist', 'building.lock');
  await mkdir(dirname(lock), { recursive: true });
  await promisify<string, lockfile.Options>(lockfile.lock)(lock, {
    wait: 5 * minute,
    // Two builds at once do no harm.
    stale: minute,
    pollPeriod: 100,
  });
  try {
    if (!(await isBuilt())) await build();
  } finally {
    lockfile.unlockSync(lock);
  }
}

function build(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(projectRoot, 'build.mjs'), '--quiet'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => reject(new BuildError('The build could not be started', error)));
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new BuildError(`The build failed:\n${output.trim()}`)),
    );
  });
}
