import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../adapter/project.ts';

interface Built {
  readonly code: number;
  readonly output: string;
  readonly bundle: (name: string) => Promise<string>;
}

/** Removed after the test. */
async function folderOf(t: ExecutionContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-build-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await addFiles(folder, files);
  return folder;
}

async function addFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

const build = async (t: ExecutionContext, files: Readonly<Record<string, string>>) =>
  buildFolder(await folderOf(t, files));

function buildFolder(folder: string): Promise<Built> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['build.mjs', '--functions', folder, '--out', join(folder, 'dist')],
      { cwd: projectRoot },
      (error, out, err) => {
        resolve({
          code: error ? Number(error.code) : 0,
          output: out + err,
          bundle: (name) => readFile(join(folder, 'dist', `${name}.mjs`), 'utf8'),
        });
      },
    );
  });
}

const job = (name: string, before = '') =>
  `${before}\nexport const job = { name: '${name}', description: '', schedule: '0 0 * * *', parameters: [], run: ` +
  'async () => {} };';

test('a job is built under the name of its file', async (t) => {
  t.is((await build(t, { 'one.ts': job('one') })).code, 0);
  const { code, output } = await build(t, { 'one.ts': job('one'), 'two.ts': job('one') });
  t.is(code, 1);
  t.regex(output, /two\.ts exports the job "one": expected the name of its file/);
});

test('an import that cannot be resolved fails the build, wherever it stands', async (t) => {
  for (const before of [
    "import 'not-there';",
    "try { await import('not-there'); } catch {}",
    "import { createRequire } from 'node:module'; try { require('not-there'); } catch {}",
    "void import('not-there').catch(() => {});",
  ]) {
    const { code, output } = await build(t, { 'one.ts': job('one', before) });
    t.is(code, 1, before);
    t.regex(output, /not-there/, before);
  }
});

test('what a package declares as optional stays out of the bundle, whether it is installed or not', async (t) => {
  const asks = "try { module.exports = require('extra'); } catch { module.exports = 'without'; }";
  const before = "import driver from 'driver'; export { driver };";
  const optional = { peerDependencies: { extra: '*' }, peerDependenciesMeta: { extra: { optional: true } } };
  const driver = (declared: object) => ({
    'one.ts': job('one', before),
    'node_modules/driver/package.json': JSON.stringify({ name: 'driver', ...declared }),
    'node_modules/driver/index.js': asks,
  });

  const folder = await folderOf(t, driver(optional));
  const absent = await buildFolder(folder);
  t.is(absent.code, 0, absent.output);
  const bundle = await absent.bundle('one');
  t.regex(bundle, /require\("extra"\)/);
  await addFiles(folder, { 'node_modules/extra/index.js': "module.exports = 'the extra itself';" });
  const installed = await buildFolder(folder);
  t.is(installed.code, 0, installed.output);
  t.is(await installed.bundle('one'), bundle);

  t.is((await build(t, driver({ optionalDependencies: { extra: '*' } }))).code, 0);
  const undeclared = await build(t, driver({}));
  t.is(undeclared.code, 1);
  t.regex(undeclared.output, /node_modules\/driver\/index\.js imports extra/);
});

test('a bundle holds no development package', async (t) => {
  const folder = await folderOf(t, {
    'one.ts': job('one', "export { default as schema } from 'ajv';"),
    'node_modules/.keep': '',
  });
  await symlink(join(projectRoot, 'node_modules', 'ajv'), join(folder, 'node_modules', 'ajv'));
  const { code, output } = await buildFolder(folder);
  t.is(code, 1);
  t.regex(output, /expected only what package\.json has in dependencies, got node_modules\/ajv/);
});
