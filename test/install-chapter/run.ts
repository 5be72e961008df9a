/**
 * README's "Install on a server" with the last commit. Replaced: folders, packages, the user, systemd and crontab(1).
 */

import { execFileSync, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import mongoose from 'mongoose';
import { projectRoot } from '../../adapter/project.ts';
import { endProcesses, leftProcesses } from '../_suite/leftovers.ts';
import { requireMachine } from '../_suite/requirements.ts';
import { cronDaemonDouble, crontabDouble } from '../doubles/crontab.ts';
import { freePort } from '../doubles/free-port.ts';
import { readInstallChapter } from './chapter.ts';
import { administrator, ordinaryUser } from './person.ts';

requireMachine();

/** Debian 13's. */
const oldestNpm = '9.2.0';
const began = performance.now();
const { commands, settings, settingsAfter } = readInstallChapter();
const person = ordinaryUser();
/** Undone last-in-first-out, also after a failure. */
const releases: (() => unknown)[] = [];
const folder = await mkdtemp(join(tmpdir(), 'estio-install-'));
releases.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void release().then(() => process.exit(1)));

const project = join(folder, 'opt', 'estio-cron');
const [bin, home, repository, temporary, units] = ['bin', 'home', 'repository.git', 'tmp', 'units'].map((name) =>
  join(folder, name),
) as [string, string, string, string, string];
const environment: Record<string, string> = {
  ...passedOn(),
  HOME: home,
  USER: person.name,
  LOGNAME: person.name,
  TMPDIR: temporary,
  REPOSITORY: repository,
};

/** Touches nothing of this machine. */
const sudo = `#!/bin/sh
case $1 in
  apt-get | systemctl | useradd) echo "not run here: $*" ;;
  -u) shift 2 && { [ "$1" != -H ] || shift; } && exec "$@" ;;
  *) exec "$@" ;;
esac
`;

