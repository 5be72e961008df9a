import { spawn } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access, lstat, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseLibraries, sqliteName, sqliteStub } from './chromium-libraries.ts';
import { currentEnvironment } from './config.ts';
import { EstioError } from './errors.ts';
import { makeFolder } from './make-folder.ts';

export class BrowserError extends EstioError {
  override name = 'BrowserError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'browser', cause });
  }
}

export interface ChromiumBinary {
  readonly executablePath: string;
  /** Without any font Chromium crashes at the first text field. */
  readonly fontsFile?: string;
  readonly shippedLibraries?: string;
  readonly libraryPath?: string;
}

/** Unpacks once (1.6 s, 200 MB). @throws {BrowserError} not executable */
export async function findChromium(configured?: string): Promise<ChromiumBinary> {
  if (configured !== undefined) {
    if (await isExecutable(configured)) return { executablePath: configured };
    throw new BrowserError(`CHROMIUM_PATH: expected an executable program, ${configured} is not one`);
  }
  const folder = await unpackOnce();
  const executablePath = path.join(folder, 'chromium');
  const shippedLibraries = path.join(folder, librariesName);
  const libraryPath = await chooseLibraries(executablePath, shippedLibraries);
  return {
    executablePath,
    fontsFile: path.join(folder, fontsFileName),
    shippedLibraries,
    ...(libraryPath === undefined ? {} : { libraryPath }),
  };
}

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
    `No browser with a window was found on PATH (looked for ${names.join(', ')}): install one, or ` +
      'set CHROMIUM_PATH',
  );
}

/** The package unpacks to a shared folder, where others could interfere; here a child has a private TMPDIR. */
async function unpackOnce(): Promise<string> {
  const packageUrl = resolvePackage();
  const { version } = JSON.parse(await readFile(new URL('../package.json', packageUrl), 'utf8')) as {
    version: string;
  };
  const base = path.join(tmpdir(), `estio-cron-chromium-${userInfo().uid}`);
  await makeFolder(base, { setting: 'TMPDIR', mode: 0o700 });
  await requirePrivate(base);
  const target = path.join(base, version);
  const complete = async () =>
    (await isExecutable(path.join(target, 'chromium'))) &&
    [fontsFileName, path.join(librariesName, sqliteName)].every((name) => existsSync(path.join(target, name)));
  if (await complete()) return target;
  await rm(target, { recursive: true, force: true });
  const staging = await mkdtemp(path.join(base, 'unpacking-'));
  try {
    await unpackInto(staging, packageUrl);
    await writeFile(path.join(staging, fontsFileName), fontsFile(target));
    await writeFile(path.join(staging, librariesName, sqliteName), sqliteStub());
    await rename(staging, target);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    // Another process was faster.
    if (!(await complete())) throw error;
  }
  return target;
}

const fontsFileName = 'estio-fonts.conf';
const librariesName = 'al2023/lib';

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
      'The npm package @sparticuz/chromium is not installed: run npm ci, or set CHROMIUM_PATH to a ' +
        'Chromium of the system',
      cause,
    );
  }
}

function unpackInto(folder: string, packageUrl: string): Promise<void> {
  // As root it would change owners, which a one-user namespace forbids.
  const program = `
    process.getuid = () => -1;
    const { default: chromium } = await import(process.argv[1]);
    await chromium.executablePath();`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, packageUrl], {
      env: { ...currentEnvironment(), TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
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

/** No one else may own or write programs in a shared folder. */
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
