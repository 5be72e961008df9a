/** Uses apt-get and signed archives. Needs no root and installs nothing: apt-get's state lies in our folder. */

import { execFile } from 'node:child_process';
import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { minute } from '../../shared/platform/clock.ts';
import { currentEnvironment } from '../../shared/platform/config.ts';
import { chooseAptSource, formatAptSource, type AptSource } from './apt-source.ts';
import type { LinuxNames } from './engine-runtime.ts';
import { toolEnvironment } from './tool-environment.ts';

const packages = ['libc6', 'libgcc-s1', 'libstdc++6'];
const fetchTimeout = 2 * minute;
const hostHooks = ['APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success'];

/** @throws {Error} not of the Debian family */
export async function hostAptSource(): Promise<AptSource> {
  const read = (file: string) => readFile(file, 'utf8').catch(() => '');
  const files = ['/etc/apt/sources.list'];
  for await (const file of glob('/etc/apt/sources.list.d/*.{list,sources}')) files.push(file);
  const source = chooseAptSource(await read('/etc/os-release'), await Promise.all(files.map(read)));
  if (!source) throw new Error('only Debian, Ubuntu and systems based on them can fetch one');
  return source;
}

/** @returns a folder like a root file system @throws {Error} a tool failed, with its output */
export async function fetchGlibc(
  work: string,
  source: AptSource,
  names: LinuxNames,
  signal?: AbortSignal,
): Promise<string> {
  const debs = join(work, 'debs');
  const unpacked = join(work, 'unpacked');
  for (const folder of ['lists/partial', 'cache/archives/partial', 'debs', 'root/usr/lib'])
    await mkdir(join(work, folder), { recursive: true });
  await writeFile(join(work, 'status'), '');
  await writeFile(join(work, 'sources.list'), formatAptSource(source));
  await writeFile(join(work, 'apt.conf'), aptConfiguration(work, names));

  const timeout = AbortSignal.timeout(fetchTimeout);
  const tool = (command: string, ...args: string[]) =>
    runTool(command, args, {
      cwd: debs,
      env: toolEnvironment(currentEnvironment()),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  await tool('apt-get', `--config-file=${join(work, 'apt.conf')}`, '--quiet=2', 'update');
  await tool('apt-get', `--config-file=${join(work, 'apt.conf')}`, '--quiet=2', 'download', ...packages);
  for await (const file of glob(join(debs, '*.deb'))) await tool('dpkg', '--extract', file, unpacked);

  const libraries = join(work, 'root/usr/lib', names.multiarch);
  await rename(join(unpacked, 'usr/lib', names.multiarch), libraries);
  // Character set converters: two thirds of the size, not needed.
  await rm(join(libraries, 'gconv'), { recursive: true, force: true });
  return join(work, 'root');
}

function aptConfiguration(work: string, names: LinuxNames): string {
  const settings = {
    'Dir::Etc::sourcelist': join(work, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State': work,
    'Dir::State::lists': join(work, 'lists'),
    'Dir::State::status': join(work, 'status'),
    'Dir::Cache': join(work, 'cache'),
    'APT::Architecture': names.debian,
    'APT::Architectures': names.debian,
    // As root, apt-get would download as a user without access to the folder.
    'APT::Sandbox::User': 'root',
    // An unreachable archive would be only a warning.
    'APT::Update::Error-Mode': 'any',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '15',
    'Acquire::https::Timeout': '15',
  };
  const lines = [
    ...[...hostHooks, 'APT::Architectures'].map((name) => `#clear ${name};`),
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
  ];
  return `${lines.join('\n')}\n`;
}

async function runTool(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<void> {
  try {
    await promisify(execFile)(command, args, options);
  } catch (error) {
    const { code, stderr = '', name } = error as { code?: unknown; stderr?: string; name: string };
    if (code === 'ENOENT') throw new Error(`${command} is not installed`, { cause: error });
    if (name === 'AbortError' && options.signal.reason?.name !== 'TimeoutError') throw options.signal.reason;
    if (name === 'AbortError')
      throw new Error(`${command} did not finish within ${fetchTimeout / 1000} s`, { cause: error });
    const said =
      stderr
        .split('\n')
        .find((line) => /^(E:|dpkg)/.test(line))
        ?.replace(/\.$/, '') ?? `exit code ${String(code)}`;
    throw new Error(`${command} failed: ${said}`, { cause: error });
  }
}
