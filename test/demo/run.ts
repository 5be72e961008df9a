/** `npm run demo [-- --exit] [-- --feeds DIR]`: each job runs through crontab/trigger. */

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { acquireEmbeddedMongodb } from '../../adapter/embedded-mongodb/acquire-engine.ts';
import { projectRoot } from '../../adapter/project.ts';
import { signalled } from '../../adapter/signals.ts';
import { JobRun } from '../../shared/models/job-run.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { connectDatabase, disconnectDatabase } from '../../shared/platform/database.ts';
import { seedAgency } from './agency.ts';
import { serveFeedFolder } from './feed-folder.ts';
import { startOutsideWorld } from './outside-world.ts';
import { formatTable } from '../../adapter/format-table.ts';
import { requireMachine } from '../_suite/requirements.ts';

requireMachine();

const { values: options } = parseArgs({ options: { exit: { type: 'boolean' }, feeds: { type: 'string' } } });
const dataDir = join(projectRoot, '.data', 'demo');
const environmentFile = join(dataDir, 'demo.env');
const bareEnvironment = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: process.env['HOME'] ?? '/',
  ...(process.env['TMPDIR'] ? { TMPDIR: process.env['TMPDIR'] } : {}),
  ESTIO_CRON_ENV: environmentFile,
};
const releases: (() => Promise<unknown>)[] = [];

try {
  process.exitCode = await demo();
} catch (error) {
  console.error(`demo: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  for (const release of releases.reverse()) await release();
}

async function demo(): Promise<number> {
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  say('Starting an embedded MongoDB');
  const engine = await acquireEmbeddedMongodb({ dataDir });
  releases.push(engine.release);
  const uri = engine.uri.replace(/^(mongodb:\/\/[^/?]+)\/?/, '$1/demo');
  await connectDatabase({ uri, autoIndex: true });
  releases.push(disconnectDatabase);

  say('Seeding "Aphrodite Estates", Paphos, with its feeds and mailboxes');
  const feeds = await serveFeedFolder(
    options.feeds ? resolve(options.feeds) : join(projectRoot, 'test', 'fixtures', 'demo'),
  );
  releases.push(feeds.close);
  const now = new Date();
  const agency = await seedAgency(now, feeds.feeds);
  const world = await startOutsideWorld(agency.locationId, now);
  releases.push(world.close);

  const password = randomBytes(6).toString('hex');
  const settings = {
    ...world.environment,
    MONGODB_URI: uri,
    DATA_DIR: dataDir,
    CRON_SECRET: randomBytes(24).toString('hex'),
    CRON_LOCK_DIR: join(dataDir, 'locks'),
    // The machine is shared.
    CRON_MAX_LOAD: '1000',
    CRON_MIN_FREE_MB: '100',
    FEED_ALLOW_PRIVATE: '1',
    // Its browser opens the demo's own pages only.
    CHROMIUM_NO_SANDBOX: '1',
    STATUS_PASSWORD: password,
    PORT: '0',
  };
  await writeSettings(settings);
  say('Starting the adapter');
  const url = await startAdapter();
  await writeSettings({ ...settings, CRON_URL: url });

  const jobs = await listJobs();
  for (const job of jobs) {
    say(`crontab/trigger ${job}`);
    await trigger(job);
  }
  console.log(`\n${await results(jobs)}\n`);
  console.log(`${await feedResults()}\n`);
  const failed = await JobRun.countDocuments({ status: 'failed' });
  if (!options.exit) {
    console.log(
      `The adapter keeps running at ${url} (status page: any user name, password ${password}). Ctrl-C stops it.`,
    );
    await signalled(['SIGINT', 'SIGTERM']);
  }
  return failed > 0 ? 1 : 0;
}

function say(what: string): void {
  console.log(`- ${what}`);
}

async function writeSettings(settings: Readonly<Record<string, string>>): Promise<void> {
  await writeFile(
    environmentFile,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    { mode: 0o600 },
  );
}

function startAdapter(): Promise<string> {
  const child = spawn(process.execPath, [join(projectRoot, 'adapter')], {
    env: bareEnvironment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  releases.push(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const url = /"url":"([^"]+)"/.exec(output)?.[1];
      if (url) resolve(url);
    });
    void ended.then(([code]) => reject(new Error(`the adapter ended with ${code}:\n${output}`)));
  });
}

async function listJobs(): Promise<string[]> {
  const child = spawn(process.execPath, [join(projectRoot, 'adapter'), '--list', '--json'], {
    env: bareEnvironment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await once(child, 'close');
  return (JSON.parse(output) as { name: string }[]).map((job) => job.name);
}

async function trigger(job: string): Promise<void> {
  const child = spawn(join(projectRoot, 'crontab', 'trigger'), [job], {
    env: bareEnvironment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number];
  // Others mean that there was no run.
  if (![0, 1, 3].includes(code)) throw new Error(`crontab/trigger ${job} ended with ${code}`);
}

async function results(jobs: readonly string[]): Promise<string> {
  const runs = await JobRun.find({ job: { $in: jobs } })
    .sort({ startedAt: 1 })
    .lean();
  return formatTable(
    ['job', 'status', 'ms', 'what it did'],
    runs.map((run) => [run.job, run.status, String(run.durationMs ?? ''), describe(run.counts, run.errors)]),
  );
}

function describe(
  counts: Readonly<Record<string, number>>,
  errors: readonly { scope: string; message: string }[],
): string {
  const done = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`);
  return [done.join(', ') || 'nothing to do', ...errors.map(({ scope, message }) => `${scope}: ${message}`)].join('; ');
}

async function feedResults(): Promise<string> {
  const feeds = await PropertyFeed.find().sort({ name: 1 }).lean();
  return formatTable(
    ['feed', 'format', 'status', 'listings', 'remark'],
    feeds.map((feed) => [
      feed.name ?? feed.url,
      feed.detectedFormat ?? feed.format,
      feed.lastStatus ?? '-',
      String(feed.itemCount ?? 0),
      feed.lastError ?? '',
    ]),
  );
}
