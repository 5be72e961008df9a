/**
 * Where Chromium's program is: the operator's own (CHROMIUM_PATH), or the one that comes with npm, unpacked once into a
 * private folder of the system's temporary folder. When it cannot start for want of a system library, says which Debian
 * packages have it.
 */

import { execFile, spawn } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access, lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { currentEnvironment } from './config.ts';
import { EstioError } from './errors.ts';

/** There is no browser, or it does not start. */
export class BrowserError extends EstioError {
  override name = 'BrowserError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'browser', cause });
  }
}

export interface ChromiumBinary {
  readonly executablePath: string;
  /**
   * A fontconfig file that adds the fonts which came with it: without any font Chromium ends at the first text field.
   */
  readonly fontsFile?: string;
}

/**
 * Finds the program, unpacking the one from npm when it is not there yet (1.6 s once, 200 MB).
 *
 * @param configured CHROMIUM_PATH
 * @throws {BrowserError} nothing executable there
 */
export async function findChromium(configured?: string): Promise<ChromiumBinary> {
  if (configured !== undefined) {
    if (await isExecutable(configured)) return { executablePath: configured };
    throw new BrowserError(`CHROMIUM_PATH: expected a program that may be executed, ${configured} is none`);
  }
  const folder = await unpackOnce();
  return { executablePath: path.join(folder, 'chromium'), fontsFile: path.join(folder, fontsFileName) };
}

/** A browser with a window: the headless build from npm has none, so it must be one of the system. */
export async function findVisibleBrowser(configured?: string): Promise<string> {
  if (configured !== undefined) return (await findChromium(configured)).executablePath;
  const names = [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
    'brave-browser',
  ];
  for (const folder of (currentEnvironment()['PATH'] ?? '').split(path.delimiter).filter(Boolean)) {
    for (const name of names) if (await isExecutable(path.join(folder, name))) return path.join(folder, name);
  }
  throw new BrowserError(
    `No browser with a window was found on PATH (looked for ${names.join(', ')}): install one, or name it in ` +
      'CHROMIUM_PATH',
  );
}

/**
 * The package unpacks straight to `<TMPDIR>/chromium`, where two processes would meet half-written and where, on a
 * shared host, anybody could have put a program of that name before. So it runs in a process of its own with a private
 * TMPDIR, and the finished folder is renamed into place: whoever sees it sees all of it.
 */
async function unpackOnce(): Promise<string> {
  const packageUrl = resolvePackage();
  const { version } = JSON.parse(await readFile(new URL('../../package.json', packageUrl), 'utf8')) as {
    version: string;
  };
  const base = path.join(tmpdir(), `estio-cron-chromium-${userInfo().uid}`);
  await mkdir(base, { mode: 0o700, recursive: true });
  await requirePrivate(base);
  const target = path.join(base, version);
  const complete = async () =>
    (await isExecutable(path.join(target, 'chromium'))) && existsSync(path.join(target, fontsFileName));
  if (await complete()) return target;
  await rm(target, { recursive: true, force: true });
  const staging = await mkdtemp(path.join(base, 'unpacking-'));
  try {
    await unpackInto(staging, packageUrl);
    await writeFile(path.join(staging, fontsFileName), fontsFile(target));
    await rename(staging, target);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    // Another process was faster: its folder is as good.
    if (!(await complete())) throw error;
  }
  return target;
}

const fontsFileName = 'estio-fonts.conf';

/** The host's fonts where it has some, and those of the package, which its own file looks for in another folder. */
function fontsFile(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${path.join(folder, 'fonts')}</dir>
  <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

function resolvePackage(): string {
  try {
    return import.meta.resolve('@sparticuz/chromium');
  } catch (cause) {
    throw new BrowserError(
      'The npm package @sparticuz/chromium is not installed: run npm ci, or name a Chromium of the system in ' +
        'CHROMIUM_PATH',
      cause,
    );
  }
}

function unpackInto(folder: string, packageUrl: string): Promise<void> {
  const program = 'const { default: chromium } = await import(process.argv[1]); await chromium.executablePath();';
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, packageUrl], {
      env: { ...currentEnvironment(), TMPDIR: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new BrowserError(
            `Chromium from ${path.dirname(fileURLToPath(packageUrl))} could not be unpacked into ${folder}: ` +
              `${complaint.trim().slice(-500)}`,
          ),
        );
    });
  });
}

