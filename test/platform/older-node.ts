import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { findJobs } from '../../adapter/jobs.ts';
import { projectRoot } from '../../adapter/project.ts';
import { cleanEnvironment, testSecret } from '../doubles/adapter.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { systemNode } from '../doubles/older-node.ts';
import { seedAgency } from '../demo/agency.ts';
import { serveFeedFolder } from '../demo/feed-folder.ts';
import { startOutsideWorld } from '../demo/outside-world.ts';

useDatabase(test);

const platform = `
  const handlers = await Promise.all(process.argv.slice(1).map((file) => import(file)));
  for (const { default: hosted, config } of handlers) {
    const headers = { authorization: 'Bearer ' + process.env.CRON_SECRET };
    const response = await hosted.fetch(new Request('http://localhost' + config.path, { headers }));
    console.log('answer ' + JSON.stringify({ http: response.status, ...(await response.json()) }));
  }
  process.exit(0);
`;

interface Answer {
  readonly http: number;
  readonly job: string;
  readonly status: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly errors: readonly unknown[];
}

test('the bundles run on the Node of the system as on a hosted platform', async (t) => {
  const node = systemNode();
  const { stdout: version } = await promisify(execFile)(node, ['--version']);
  t.log(`on Node ${version.trim()}`);
  const folder = await mkdtemp(join(tmpdir(), 'estio-older-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const now = new Date();
  const feeds = await serveFeedFolder(join(projectRoot, 'test', 'fixtures', 'demo'));
  t.teardown(feeds.close);
  const { locationId } = await seedAgency(now, feeds.feeds);
  const world = await startOutsideWorld(locationId, now);
  t.teardown(world.close);
  const jobs = await findJobs({ production: false, folder: undefined });

  const { stdout } = await promisify(execFile)(
    node,
    ['--input-type=module', '--eval', platform, ...[...jobs.values()].map(({ file }) => file)],
    {
      env: cleanEnvironment({
        ...world.environment,
        MONGODB_URI: databaseUri(),
        CRON_SECRET: testSecret,
        CRON_LOCK: 'mongo',
        FEED_ALLOW_PRIVATE: '1',
        LOG_LEVEL: 'error',
        DATA_DIR: folder,
      }),
      maxBuffer: 10_000_000,
    },
  );
  const answers = [...stdout.matchAll(/^answer (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as Answer);
  t.deepEqual(
    answers.map(({ job, http, status, errors }) => ({ job, http, status, errors })),
    [...jobs.keys()].map((job) => ({ job, http: 200, status: 'succeeded', errors: [] })),
    stdout,
  );
  t.like(Object.fromEntries(answers.map(({ job, counts }) => [job, counts])), {
    'gmail-sync': { accounts: 1, stored: 20 },
    'outlook-sync': { accounts: 2, stored: 8 },
    'scheduled-tasks': { followUps: 2, listingsAnnounced: 1 },
    'sync-feeds': { feeds: 2 },
  });
});
