import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { launchBrowser } from '../../shared/platform/browser.ts';
import { findChromium } from '../../shared/platform/chromium-binary.ts';
import { killTree } from '../../shared/platform/process-tree.ts';
import { removeAbandonedFolders } from '../../shared/platform/scratch-folder.ts';
import { testBrowser } from '../doubles/test-browser.ts';

const profilePrefix = `estio-cron-browser-${userInfo().uid}-`;

test.serial('opens a page, tells its memory, and leaves neither process nor folder', async (t) => {
  const launched = await launchBrowser(testBrowser);
  try {
    const page = await launched.browser.newPage();
    await page.goto('data:text/html,<title>Hello</title>');
    t.is(await page.title(), 'Hello');
    await page.goto('data:text/html,<input type="text"><p>%CE%93%CE%B5%CE%B9%CE%AC</p>');
    t.not(await page.$('input'), null, 'text fields need fonts');
    const memory = await launched.memoryMb();
    t.true(memory !== undefined && memory > 20 && memory < 1000, `${memory} MB`);
  } finally {
    await launched.close();
  }
  await launched.close();
  t.false(existsSync(`/proc/${launched.pid}`));
  t.deepEqual(await ownProfiles(process.pid), []);
});

test.serial('kills a browser that does not close by itself', async (t) => {
  const launched = await launchBrowser(testBrowser);
  process.kill(launched.pid, 'SIGSTOP');
  await launched.close(200);
  t.false(existsSync(`/proc/${launched.pid}`));
  t.deepEqual(await ownProfiles(process.pid), []);
});

test.serial('a browser that ends in its first second is started once more', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'estio-b-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const { executablePath, libraryPath = '' } = await findChromium();
  const failing = path.join(folder, 'chromium');
  await writeFile(
    failing,
    `#!/bin/sh\necho x >>"${folder}/starts"\n[ "$(wc -l <"${folder}/starts")" -ge 2 ] || exit 1\n` +
      `LD_LIBRARY_PATH="${libraryPath}" exec "${executablePath}" "$@"\n`,
    { mode: 0o755 },
  );
  const launched = await launchBrowser({ ...testBrowser, chromiumPath: failing });
  await launched.close();
  t.true((await readFile(path.join(folder, 'starts'), 'utf8')).length >= 4);
  await writeFile(failing, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  await t.throwsAsync(launchBrowser({ ...testBrowser, chromiumPath: failing }), {
    name: 'BrowserError',
    message: /did not start/,
  });
  t.deepEqual(await ownProfiles(process.pid), []);
});

test.serial('a killed owner takes its browser along, and the next start removes the profile', async (t) => {
  const source = new URL('../../shared/platform/browser.ts', import.meta.url).href;
  const program = `
    const { launchBrowser } = await import(${JSON.stringify(source)});
    await launchBrowser(${JSON.stringify(testBrowser)});
    console.log('launched');
    setInterval(() => {}, 1000);
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(owner.stdout, 'data');
  const [profile] = await ownProfiles(owner.pid as number);
  t.truthy(profile);
  owner.kill('SIGKILL');
  await once(owner, 'close');
  await (await launchBrowser(testBrowser)).close();
  t.false(existsSync(profile as string));
  t.is(await killTree({ rootPid: undefined, marker: profile as string }), 0, 'nothing is left to kill');
});

test.serial('a profile whose thread no longer refreshes it is a leftover although the process lives', async (t) => {
  const ownPrefix = path.join(tmpdir(), `${profilePrefix}${process.pid}-`);
  const stale = await mkdtemp(ownPrefix);
  const fresh = await mkdtemp(ownPrefix);
  const longAgo = new Date(Date.now() - 3_600_000);
  await utimes(stale, longAgo, longAgo);
  await removeAbandonedFolders('browser');
  t.false(existsSync(stale));
  t.true(existsSync(fresh));
  await rm(fresh, { recursive: true });
});

test.serial('a profile that was just made by a process that is gone is a leftover at once', async (t) => {
  const gone = spawn(process.execPath, ['--eval', '']);
  await once(gone, 'close');
  const folder = await mkdtemp(path.join(tmpdir(), `${profilePrefix}${gone.pid}-`));
  await removeAbandonedFolders('browser');
  t.false(existsSync(folder));
});

test('root gets no browser without CHROMIUM_NO_SANDBOX', async (t) => {
  const attempt = launchBrowser({ chromiumPath: process.execPath, chromiumNoSandbox: false });
  // Others start the program, which is no browser.
  const message = userInfo().uid === 0 ? /not started as root.*CHROMIUM_NO_SANDBOX=1/ : /did not start/;
  await t.throwsAsync(attempt, { name: 'BrowserError', message });
});

test('names the Debian packages of missing libraries', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'estio-cron-test-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const executablePath = path.join(folder, 'chromium');
  await mkdir(folder, { recursive: true });
  await writeFile(
    executablePath,
    '#!/bin/sh\necho "$0: error while loading shared libraries: libnss3.so: cannot open shared object file: No ' +
      'such file or directory" >&2\nexit 127\n',
  );
  await chmod(executablePath, 0o755);
  const error = await t.throwsAsync(launchBrowser({ ...testBrowser, chromiumPath: executablePath }));
  t.regex(error.message, /not installed: libnss3\.so; on Debian or Ubuntu: apt-get install libnss3$/);
});

test('says what is wrong with CHROMIUM_PATH', async (t) => {
  await t.throwsAsync(launchBrowser({ ...testBrowser, chromiumPath: '/nowhere/chromium' }), {
    message: /CHROMIUM_PATH: expected an executable program, \/nowhere\/chromium is not one/,
  });
});

async function ownProfiles(pid: number): Promise<string[]> {
  return (await readdir(tmpdir()))
    .filter((name) => name.startsWith(`${profilePrefix}${pid}-`))
    .map((name) => path.join(tmpdir(), name));
}
