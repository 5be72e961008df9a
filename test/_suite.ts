/** One MongoDB for all files (or TEST_MONGODB_URI), ava, and a check for leftovers. */

import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { acquireEmbeddedMongodb } from '../adapter/embedded-mongodb/acquire-engine.ts';
import { findJobs } from '../adapter/jobs.ts';
import { projectRoot } from '../adapter/project.ts';
import { makeFastFolder } from './_suite/fast-folder.ts';
import { isPureTest } from './_suite/pure-tests.ts';
import { requireMachine } from './_suite/requirements.ts';
import { runSuite } from './_suite/run-suite.ts';
import { pureEntry, testFiles } from './_suite/test-files.ts';

requireMachine();

const ava = join(dirname(fileURLToPath(import.meta.resolve('ava'))), 'cli.mjs');
const compileCache = join(projectRoot, 'node_modules/.cache/estio-cron/compiled-tests');
/** Two fifths of a file's time are waiting. */
const filesAtOnce = availableParallelism() + 1;
const databases = `test-${randomBytes(4).toString('hex')}-`;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort(signal));

const given = process.argv.slice(2);
const isWhole = given.length === 0 && process.cwd() === projectRoot;
// Else each adapter of the first test files would build them.
if (isWhole) await findJobs({ production: false, folder: undefined });
process.exitCode = await withServer(async (uri) =>
  runSuite({
    command: [process.execPath, ava, '--concurrency', String(filesAtOnce), ...chosen()],
    environment: {
      ...process.env,
      ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
      // Test files load nearly the same modules.
      NODE_COMPILE_CACHE: compileCache,
      NODE_ENV: 'test',
      TEST_MONGODB_URI: uri,
      TEST_DATABASES: databases,
    },
    print: (text) => void process.stdout.write(text),
    interrupted: interrupted.signal,
    leftDatabases: () => leftDatabases(uri),
    patienceMs: Number(process.env['SUITE_PATIENCE'] ?? 15_000),
    stuckAfterMs: 20_000,
  }),
);

function chosen(): readonly string[] {
  if (!isWhole) return given;
  return [pureEntry, ...testFiles().filter((file) => !isPureTest(file))];
}

async function withServer<T>(work: (uri: string) => Promise<T>): Promise<T> {
  const given = process.env['TEST_MONGODB_URI'];
  if (given) return work(given);
  const dataDir = makeFastFolder();
  try {
    const engine = await acquireEmbeddedMongodb({ dataDir, log: console });
    return await work(engine.uri).finally(() => engine.release());
  } finally {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function leftDatabases(uri: string): Promise<string[]> {
  const { default: mongoose } = await import('mongoose');
  const connection = await mongoose.createConnection(uri, { serverSelectionTimeoutMS: 30_000 }).asPromise();
  try {
    const { databases: all } = await connection.listDatabases();
    return all.map(({ name }) => name).filter((name) => name.startsWith(databases));
  } finally {
    await connection.close();
  }
}
