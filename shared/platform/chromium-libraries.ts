import { execFile } from 'node:child_process';
import path from 'node:path';
import { minute, second } from './clock.ts';
import { currentEnvironment } from './config.ts';
import { stubLibrary } from './stub-library.ts';

/** bookworm; trixie's t64 packages provide the same names. */
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
 * The packaged nss needs SQLite to start; without nss, Chromium ends at the first TLS connection. A new profile needs
 * no database.
 */
export function sqliteStub(): Buffer {
  const prefixed = (names: string) => names.split(' ').map((name) => `sqlite3_${name}`);
  return stubLibrary(sqliteName, {
    one: prefixed(
      'bind_blob bind_int bind_text busy_timeout close column_bytes column_int exec file_control finalize open_v2 ' +
        'prepare_v2 reset step',
    ),
    zero: prefixed('column_blob column_count column_name column_text free mprintf'),
    variables: prefixed('temp_directory'),
  });
}

export const sqliteName = 'libsqlite3.so.0';

interface LoaderTrace {
  readonly output: string;
  readonly complete: boolean;
  readonly lacking: boolean;
}

/**
 * Prefers the system's libraries for their security updates.
 *
 * @returns LD_LIBRARY_PATH; undefined: unchanged
 */
export async function chooseLibraries(executablePath: string, shipped: string): Promise<string | undefined> {
  const own = currentEnvironment()['LD_LIBRARY_PATH'];
  if ((await traceLoader(executablePath, own)).complete) return undefined;
  const withShipped = [own, shipped].filter(Boolean).join(path.delimiter);
  return (await traceLoader(executablePath, withShipped)).lacking ? undefined : withShipped;
}

/** @internal */
export function describeMissingLibraries(loaderOutput: string, withShipped = ''): string | undefined {
  const missing = allMatches(
    loaderOutput,
    /^\s*(\S+\.so\S*) => not found|(\S+\.so[.\d]*): cannot open shared object file/gm,
  );
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map((library) => debianPackages[library]).filter((name) => name !== undefined))];
  const unknown = missing.filter((library) => debianPackages[library] === undefined);
  const install = packages.length > 0 ? `; on Debian or Ubuntu: apt-get install ${packages.join(' ')}` : '';
  const search = unknown.length > 0 ? `; find the package of ${unknown.join(', ')} with apt-file search` : '';
  const newest = allMatches(withShipped, /version `GLIBC_2\.(\d+)' not found/g).map(Number);
  const shipped = newest.length > 0 ? `; the ones that Chromium brings need glibc 2.${Math.max(...newest)}` : '';
  return `Chromium needs system libraries that are not installed: ${missing.join(', ')}${install}${search}${shipped}`;
}

export async function missingLibraries(executablePath: string, shipped?: string): Promise<string | undefined> {
  const own = currentEnvironment()['LD_LIBRARY_PATH'];
  const { output } = await traceLoader(executablePath, own);
  const withShipped = shipped === undefined ? undefined : await traceLoader(executablePath, shipped);
  return (
    describeMissingLibraries(output, withShipped?.output) ??
    describeMissingLibraries((await run(executablePath, ['--version'], { LD_LIBRARY_PATH: own }, 5 * second)).output)
  );
}

function allMatches(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, first, second]) => first ?? second ?? ''))];
}

/** LD_TRACE_LOADED_OBJECTS lists libraries only (ld.so(8)). */
async function traceLoader(file: string, folders: string | undefined): Promise<LoaderTrace> {
  const { output, failed } = await run(file, [], { LD_TRACE_LOADED_OBJECTS: '1', LD_LIBRARY_PATH: folders }, minute);
  const lacking = output.includes(' not found');
  return { output, complete: !failed && !lacking, lacking };
}

function run(
  file: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
  timeout: number,
): Promise<{ readonly output: string; readonly failed: boolean }> {
  const env = { PATH: currentEnvironment()['PATH'], ...environment };
  return new Promise((resolve) => {
    execFile(file, args, { env, timeout }, (error, stdout, stderr) =>
      resolve({ output: stdout + stderr, failed: error !== null }),
    );
  });
}
