import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../adapter/project.ts';

/** Builds a folder with these files; answers with the exit code and all that was printed. */
async function build(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-build-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['build.mjs', '--functions', folder, '--out', join(folder, 'dist')],
      { cwd: projectRoot },
      (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, output: out + err });
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

test('what drivers can do without may be absent', async (t) => {
  t.is(
    (await build(t, { 'one.ts': job('one', "import 'node:fs'; try { await import('kerberos'); } catch {}") })).code,
    0,
  );
});
