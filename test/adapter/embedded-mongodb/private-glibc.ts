import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { LinuxNames } from '../../../adapter/embedded-mongodb/engine-runtime.ts';
import { fetchGlibc } from '../../../adapter/embedded-mongodb/fetch-glibc.ts';
import { findGlibc } from '../../../adapter/embedded-mongodb/find-glibc.ts';
import { glibcCacheFolders, preparePrivateGlibc } from '../../../adapter/embedded-mongodb/private-glibc.ts';

const folder = mkdtempSync(join(tmpdir(), 'estio-glibc-'));
test.after.always(() => rmSync(folder, { recursive: true }));
const names: LinuxNames = { debian: 'amd64', multiarch: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' };
const files = [
  'ld-linux-x86-64.so.2',
  'libc.so.6',
  'libm.so.6',
  'libdl.so.2',
  'libpthread.so.0',
  'libgcc_s.so.1',
  'libstdc++.so.6',
];
const source = { uri: `file:${folder}/no-mirror`, suite: 'trixie' };
const cacheName = 'glibc-trixie-amd64';

function unpacked(root: string): string {
  const libraries = join(root, 'usr/lib', names.multiarch);
  mkdirSync(libraries, { recursive: true });
  for (const file of files) writeFileSync(join(libraries, file), '');
  return libraries;
}

test("the cache is the user's, then the data directory's", (t) => {
  t.deepEqual(glibcCacheFolders('/srv/data', { XDG_CACHE_HOME: '/var/cache/u' }), [
    '/var/cache/u/estio-cron',
    '/srv/data/cache',
  ]);
  for (const XDG_CACHE_HOME of [undefined, '', 'relative']) {
    t.is(glibcCacheFolders('/srv/data', { XDG_CACHE_HOME })[0], join(homedir(), '.cache/estio-cron'));
  }
});

test('only a complete folder is used', (t) => {
  const libraries = unpacked(join(folder, 'complete'));
  t.deepEqual(findGlibc(join(folder, 'complete'), names), { loader: join(libraries, names.loader), folder: libraries });
  for (const file of files) {
    const root = join(folder, `without-${file}`);
    cpSync(join(folder, 'complete'), root, { recursive: true });
    rmSync(join(root, 'usr/lib', names.multiarch, file));
    t.is(findGlibc(root, names), undefined, file);
  }
});

test('a mirror that has no such release is an error that says so', async (t) => {
  const work = mkdtempSync(join(folder, 'work-'));
  const fetching = fetchGlibc(work, source, names);
  await t.throwsAsync(fetching, { message: /^apt-get (failed: (E:|Err).*no-mirror|is not installed)/ });
});

test('a fetch ends when it is aborted', async (t) => {
  const work = mkdtempSync(join(folder, 'work-'));
  await t.throwsAsync(
    fetchGlibc(work, { uri: 'http://127.0.0.1:9', suite: 'trixie' }, names, AbortSignal.abort(new Error('stop'))),
    { message: 'stop' },
  );
});

test('what is in any of the cache folders is used without fetching', async (t) => {
  const second = join(folder, 'second');
  unpacked(join(second, cacheName));
  const found = await preparePrivateGlibc({
    names,
    source,
    cacheFolders: [join(folder, 'first'), second],
    onFetch: () => t.fail(),
  });
  t.true(found.loader.startsWith(second));
});

test('an error names every cache folder that cannot be written to', async (t) => {
  writeFileSync(join(folder, 'a-file'), '');
  const cacheFolders = [join(folder, 'a-file/one'), join(folder, 'a-file/two')];
  await t.throwsAsync(preparePrivateGlibc({ names, source, cacheFolders }), {
    message: /no cache folder can be written to: .*a-file\/one.*a-file\/two/,
  });
});

test('a failed fetch leaves nothing, and takes away what a killed one left long ago', async (t) => {
  const cache = join(folder, 'unfinished');
  const left = join(cache, `${cacheName}.unfinished-killed`);
  const current = join(cache, `${cacheName}.unfinished-other`);
  for (const one of [left, current]) mkdirSync(one, { recursive: true });
  utimesSync(left, new Date('2026-01-01'), new Date('2026-01-01'));
  await t.throwsAsync(preparePrivateGlibc({ names, source, cacheFolders: [cache] }), { message: /^apt-get/ });
  t.deepEqual(readdirSync(cache), [`${cacheName}.unfinished-other`]);
});
