import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import { projectRoot } from '../adapter/project.ts';
import { Location } from '../shared/models/location.ts';
import { Property } from '../shared/models/property.ts';
import { models } from '../shared/models/index.ts';
import { runAdapter, startAdapter } from './doubles/adapter.ts';
import { databaseUri, useDatabase } from './doubles/database.ts';

const test = anyTest as TestFn;
useDatabase(test, models);

let folder: string;
const bundles = () => join(folder, 'dist');

test.serial.before('put the example of CONTRIBUTING alongside the jobs, and build', async () => {
  const guide = await readFile(join(projectRoot, 'CONTRIBUTING.md'), 'utf8');
  const [, file, source] =
    /<!-- example: (functions\/\S+\.ts) -->\n+```ts\n([^]*?)```\n+<!-- \/example -->/.exec(guide) ?? [];
  if (!file || !source) throw new Error('CONTRIBUTING.md: expected an example between its markers');
  folder = await mkdtemp(join(tmpdir(), 'estio-contributing-'));
  await mkdir(join(folder, 'functions'));
  await cp(join(projectRoot, 'functions'), join(folder, 'functions'), { recursive: true });
  await writeFile(join(folder, 'functions', basename(file)), source);
  await symlink(join(projectRoot, 'shared'), join(folder, 'shared'));
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  await promisify(execFile)(
    process.execPath,
    ['build.mjs', '--quiet', '--functions', join(folder, 'functions'), '--out', bundles()],
    { cwd: projectRoot },
  );
});

test.after.always('remove the folder', async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('the sixth job is listed and has its crontab line', async (t) => {
  const listed = await runAdapter(['--functions', bundles(), '--list', '--json']);
  t.deepEqual(
    (JSON.parse(listed.stdout) as { name: string }[]).map(({ name }) => name),
    ['count-listings', 'gmail-sync', 'outlook-sync', 'purge-trash', 'scheduled-tasks', 'sync-feeds'],
  );
  const { stdout } = await runAdapter(['--functions', bundles(), '--crontab', '--template']);
  t.true(stdout.includes('# Counts the published listings.\n15 6 * * * {project}/crontab/trigger count-listings\n'));
  const committed = await readFile(join(projectRoot, 'crontab', 'estio.crontab'), 'utf8');
  t.is(stdout.replace(/# Counts the published listings\.\n.*\n/, ''), committed);
});

test('the sixth job runs, from the command line and over HTTP', async (t) => {
  const locationId = new Types.ObjectId();
  await Location.create({ _id: locationId, name: 'Paphos' });
  await Property.collection.insertMany(
    ['PUBLISHED', 'PUBLISHED', 'DRAFT'].map((publicationStatus, index) => ({
      locationId,
      slug: `listing-${index}`,
      publicationStatus,
      deletedAt: null,
    })),
  );
  const invoked = await runAdapter(
    ['--functions', bundles(), '--invoke', 'count-listings', '--location-id', String(locationId)],
    { MONGODB_URI: databaseUri(), CRON_LOCK_DIR: folder },
  );
  t.is(invoked.code, 0, invoked.stderr);
  t.like(JSON.parse(invoked.stdout), { job: 'count-listings', status: 'succeeded', counts: { published: 2 } });

  const adapter = await startAdapter(t, {
    args: ['--functions', bundles()],
    environment: { MONGODB_URI: databaseUri() },
  });
  const answer = await adapter.request(`/api/cron/count-listings?locationId=${String(new Types.ObjectId())}`, {
    method: 'POST',
  });
  t.like(await answer.json(), { status: 'succeeded', counts: { published: 0 } });
  t.is((await adapter.request('/api/cron/count-listings?feedId=1')).status, 400);
});
