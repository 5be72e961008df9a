import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../../adapter/project.ts';
import { cleanEnvironment } from '../doubles/adapter.ts';
import { crontabDouble } from '../doubles/crontab.ts';

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Result> {
  return new Promise((resolve) => {
    execFile(program, args, { env: cleanEnvironment(environment) }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

const script = (project: string) => join(project, 'crontab', 'install');

async function useInstall(t: ExecutionContext) {
  const crontab = await crontabDouble(t);
  const install = (...args: string[]) => run(script(projectRoot), args, { PATH: `${crontab.bin}:/usr/bin:/bin` });
  return { crontab, install };
}

async function copyProject(t: ExecutionContext, name: string): Promise<string> {
  const base = await mkdtemp(join(tmpdir(), 'estio-install-'));
  t.teardown(() => rm(base, { recursive: true, force: true }));
  const project = join(base, name);
  await mkdir(project);
  await cp(join(projectRoot, 'crontab'), join(project, 'crontab'), { recursive: true });
  for (const part of ['node_modules', 'adapter', 'functions', 'shared', 'build.mjs', 'package.json'])
    await symlink(join(projectRoot, part), join(project, part));
  return project;
}

test('installing into no crontab writes the block with absolute paths, a second time nothing', async (t) => {
  const { crontab, install } = await useInstall(t);
  const first = await install();
  t.deepEqual([first.code, first.stderr], [0, '']);
  t.regex(first.stdout, /Installed: 5 jobs in the crontab of /);
  const written = String(await crontab.read());
  t.is(written, (await install('--print')).stdout);
  t.regex(written, /^# BEGIN estio-cron\n/);
  t.regex(written, /\n# END estio-cron\n$/);
  t.true(written.includes(`\n0 3 * * * ${projectRoot}/crontab/trigger purge-trash\n`));
  t.notRegex(written, /\{project\}/);

  const second = await install();
  t.is(second.code, 0);
  t.regex(second.stdout, /Nothing to do/);
  t.is(await crontab.writes(), 1);
});

test('every other line stays to the byte, wherever the block stands', async (t) => {
  const { crontab, install } = await useInstall(t);
  const before = Buffer.from(
    '# é \xff\t trailing  \r\nMAILTO=""\n\n\n5 4 * * * echo "a\\%b" # BEGIN estio-cron\n',
    'latin1',
  );
  const after = Buffer.from('\n@reboot /usr/bin/true &\\|\n\n', 'latin1');
  await crontab.write(
    Buffer.concat([
      before,
      Buffer.from('# BEGIN estio-cron\n0 0 * * * /old/crontab/trigger gone\n# END estio-cron\n'),
      after,
    ]),
  );
  t.is((await install()).code, 0);
  const block = Buffer.from((await install('--print')).stdout);
  t.deepEqual(await crontab.read(), Buffer.concat([before, block, after]));
  t.regex((await install('--remove')).stdout, /Removed from the crontab of /);
  t.deepEqual(await crontab.read(), Buffer.concat([before, after]));
  t.regex((await install('--remove')).stdout, /Nothing to do/);
  t.is(await crontab.writes(), 2);
});

test('a last line without its end is finished before the block begins', async (t) => {
  const { crontab, install } = await useInstall(t);
  await crontab.write('0 1 * * * unfinished');
  t.is((await install()).code, 0);
  t.is(String(await crontab.read()), `0 1 * * * unfinished\n${(await install('--print')).stdout}`);
});

test('markers that are no pair are refused and nothing is changed', async (t) => {
  const { crontab, install } = await useInstall(t);
  for (const broken of [
    '# BEGIN estio-cron\n1 * * * * mine\n',
    '# END estio-cron\n',
    '# BEGIN estio-cron\n# END estio-cron\n# BEGIN estio-cron\n# END estio-cron\n',
    '# BEGIN estio-cron\n# BEGIN estio-cron\n# END estio-cron\n',
    '# BEGIN estio-cron\r\n1 * * * * mine\r\n# END estio-cron\r\n',
  ]) {
    await crontab.write(broken);
    for (const args of [[], ['--remove']]) {
      const refused = await install(...args);
      t.is(refused.code, 1);
      t.regex(refused.stderr, /do not form one pair: repair it first \(crontab -e\)/);
      t.is(String(await crontab.read()), broken);
    }
  }
});

test('a crontab that cannot be read is not written over', async (t) => {
  const crontab = await crontabDouble(t);
  await crontab.write('1 * * * * mine\n');
  const refused = await run(script(projectRoot), [], { PATH: `${crontab.bin}:/usr/bin:/bin`, FAIL_LIST: '1' });
  t.is(refused.code, 1);
  t.regex(refused.stderr, /cannot be read, so nothing is changed: You .* are not allowed/);
  t.is(String(await crontab.read()), '1 * * * * mine\n');
});

test("another user's crontab is written for --user, and an unknown user is wrong usage", async (t) => {
  const { crontab, install } = await useInstall(t);
  const other = userInfo().username === 'nobody' ? 'root' : 'nobody';
  t.regex((await install('--user', other)).stdout, new RegExp(`in the crontab of ${other}`));
  t.is(await crontab.read(), undefined);
  t.regex(String(await crontab.read(other)), /crontab\/trigger sync-feeds/);
  const unknown = await install('--user', 'no-such-user-here');
  t.is(unknown.code, 2);
  t.regex(unknown.stderr, /there is no user 'no-such-user-here'/);
});

test('wrong usage is exit code 2 and says what there is', async (t) => {
  const { install } = await useInstall(t);
  const unknown = await install('--instal');
  t.is(unknown.code, 2);
  t.regex(unknown.stderr, /unknown argument '--instal'/);
  t.regex(unknown.stderr, /crontab\/install --remove/);
  t.is((await install('--print', '--remove')).code, 2);
  t.is((await install('--user')).code, 2);
});

test('lines that differ from the jobs are refused', async (t) => {
  const project = await copyProject(t, 'stale');
  const crontab = await crontabDouble(t);
  await appendFile(join(project, 'crontab', 'estio.crontab'), '0 0 * * * {project}/crontab/trigger invented\n');
  for (const args of [[], ['--print']]) {
    const refused = await run(script(project), args, { PATH: `${crontab.bin}:/usr/bin:/bin` });
    t.deepEqual([refused.code, refused.stdout], [1, '']);
    t.regex(
      refused.stderr,
      /estio\.crontab differs from the jobs; .*: node adapter --crontab --template > crontab\/estio\.crontab/,
    );
  }
  t.is(await crontab.read(), undefined);
});

test('without the packages it says what to do first', async (t) => {
  const project = await copyProject(t, 'bare');
  await rm(join(project, 'node_modules'));
  const refused = await run(script(project), []);
  t.is(refused.code, 1);
  t.regex(refused.stderr, /node_modules\/node\/bin\/node is missing: run "npm ci" in /);
});

test('a folder with odd characters gives lines that cron and a shell read as that folder', async (t) => {
  const project = await copyProject(t, 'an "odd" & 100% folder\'s\\name|');
  const line =
    (await run(script(project), ['--print'])).stdout.split('\n').find((text) => text.startsWith('0 3')) ?? '';
  // cron removes the backslash before a percent sign; without one, the command would end.
  const command = line.slice('0 3 * * * '.length);
  t.notRegex(command, /[^\\]%/);
  await writeFile(join(project, 'crontab', 'trigger'), '#!/bin/sh\nprintf "%s: %s" "$0" "$1"\n');
  const ran = await run('/bin/sh', ['-c', command.replaceAll('\\%', '%')]);
  t.deepEqual([ran.code, ran.stdout], [0, `${project}/crontab/trigger: purge-trash`]);
});

test("the systemd unit is hardened, runs the project's own Node, and systemd accepts it", async (t) => {
  const { install } = await useInstall(t);
  const unit = await install('--systemd', '--user', 'daemon');
  t.is(unit.code, 0);
  for (const line of [
    'User=daemon',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'CapabilityBoundingSet=',
    'Restart=always',
    'MemoryMax=2G',
    `ExecStart="${projectRoot}/node_modules/node/bin/node" "${projectRoot}/adapter"`,
  ]) {
    t.true(unit.stdout.includes(`\n${line}\n`), line);
  }
  const checker = '/usr/bin/systemd-analyze';
  if (!existsSync(checker))
    return t.log('not verified by systemd: there is no systemd-analyze here (apt-get install systemd)');
  const folder = await mkdtemp(join(tmpdir(), 'estio-unit-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'estio-cron.service'), unit.stdout);
  const checked = await run(checker, ['verify', '--man=no', join(folder, 'estio-cron.service')]);
  t.deepEqual(
    checked.stderr.split('\n').filter((line) => line.includes('estio-cron')),
    [],
  );
});

test('crontab and unit name the link, also when asked of the clone that is served no more', async (t) => {
  const home = await copyProject(t, 'home');
  const release = join(home, 'releases', '0123456789ab');
  await mkdir(release, { recursive: true });
  await cp(join(home, 'crontab'), join(release, 'crontab'), { recursive: true });
  for (const part of ['node_modules', 'adapter']) await symlink(join(projectRoot, part), join(release, part));
  for (const target of ['.', 'releases/0123456789ab']) {
    await rm(join(home, 'current'), { force: true });
    await symlink(target, join(home, 'current'));
    const unit = (await run(script(home), ['--systemd', '--user', 'daemon'])).stdout;
    t.true(unit.includes(`\nWorkingDirectory=${home}/current\n`), target);
    t.true(unit.includes(`\nReadWritePaths="-${home}/.data" `), target);
    const printed = await run(script(home), ['--print']);
    t.true(printed.stdout.includes(` ${home}/current/crontab/trigger purge-trash`), printed.stderr);
  }
});

test('the socket listens where .env says, and systemd accepts it', async (t) => {
  const project = await copyProject(t, 'at home');
  const cases: readonly [settings: string, address: string][] = [
    ['', '127.0.0.1:8787'],
    ['HOST=localhost\nPORT=9000\n', '127.0.0.1:9000'],
    ['HOST="::1" # here\nPORT=1\n  PORT = 8788 # the last one counts\n', '[::1]:8788'],
  ];
  for (const [settings, address] of cases) {
    await writeFile(join(project, '.env'), settings);
    const socket = await run(script(project), ['--systemd-socket'], { ESTIO_CRON_ENV: '' });
    t.is(socket.code, 0);
    t.true(socket.stdout.split('\n').includes(`ListenStream=${address}`), address);
  }
  for (const wrong of ['PORT=abc', 'PORT=65536', 'HOST=a/b']) {
    await writeFile(join(project, '.env'), `${wrong}\n`);
    const refused = await run(script(project), ['--systemd-socket'], { ESTIO_CRON_ENV: '' });
    t.deepEqual([refused.code, refused.stdout], [2, '']);
    t.regex(
      refused.stderr,
      new RegExp(`^crontab/install: ${wrong.slice(0, 4)}: expected .* got '${wrong.slice(5)}'$`, 'm'),
    );
  }
});

test('a unit is not written for root unless asked, nor for a path that systemd misreads', async (t) => {
  const { install } = await useInstall(t);
  if (userInfo().uid === 0) {
    const unasked = await install('--systemd');
    t.deepEqual([unasked.code, unasked.stdout], [2, '']);
    t.regex(unasked.stderr, /as root, name the user that the adapter runs as: --user/);
  } else t.regex((await install('--systemd')).stdout, new RegExp(`^User=${userInfo().username}$`, 'm'));
  for (const name of ['a "quoted" one', 'two\\ways', 'dollars$HOME', 'a:colon', "it's"]) {
    const project = await copyProject(t, name);
    const refused = await run(script(project), ['--systemd', '--user', 'daemon']);
    t.is(refused.code, 1, name);
    t.regex(refused.stderr, /systemd cannot use the path/);
  }
  const fits = await copyProject(t, 'one hundred % of @ll-that_fits+1.0');
  const unit = await run(script(fits), ['--systemd', '--user', 'daemon']);
  t.true(unit.stdout.includes(`\nWorkingDirectory=${fits.replaceAll('%', '%%')}\n`));
});

test("the PM2 line names the adapter and the project's own Node", async (t) => {
  const { stdout } = await run(script(projectRoot), ['--pm2']);
  t.regex(stdout, /^NODE_ENV=production pm2 start '\S+\/adapter\/index\.js' --name estio-cron /);
  t.regex(stdout, / --name estio-cron --interpreter '\S+\/node_modules\/node\/bin\/node' /);
});
