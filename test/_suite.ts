/**
 * `npm test [-- ava's arguments]`: one MongoDB for all test files, ava, and a look at what the tests left behind.
 * TEST_MONGODB_URI names a server to use instead of the embedded one. The last line says `N passed, M failed`.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import mongoose from 'mongoose';
import { acquireEmbeddedMongodb } from '../adapter/embedded-mongodb/acquire-engine.ts';
import { countResults, isSummary } from './_suite/count-results.ts';
import { makeFastFolder } from './_suite/fast-folder.ts';
import { requireMachine } from './_suite/requirements.ts';
import { endProcesses, leftFiles, leftProcesses, type LeftProcess } from './_suite/leftovers.ts';

requireMachine();

const ava = join(dirname(fileURLToPath(import.meta.resolve('ava'))), 'cli.mjs');
/** Short: the sockets of the engines that tests start lie in it. */
const folder = mkdtempSync(join(tmpdir(), 'estio-'));
const databaseFolder = makeFastFolder();
const testFolder = join(folder, 'tmp');
mkdirSync(testFolder);
const compileCache = join(import.meta.dirname, '../node_modules/.cache/estio-cron/compiled-tests');
/** Two fifths of a file's time are waiting: for an answer, a pause between attempts, another process. */
const filesAtOnce = availableParallelism() + 1;
/** How long ava may take to end after its summary, ms. */
const stuckAfter = 10_000;
const stuckOn: LeftProcess[] = [];

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort(signal));

process.exitCode = await runSuite().finally(() => {
  for (const made of [folder, databaseFolder]) rmSync(made, { recursive: true, force: true, maxRetries: 3 });
});

async function runSuite(): Promise<number> {
  const given = process.env['TEST_MONGODB_URI'] || undefined;
  const engine = given ? undefined : await acquireEmbeddedMongodb({ dataDir: databaseFolder, log: console });
  try {
    const uri = given ?? engine!.uri;
    const before = await databaseNames(uri);
    const { output, code } = await runAva(uri);
    if (interrupted.signal.aborted) {
      endProcesses(await leftProcesses(testFolder));
      return 128 + constants.signals[interrupted.signal.reason as NodeJS.Signals];
    }
    const left = await findLeftovers(uri, before);
    const { passed, failed } = countResults(output, code !== 0);
    for (const problem of left) console.log(`  ✘ left behind by the tests: ${problem}`);
    console.log(`\n${passed} passed, ${failed + left.length} failed`);
    return code === 0 && left.length > 0 ? 1 : code;
  } finally {
    await engine?.release();
  }
}

/** Runs ava with this command's arguments; shows what it prints while it prints it. */
async function runAva(uri: string): Promise<{ output: string; code: number }> {
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(process.execPath, [ava, '--concurrency', String(filesAtOnce), ...process.argv.slice(2)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Each test file is a process of its own and reads nearly the same modules.
    env: {
      ...process.env,
      ...color,
      NODE_COMPILE_CACHE: compileCache,
      NODE_ENV: 'test',
      TEST_MONGODB_URI: uri,
      TMPDIR: testFolder,
    },
  });
  // The only signal at which ava ends its own processes.
  interrupted.signal.addEventListener('abort', () => child.kill('SIGINT'));
  let output = '';
  let stuck: NodeJS.Timeout | undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    process.stdout.write(chunk);
    // A forgotten process that has ava's output open keeps ava from ending: it is looked for while ava waits.
    if (!stuck && isSummary(stripVTControlCharacters(output.slice(-10_000))))
      stuck = setTimeout(() => void endStuckRun(child.pid!), stuckAfter);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(stuck);
  return { output: stripVTControlCharacters(output), code: code ?? 1 };
}

/** Names and ends what keeps a finished run from ending. */
async function endStuckRun(avaPid: number): Promise<void> {
  const processes = (await leftProcesses(testFolder)).filter(({ pid }) => pid !== avaPid);
  stuckOn.push(...processes);
  endProcesses(processes);
}

/** Everything that should have gone with the tests; processes are ended after they have been named. */
async function findLeftovers(uri: string, databasesBefore: readonly string[]): Promise<string[]> {
  const processes = await leftProcesses(testFolder);
  endProcesses(processes);
  const databases = (await databaseNames(uri)).filter(
    (name) => name.startsWith('test-') && !databasesBefore.includes(name),
  );
  return [
    ...[...stuckOn, ...processes].map(({ pid, command }) => `process ${pid}: ${command}`),
    ...leftFiles(testFolder).map((name) => `in the temporary folder: ${name}`),
    ...databases.map((name) => `database ${name}`),
  ];
}

async function databaseNames(uri: string): Promise<string[]> {
  const connection = await mongoose.createConnection(uri, { serverSelectionTimeoutMS: 30_000 }).asPromise();
  try {
    return (await connection.listDatabases()).databases.map(({ name }) => name);
  } finally {
    await connection.close();
  }
}
