import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../adapter/project.ts';
import { missingRequirements, type Machine } from '../_suite/requirements.ts';

const good: Machine = {
  platform: 'linux',
  architecture: 'x64',
  glibc: '2.28',
  npmNode: '20.19.0',
  has: () => true,
  hasLibrary: () => true,
};

const cases: readonly (readonly [title: string, machine: Partial<Machine>, problems: readonly string[]])[] = [
  ['the oldest that will do', {}, []],
  ['started without npm', { npmNode: undefined }, []],
  ['a newer major', { glibc: '3.0', npmNode: '26.0.0' }, []],
  [
    'macOS',
    { platform: 'darwin', architecture: 'arm64', glibc: undefined },
    ['expected Linux on x64, this is darwin on arm64'],
  ],
  ['musl', { glibc: undefined }, ['expected glibc 2.28 or newer, this Linux has another C library']],
  [
    'an old glibc and an old Node',
    { glibc: '2.27', npmNode: '18.20.4' },
    ['expected glibc 2.28 or newer, this is 2.27', 'expected Node 20.19 or newer, npm runs on 18.20.4'],
  ],
  [
    'no git',
    { has: (program) => program !== 'git' },
    ['not installed: git (on Debian or Ubuntu: apt-get install git)'],
  ],
  [
    'no libraries',
    { hasLibrary: () => false },
    [
      'not installed: libexpat.so.1, libnspr4.so, libnss3.so (on Debian or Ubuntu: apt-get install libexpat1 ' +
        'libnspr4 libnss3)',
    ],
  ],
  ['no libraries, but those that come with Chromium will do', { glibc: '2.34', hasLibrary: () => false }, []],
  [
    'nothing',
    { has: () => false },
    ['not installed: curl, flock, git, logger (on Debian or Ubuntu: apt-get install curl util-linux git bsdutils)'],
  ],
];

for (const [title, machine, problems] of cases) {
  test(`what is wrong with a machine: ${title}`, (t) => {
    t.deepEqual(missingRequirements({ ...good, ...machine }), problems);
  });
}

for (const program of ['test/_suite.ts', 'test/demo/run.ts']) {
  test(`${program} ends with one line, before it does anything, where a program is missing`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'estio-bare-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, 'bin'));
    for (const there of ['flock', 'git']) await symlink('/bin/true', join(folder, 'bin', there));
    const result = await new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(projectRoot, program), '--exit'],
        { env: { PATH: join(folder, 'bin'), TMPDIR: folder } },
        (error, stdout, stderr) => resolve({ code: error?.code, stdout, stderr }),
      );
    });
    t.deepEqual(result, {
      code: 1,
      stdout: '',
      stderr:
        'This machine lacks what README asks for: not installed: curl, logger (on Debian or Ubuntu: apt-get ' +
        'install curl bsdutils)\n',
    });
  });
}
