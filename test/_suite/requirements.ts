import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { probeHost, type HostFacts } from '../../adapter/embedded-mongodb/engine-runtime.ts';

export interface Machine extends HostFacts {
  /** If npm started us. */
  readonly npmNode: string | undefined;
  has(program: string): boolean;
  hasLibrary(name: string): boolean;
}

const programs: Readonly<Record<string, string>> = {
  curl: 'curl',
  flock: 'util-linux',
  git: 'git',
  logger: 'bsdutils',
};
/** For older glibc. */
const libraries: Readonly<Record<string, string>> = {
  'libexpat.so.1': 'libexpat1',
  'libnspr4.so': 'libnspr4',
  'libnss3.so': 'libnss3',
};
const minGlibc = '2.28';
const minGlibcOfShipped = '2.34';
const minNode = '20.19';

/** What is wrong, in words. */
export function missingRequirements(machine: Machine): string[] {
  const { platform, architecture, glibc, npmNode } = machine;
  if (platform !== 'linux' || architecture !== 'x64')
    return [`expected Linux on x64, this is ${platform} on ${architecture}`];
  const problems: string[] = [];
  if (glibc === undefined) problems.push(`expected glibc ${minGlibc} or newer, this Linux has another C library`);
  else if (isOlder(glibc, minGlibc)) problems.push(`expected glibc ${minGlibc} or newer, this is ${glibc}`);
  if (npmNode !== undefined && isOlder(npmNode, minNode))
    problems.push(`expected Node ${minNode} or newer, npm runs on ${npmNode}`);
  const needed = glibc !== undefined && isOlder(glibc, minGlibcOfShipped) ? libraries : {};
  const missing = [
    ...Object.entries(programs).filter(([program]) => !machine.has(program)),
    ...Object.entries(needed).filter(([library]) => !machine.hasLibrary(library)),
  ];
  if (missing.length > 0) {
    const [names, packages] = [missing.map(([name]) => name), missing.map(([, name]) => name)];
    problems.push(`not installed: ${names.join(', ')} (on Debian or Ubuntu: apt-get install ${packages.join(' ')})`);
  }
  return problems;
}

export function requireMachine(): void {
  const problems = missingRequirements(thisMachine());
  if (problems.length === 0) return;
  console.error(`This machine lacks what README asks for: ${problems.join('; ')}`);
  process.exit(1);
}

function thisMachine(): Machine {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return {
    ...probeHost(),
    npmNode: /\bnode\/v(\S+)/.exec(process.env['npm_config_user_agent'] ?? '')?.[1],
    has: (program) => folders.some((folder) => isExecutable(join(folder, program))),
    hasLibrary,
  };
}

/** LD_TRACE_LOADED_OBJECTS starts nothing (ld.so(8)). */
function hasLibrary(name: string): boolean {
  const env = { ...process.env, LD_PRELOAD: name, LD_TRACE_LOADED_OBJECTS: '1' };
  return !spawnSync(process.execPath, { env, encoding: 'utf8' }).stderr.includes('cannot be preloaded');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isOlder(version: string, wanted: string): boolean {
  const [[major = 0, minor = 0], [wantedMajor = 0, wantedMinor = 0]] = [version, wanted].map((one) =>
    one.split('.').map(Number),
  ) as [number[], number[]];
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
