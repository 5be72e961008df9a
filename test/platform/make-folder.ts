import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { makeFolder } from '../../shared/platform/make-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'make-folder-'));
test.after.always(() => rm(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'file'), '');
symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
symlinkSync(join(folder, 'itself'), join(folder, 'itself'));

test('every missing level is made with the mode, by several at once', async (t) => {
  const deep = join(folder, 'one', 'two', 'three');
  const options = { setting: 'DATA_DIR', mode: 0o700 };
  await Promise.all([1, 2, 3].map(() => makeFolder(deep, options)));
  for (const level of [deep, join(folder, 'one')]) t.is((await stat(level)).mode & 0o777, 0o700);
});

test('what exists stays as it is: a folder, a link to a folder, folders of the system', async (t) => {
  const existing = join(folder, 'existing');
  await mkdir(existing);
  await chmod(existing, 0o755);
  await symlink(existing, join(folder, 'link'));
  for (const path of [existing, join(folder, 'link'), '/', '/proc', '/proc/self', `${existing}/../existing/`])
    await t.notThrowsAsync(makeFolder(path, { setting: 'DATA_DIR', mode: 0o700 }), path);
  t.is((await stat(existing)).mode & 0o777, 0o755);
});

for (const [path, problem] of [
  ['/proc/nope', 'nothing can be created there (ENOENT, /proc/nope)'],
  ['/proc/nope/deeper/still', 'nothing can be created there (ENOENT, /proc/nope)'],
  ['/proc/self/nope', 'nothing can be created there'],
  ['/sys/nope', '/sys/nope)'],
  ['/dev/null', 'a file is in its place'],
  ['/dev/null/deeper', 'a file is in its place'],
  [join(folder, 'file'), `a file is in its place (ENOTDIR, ${join(folder, 'file')})`],
  [join(folder, 'file', 'a', 'b'), 'a file is in its place (ENOTDIR'],
  [join(folder, 'dangling'), 'a symbolic link leads to nothing'],
  [join(folder, 'dangling', 'deeper'), 'a symbolic link leads to nothing'],
  [join(folder, 'itself', 'deeper'), 'a symbolic link leads to itself'],
  [join(folder, 'n'.repeat(300)), 'the name is too long'],
] as const) {
  test(`${path.replace(folder, '').slice(0, 30)} is refused with the cause and the setting`, async (t) => {
    const error = await t.throwsAsync(makeFolder(path, { setting: 'CRON_LOCK_DIR' }), {
      code: 'folder-unusable',
    } as object);
    t.true(error.message.startsWith(`The folder ${path} cannot be used: `), error.message);
    t.true(error.message.includes(problem), error.message);
    t.true(error.message.endsWith('Choose another folder (CRON_LOCK_DIR)'), error.message);
  });
}