try {
  await prepare();
  for (const [index, command] of commands.entries()) {
    await follow(command);
    if (command.includes('git clone')) await tryOldestNpm();
    if (index + 1 === settingsAfter) await fillInSettings();
    if (command.includes('systemctl enable --now')) await startUnit();
  }
  await callEachJob();
  await compareBundles();
  say(`done by ${person.name} in ${Math.round((performance.now() - began) / 1000)} s`);
} catch (error) {
  console.error(`install: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await release();
}

function say(what: string): void {
  console.log(`install: ${what}`);
}

async function release(): Promise<void> {
  for (const undo of releases.splice(0).reverse()) await undo();
}

/** To reach its registry. */
function passedOn(): Record<string, string> {
  const wanted = /^((https?|all|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|npm_config_registry)$/i;
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { cwd: '/', encoding: 'utf8' }).trim();
  const ownPath = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'));
  return {
    npm_config_registry: registry,
    ...(Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted.test(name))) as Record<
      string,
      string
    >),
    PATH: [bin, ...ownPath].join(delimiter),
  };
}

async function prepare(): Promise<void> {
  await chmod(folder, 0o755);
  for (const made of [dirname(project), bin, home, temporary, units]) await mkdir(made, { recursive: true });
  releases.push(async () => endProcesses(await leftProcesses(folder, 2000)));
  await writeFile(join(bin, 'sudo'), sudo, { mode: 0o755 });
  const owner = { teardown: (undo: () => unknown) => void releases.push(undo) };
  const crontab = await crontabDouble(owner);
  await cronDaemonDouble(owner);
  environment['PATH'] = `${crontab.bin}${delimiter}${environment['PATH']}`;
  execFileSync('git', ['-c', 'safe.directory=*', 'clone', '--quiet', '--bare', projectRoot, repository]);
  // Downloads are reused.
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { cwd: '/', encoding: 'utf8' }).trim();
  if (existsSync(join(cache, '_cacache')))
    cpSync(join(cache, '_cacache'), join(home, '.npm', '_cacache'), { recursive: true });
  person.own(dirname(crontab.bin), repository, home, temporary, units);
}

async function follow(command: string): Promise<void> {
  const started = performance.now();
  const here = command
    .replaceAll('/opt/estio-cron', project)
    .replaceAll('/etc/systemd/system', units)
    .replace('-o estio-cron -g estio-cron', `-o ${person.name} -g "$(id -gn ${person.name})"`);
  // Only this one needs root here.
  const who = command.startsWith('sudo install ') ? administrator() : person;
  const cwd = existsSync(project) ? project : home;
  const { code, output } = await who.run(here, cwd, environment);
  say(`${command} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (code !== 0) throw new Error(`ended with ${code}:\n${output}`);
  if (command.includes('--doctor')) console.log(output.trimEnd().replace(/^/gm, '  '));
}

/** It is stricter about the lock file. */
async function tryOldestNpm(): Promise<void> {
  const { code, output } = await person.run(
    `npx --yes npm@${oldestNpm} ci --dry-run --ignore-scripts`,
    project,
    environment,
  );
  if (code !== 0) throw new Error(`npm ${oldestNpm} refuses the lock file:\n${output}`);
  say(`npm ${oldestNpm} accepts the lock file`);
}

async function fillInSettings(): Promise<void> {
  const uri = process.env['TEST_MONGODB_URI'];
  const made: Record<string, string> = {
    PORT: String(await freePort()),
    CRON_LOCK_DIR: join(folder, 'locks'),
    CRON_MAX_LOAD: '1000',
    CRON_MIN_FREE_MB: '100',
  };
  for (const [name, { value, command }] of settings) {
    if (name === 'MONGODB_URI') {
      if (uri) made[name] = databaseOf(uri);
      else say('MONGODB_URI stays unset: the embedded MongoDB');
    } else if (command) {
      made[name] = (await person.run(command, home, environment)).output.trim();
    } else made[name] = value ?? randomBytes(12).toString('hex');
  }
  await mkdir(join(folder, 'locks'));
  person.own(join(folder, 'locks'));
  await appendFile(
    join(project, '.env'),
    Object.entries(made)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
}

/** On the tests' server, dropped afterwards. */
function databaseOf(server: string): string {
  const [, authority, query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)[^?]*(\?.*)?$/.exec(server) ?? [];
  const uri = `${authority}/test-install-${randomBytes(6).toString('hex')}${query}`;
  releases.push(async () => {
    const connection = await mongoose.createConnection(uri).asPromise();
    await connection.dropDatabase();
    await connection.close();
  });
  return uri;
}

/** As systemd would. */
async function startUnit(): Promise<void> {
  const unit = await readFile(join(units, 'estio-cron.service'), 'utf8');
  const valueOf = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
  if (valueOf('User') !== person.name || valueOf('WorkingDirectory') !== join(project, 'current'))
    throw new Error(`the unit is not for ${person.name} in ${project}:\n${unit}`);
  const [name = '', value = ''] = valueOf('Environment').split('=');
  const child = person.start(`exec ${valueOf('ExecStart')}`, project, {
    HOME: home,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TMPDIR: temporary,
    [name]: value,
  });
  const ended = once(child, 'close');
  releases.push(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  say(`the unit's adapter answers at ${await addressOf(child, ended)}`);
}

async function addressOf(child: ChildProcess, ended: Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const address = new Promise<string>((found) => {
    for (const stream of [child.stdout!, child.stderr!])
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        const url = /"url":"([^"]+)"/.exec(line)?.[1];
        if (url) found(url);
      });
  });
  const failed = ended.then(() => Promise.reject(new Error(`the adapter ended:\n${lines.join('\n')}`)));
  return Promise.race([address, failed]);
}

/** As cron does. */
async function callEachJob(): Promise<void> {
  const { output } = await person.run('crontab -l', home, environment);
  const lines = [...output.matchAll(/^(?:[-\d*/,]+\s+){5}(\S.*)$/gm)].map(([, line = '']) => line);
  const jobs = (await readdir(join(project, 'functions'))).filter((file) => file.endsWith('.ts')).length;
  if (lines.length !== jobs) throw new Error(`expected ${jobs} lines in the crontab, got:\n${output}`);
  for (const line of lines) {
    const cron = { HOME: home, LOGNAME: person.name, SHELL: '/bin/sh', PATH: '/usr/bin:/bin' };
    const result = await person.run(line, home, cron);
    say(`cron: ${line.split('/').at(-1)} ended with ${result.code}`);
    if (result.code !== 0) throw new Error(result.output);
  }
}

async function compareBundles(): Promise<void> {
  const hashes = async (root: string) => {
    const dist = join(root, 'dist', 'functions');
    const files = (await readdir(dist).catch(() => [])).filter((name) => name.endsWith('.mjs')).sort();
    const contents = await Promise.all(files.map((name) => readFile(join(dist, name))));
    return contents.map((content) => createHash('sha256').update(content).digest('hex')).join();
  };
  const source = async (root: string) =>
    /"sourceHash": "(\w+)"/.exec(
      await readFile(join(root, 'dist', 'functions', 'manifest.json'), 'utf8').catch(() => ''),
    )?.[1];
  if ((await source(projectRoot)) !== (await source(project)))
    return say('the bundles are not compared: those of this folder are of other sources');
  if ((await hashes(projectRoot)) !== (await hashes(project)))
    throw new Error('the bundles differ from those built with development packages installed');
  say('the bundles are the same as those built with development packages');
}
