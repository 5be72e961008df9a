import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../../adapter/project.ts';

/** A release that says "broken" does not answer. */
const curl = `#!/bin/sh
cat >/dev/null
grep -q broken "$HOME_FOLDER/current/version" && exit 7
printf 'estio_cron_build_info{version="1",release="%s"} 1\\n' "$(readlink "$HOME_FOLDER/current")"
`;
/** Notes its calls. */
const npm = `#!/bin/sh
echo "npm $*" >>"$HOME_FOLDER/../calls"
! grep -q unbuildable version
`;

function makeHome(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), 'estio-update-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const [source, home, bin] = ['source', 'home', 'bin'].map((name) => join(folder, name)) as [string, string, string];
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x.example', ...args], {
      cwd,
      encoding: 'utf8',
    }).trim();
  mkdirSync(bin);
  for (const [name, text] of Object.entries({ curl, npm })) writeFileSync(join(bin, name), text, { mode: 0o755 });
  mkdirSync(join(source, 'crontab'), { recursive: true });
  git(source, 'init', '--quiet', '--initial-branch', 'main');
  for (const file of ['update', 'settings'])
    copyFileSync(join(projectRoot, 'crontab', file), join(source, 'crontab', file));
  writeFileSync(join(source, 'crontab/install'), '#!/bin/sh\necho crontab >>"$HOME_FOLDER/../calls"\n', {
    mode: 0o755,
  });
  function commit(version: string): string {
    writeFileSync(join(source, 'version'), version);
    git(source, 'add', '.');
    git(source, 'commit', '--quiet', '-m', version);
    return `releases/${git(source, 'rev-parse', '--short=12', 'HEAD')}`;
  }
  commit('first');
  git(folder, 'clone', '--quiet', source, home);
  symlinkSync('.', join(home, 'current'));
  writeFileSync(join(home, '.env'), 'CRON_SECRET=x\n');
  const calls = () => {
    const file = join(folder, 'calls');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    rmSync(file, { force: true });
    return text.split('\n').filter(Boolean);
  };
  function update(...args: string[]) {
    return updateWith({ ESTIO_CRON_RESTART: 'echo restart >>"$HOME_FOLDER/../calls"' }, ...args);
  }
  function updateWith(environment: Readonly<Record<string, string>>, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(join(home, 'crontab/update'), args, {
      encoding: 'utf8',
      env: {
        PATH: `${bin}${delimiter}${process.env['PATH']}`,
        HOME: folder,
        HOME_FOLDER: home,
        ESTIO_CRON_START_SECONDS: '1',
        ...environment,
      },
    });
    return { status, said: stdout + stderr };
  }
  return { home, bin, commit, calls, update, updateWith, served: () => readlinkSync(join(home, 'current')) };
}

test('a new commit is installed in its own folder, and served when it is complete', (t) => {
  const { home, commit, calls, update, served } = makeHome(t);
  const second = commit('second');
  const { status, said } = update();
  t.is(status, 0, said);
  t.is(served(), second);
  t.deepEqual(calls(), [
    'npm ci --omit=dev --prefer-offline',
    'npm run build',
    'npm run db:indexes',
    'restart',
    'crontab',
  ]);
  t.is(readFileSync(join(home, 'current/.env'), 'utf8'), 'CRON_SECRET=x\n');
  t.regex(update().said, /nothing to do/);
  t.deepEqual(calls(), []);
  t.like(update('--back'), { status: 0, said: 'crontab/update: serves . again\n' });
  t.is(served(), '.');
  t.is(update('--back').status, 0, 'and forth again');
  t.is(served(), second);
});

test('a commit that cannot be built or does not come up changes nothing', (t) => {
  const { commit, calls, update, served } = makeHome(t);
  commit('unbuildable');
  t.like(update(), { status: 1 });
  t.is(served(), '.');
  t.deepEqual(calls(), ['npm ci --omit=dev --prefer-offline']);
  commit('broken');
  const { status, said } = update();
  t.is(status, 1);
  t.regex(said, /did not answer within 1 s: went back to \.;/);
  t.is(served(), '.');
  t.deepEqual(calls().slice(-2), ['restart', 'restart']);
});

test('the user of the adapter restarts it without further rights', async (t) => {
  const { bin, commit, updateWith } = makeHome(t);
  const adapter = spawn('sleep', ['1000']);
  t.teardown(() => adapter.kill());
  const ended = once(adapter, 'exit');
  writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\n[ "$1" = show ] && echo ${adapter.pid}\n`, { mode: 0o755 });
  writeFileSync(join(bin, 'sudo'), '#!/bin/sh\necho "sudo $*" >>"$HOME_FOLDER/../calls"\n', { mode: 0o755 });
  commit('second');
  const { status, said } = updateWith({});
  t.is(status, 0, said);
  t.deepEqual(await ended, [null, 'SIGTERM']);
});

test('another user restarts the unit with sudo', (t) => {
  const { bin, commit, calls, updateWith } = makeHome(t);
  writeFileSync(join(bin, 'systemctl'), '#!/bin/sh\necho 0\n', { mode: 0o755 });
  writeFileSync(join(bin, 'sudo'), '#!/bin/sh\necho "sudo $*" >>"$HOME_FOLDER/../calls"\n', { mode: 0o755 });
  commit('second');
  t.is(updateWith({}).status, 0);
  t.true(calls().includes('sudo systemctl restart estio-cron'));
});

test('wrong usage and a clone without the link are reported', (t) => {
  const { home, update } = makeHome(t);
  t.like(update('nowhere'), { status: 2, said: "crontab/update: there is no commit 'nowhere'\n" });
  t.is(update('--force').status, 2);
  t.is(update('a', 'b').status, 2);
  rmSync(join(home, 'current'));
  const { status, stderr } = spawnSync(join(home, 'crontab/update'), { encoding: 'utf8' });
  t.is(status, 1);
  t.regex(stderr, /there is no link .*current: make it/);
});