/** On a shared host the temporary folder belongs to everybody: what we execute from it must be ours alone. */
async function requirePrivate(folder: string): Promise<void> {
  const stats = await lstat(folder);
  if (!stats.isDirectory() || stats.uid !== userInfo().uid || (stats.mode & 0o022) !== 0) {
    throw new BrowserError(
      `${folder}: expected a folder that only user ${userInfo().username} can write; remove it, or set TMPDIR or ` +
        'CHROMIUM_PATH',
    );
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK)
    .then(
      () => lstat(file),
      () => undefined,
    )
    .then((stats) => stats !== undefined && !stats.isDirectory());
}

/**
 * Debian packages of the libraries that Chromium builds ask for (bookworm; trixie's t64 packages provide the same
 * names).
 */
const debianPackages: Readonly<Record<string, string>> = {
  'libnspr4.so': 'libnspr4',
  'libplc4.so': 'libnspr4',
  'libplds4.so': 'libnspr4',
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libsmime3.so': 'libnss3',
  'libexpat.so.1': 'libexpat1',
  'libgcc_s.so.1': 'libgcc-s1',
  'libstdc++.so.6': 'libstdc++6',
  'libglib-2.0.so.0': 'libglib2.0-0',
  'libgobject-2.0.so.0': 'libglib2.0-0',
  'libgio-2.0.so.0': 'libglib2.0-0',
  'libatk-1.0.so.0': 'libatk1.0-0',
  'libatk-bridge-2.0.so.0': 'libatk-bridge2.0-0',
  'libatspi.so.0': 'libatspi2.0-0',
  'libcups.so.2': 'libcups2',
  'libdbus-1.so.3': 'libdbus-1-3',
  'libdrm.so.2': 'libdrm2',
  'libgbm.so.1': 'libgbm1',
  'libasound.so.2': 'libasound2',
  'libpango-1.0.so.0': 'libpango-1.0-0',
  'libcairo.so.2': 'libcairo2',
  'libX11.so.6': 'libx11-6',
  'libXcomposite.so.1': 'libxcomposite1',
  'libXdamage.so.1': 'libxdamage1',
  'libXext.so.6': 'libxext6',
  'libXfixes.so.3': 'libxfixes3',
  'libXrandr.so.2': 'libxrandr2',
  'libxcb.so.1': 'libxcb1',
  'libxkbcommon.so.0': 'libxkbcommon0',
};

/**
 * Names what the dynamic loader says it does not find (`libnss3.so => not found`), as a sentence with the way out.
 * @internal Its table needs answers of a loader that no test can provoke.
 */
export function describeMissingLibraries(loaderOutput: string): string | undefined {
  const missing = [
    ...new Set(
      [
        ...loaderOutput.matchAll(/^\s*(\S+\.so\S*) => not found/gm),
        ...loaderOutput.matchAll(/(\S+\.so[.\d]*): cannot open shared object file/g),
      ].map((match) => match[1] as string),
    ),
  ];
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map((library) => debianPackages[library]).filter((name) => name !== undefined))];
  const unknown = missing.filter((library) => debianPackages[library] === undefined);
  const install = packages.length > 0 ? `; on Debian or Ubuntu: apt-get install ${packages.join(' ')}` : '';
  const search = unknown.length > 0 ? `; find the package of ${unknown.join(', ')} with apt-file search` : '';
  return `Chromium needs system libraries that are not installed: ${missing.join(', ')}${install}${search}`;
}

/**
 * Asks what is missing: the dynamic loader for all libraries at once, without starting the program; then, for a
 * Chromium behind a start script, the program's own complaint.
 */
export async function missingLibraries(executablePath: string): Promise<string | undefined> {
  const traced = await outputOf(executablePath, [], { LD_TRACE_LOADED_OBJECTS: '1' });
  return (
    describeMissingLibraries(traced) ?? describeMissingLibraries(await outputOf(executablePath, ['--version'], {}))
  );
}

async function outputOf(file: string, args: string[], environment: Record<string, string>): Promise<string> {
  return promisify(execFile)(file, args, {
    env: { PATH: currentEnvironment()['PATH'], ...environment },
    timeout: 5000,
  }).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: { stdout?: string; stderr?: string }) => `${error.stdout ?? ''}${error.stderr ?? ''}`,
  );
}
