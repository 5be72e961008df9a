import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../../adapter/project.ts';

/** Over a project with only these tests. */
async function runSuite(
  t: ExecutionContext,
  files: Record<string, string>,
  { environment = {}, interruptAt }: { environment?: Record<string, string>; interruptAt?: RegExp } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'estio-s-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', ava: { files: ['*.ts'], extensions: { ts: 'module' }, workerThreads: false } }),
  );
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), `import test from 'ava';\n${content}`);
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const child = spawn(process.execPath, [join(projectRoot, 'test/_suite.ts')], {
    cwd: folder,
    env: { ...process.env, ...environment, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (interruptAt) {
    child.stdout
      .setEncoding('utf8')
      .on('data', (chunk: string) => void (interruptAt.test(chunk) && child.kill('SIGTERM')));
  }
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return {
    code: code as number,
    output,
    left: (await readdir(temporary)).filter((name) => name.startsWith('estio')),
  };
}

test('what ava reports is counted, and what tests leave behind is found', async (t) => {
  const { code, output, left } = await runSuite(
    t,
    {
      'tests.ts': `
        import { spawn } from 'node:child_process';
        import { mkdtempSync } from 'node:fs';
        import { tmpdir } from 'node:os';
        test('database', (t) => t.regex(process.env.TEST_MONGODB_URI, /^mongodb:/));
        test('bad', (t) => t.fail());
        test('untidy', (t) => {
          mkdtempSync(tmpdir() + '/estio-forgotten-');
          spawn('sleep', ['600'], { stdio: 'ignore', detached: true }).unref();
          t.pass();
        });`,
    },
    { environment: { SUITE_PATIENCE: '300' } },
  );
  t.is(code, 1, output);
  t.true(output.endsWith('\n2 passed, 3 failed\n'), output);
  t.regex(output, /left behind by the tests: process \d+: sleep 600/);
  t.regex(output, /left behind by the tests: in the temporary folder: estio-forgotten-/);
  t.deepEqual(left, []);
});

test('a signal ends ava and the engine and leaves nothing', async (t) => {
  const { code, output, left } = await runSuite(
    t,
    {
      'slow.ts':
        "test.serial('first', (t) => t.pass());\ntest.serial('slow', async (t) => { setInterval(() => {}, 1000); " +
        'await new Promise(() => {}); });',
    },
    { environment: { TEST_MONGODB_URI: '' }, interruptAt: /first/ },
  );
  t.is(code, 143, output);
  t.deepEqual(left, []);
});
