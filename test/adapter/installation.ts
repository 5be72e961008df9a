import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { installationProblem, releaseName, servedFolder } from '../../adapter/installation.ts';

test('a missing part is named; when everything is there, runs are possible', (t) => {
  t.is(installationProblem(import.meta.filename), undefined);
  t.regex(installationProblem('/nowhere/no-op.mjs') ?? '', /installed or built \(\/nowhere\/no-op\.mjs is missing/);
});

test('the release has the name that the link points to', (t) => {
  t.is(releaseName('/opt/estio-cron/releases/0123456789ab'), 'releases/0123456789ab');
  t.is(releaseName('/opt/estio-cron'), '.');
  t.is(releaseName('/home/ana/releases/estio-cron'), '.');
});

test('an installation is named by its link, if the link leads to it', async (t) => {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'estio-served-')));
  t.teardown(() => rm(home, { recursive: true, force: true }));
  const release = join(home, 'releases', '0123456789ab');
  await mkdir(release, { recursive: true });
  t.is(servedFolder(home), home);
  await symlink('.', join(home, 'current'));
  t.deepEqual([servedFolder(home), servedFolder(release)], [join(home, 'current'), release]);
  await rm(join(home, 'current'));
  await symlink('releases/0123456789ab', join(home, 'current'));
  t.deepEqual([servedFolder(home), servedFolder(release)], [home, join(home, 'current')]);
});
