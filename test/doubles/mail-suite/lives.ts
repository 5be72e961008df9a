/** The next life loads while one runs. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Environment } from '../../../shared/platform/config.ts';

const program = fileURLToPath(new URL('./sync-process.ts', import.meta.url));
const packages = fileURLToPath(new URL('../../../node_modules', import.meta.url));

type Life = ChildProcess & { readonly stdin: Writable; readonly stdout: Readable };

export interface Lives {
  readonly next: () => Life;
  readonly close: () => Promise<void>;
}

export async function startLives(parameters: readonly string[], environment: Environment): Promise<Lives> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-lives-'));
  await bundle(folder);
  await symlink(packages, join(folder, 'node_modules'));
  const prepare = (): Life =>
    spawn(process.execPath, [join(folder, 'sync-process.mjs'), ...parameters], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
  let prepared = prepare();
  return {
    next() {
      const life = prepared;
      life.stdin.on('error', () => undefined);
      life.stdin.end('go\n');
      prepared = prepare();
      return life;
    },
    async close() {
      if (prepared.exitCode === null && prepared.signalCode === null) {
        const closed = once(prepared, 'close');
        prepared.kill('SIGKILL');
        await closed;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** They contain binaries. */
const inPlace = ['@sparticuz/chromium', 'puppeteer-core'];
/** Optional dependencies of drivers. */
const optional = [
  'kerberos',
  '@mongodb-js/zstd',
  '@aws-sdk/credential-providers',
  'mongodb-client-encryption',
  'snappy',
  'socks',
  'pino-pretty',
];

async function bundle(outdir: string): Promise<void> {
  await build({
    entryPoints: [program],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    banner: {
      js:
        "import { createRequire as __createRequire } from 'node:module'; const require = " +
        '__createRequire(import.meta.url);',
    },
    external: [...inPlace, ...optional],
    logLevel: 'error',
  });
}
