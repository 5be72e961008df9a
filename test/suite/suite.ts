import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the suite over a project that has these test files and nothing else. */
async function runSuite(t: ExecutionContext, files: Record<string, string>, interrupt?: RegExp) {
  const folder = await mkdtemp(join(tmpdir(), 'estio-s-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', ava: { files: ['*.ts'], extensions: { ts: 'module' }, workerThreads: false } }),
  );
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), `import test from 'ava';\n${content}`);
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const child = spawn(process.execPath, [join(root, 'test/_suite.ts')], {
    cwd: folder,
    // An engine of its own: on a shared one it would see the databases of the tests that run beside it.
    env: { ...process.env, TEST_MONGODB_URI: '', TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (interrupt) {
    child.stdout
      .setEncoding('utf8')
      .on('data', (chunk: string) => void (interrupt.test(chunk) && child.kill('SIGTERM')));
  }
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return {
    code: code as number,
    lines: output.trimEnd().split('\n'),
    left: (await readdir(temporary)).filter((name) => name.startsWith('estio')),
  };
}

test('ends with one line of counts and the code of a success', async (t) => {
  const { code, lines, left } = await runSuite(t, {
    'good.ts':
      "test('database', (t) => t.regex(process.env.TEST_MONGODB_URI, /^mongodb:/));\ntest('two', (t) => " +
      't.pass());',
  });
  t.is(code, 0);
  t.is(lines.at(-1), '2 passed, 0 failed');
  t.deepEqual(left, []);
});

test('ends with one line of counts and the code of a failure', async (t) => {
  const { code, lines, left } = await runSuite(t, {
    'bad.ts': `test('good', (t) => t.pass());\ntest('bad', (t) => t.fail());`,
  });
  t.is(code, 1);
  t.is(lines.at(-1), '1 passed, 1 failed');
  t.deepEqual(left, []);
});

test('a forgotten folder and a forgotten process fail the run by name', async (t) => {
  const { code, lines, left } = await runSuite(t, {
    'untidy.ts': `
      import { spawn } from 'node:child_process';
      import { mkdtempSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      test('untidy', (t) => {
        mkdtempSync(tmpdir() + '/estio-forgotten-');
        spawn('sleep', ['600'], { stdio: 'ignore', detached: true }).unref();
        t.pass();
      });`,
  });
  t.is(code, 1);
  t.is(lines.at(-1), '1 passed, 2 failed');
  t.true(lines.some((line) => /left behind by the tests: process \d+: sleep 600/.test(line)));
  t.true(lines.some((line) => /left behind by the tests: in the temporary folder: estio-forgotten-/.test(line)));
  t.deepEqual(left, []);
});

test('a forgotten process that keeps ava from ending is named and ended', async (t) => {
  const { code, lines } = await runSuite(t, {
    'stuck.ts': `
      import { spawn } from 'node:child_process';
      test('stuck', (t) => {
        spawn('sleep', ['600'], { stdio: 'inherit', detached: true }).unref();
        t.pass();
      });`,
  });
  t.is(code, 1);
  t.is(lines.at(-1), '1 passed, 1 failed');
  t.true(lines.some((line) => /process \d+: sleep 600/.test(line)));
});

test('a signal ends ava and the engine and leaves nothing', async (t) => {
  const { code, left } = await runSuite(
    t,
    {
      'slow.ts':
        "test.serial('first', (t) => t.pass());\ntest.serial('slow', async (t) => { setInterval(() => {}, 1000); " +
        'await new Promise(() => {}); });',
    },
    /first/,
  );
  t.is(code, 143);
  t.deepEqual(left, []);
});
