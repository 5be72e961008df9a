import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('without the optional dependency the error says so, and nothing is fetched or started', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-slim-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const part of ['adapter/embedded-mongodb', 'shared/platform'])
    await cp(join(root, part), join(folder, part), { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== '@0q') await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  const program = join(folder, 'program.ts');
  await writeFile(
    program,
    `import { acquireEmbeddedMongodb } from './adapter/embedded-mongodb/acquire-engine.ts';
    await acquireEmbeddedMongodb({ dataDir: 'data' }).catch(({ code, message }) => {
      console.log(JSON.stringify({ code, message }));
    });`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [program], { cwd: dirname(program) });
  const { code, message } = JSON.parse(stdout) as { code: string; message: string };
  t.is(code, 'embedded-mongodb');
  t.regex(message, /@0q\/embedded-mongodb, is not installed[^]*set MONGODB_URI[^]*docker run/);
  t.false((await readdir(folder)).includes('data'));
});
