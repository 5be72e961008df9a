/** Compares the adapter with Netlify's emulator, which npx fetches. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { acquireEmbeddedMongodb } from '../../adapter/embedded-mongodb/acquire-engine.ts';
import { projectRoot } from '../../adapter/project.ts';
import { delay } from '../../shared/platform/clock.ts';
import { startAdapter } from '../doubles/adapter.ts';
import { freePort } from '../doubles/free-port.ts';
import { answerOf, cases, secret } from './cases.ts';

const emulator = 'netlify-cli@27.10.2';
/** The first time, fetching takes minutes. */
const startTimeoutMs = 10 * 60_000;

const site = await mkdtemp(join(tmpdir(), 'estio-conformance-'));
const releases: (() => Promise<unknown>)[] = [() => rm(site, { recursive: true, force: true })];
let releasing: Promise<void> | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void releaseAll().finally(() => process.exit(128 + constants.signals[signal])));
try {
  process.exitCode = await conformance();
} finally {
  await releaseAll();
}

function releaseAll(): Promise<void> {
  return (releasing ??= (async () => {
    for (const release of releases.reverse()) await release();
  })());
}

async function conformance(): Promise<number> {
  const bundles = join(site, 'dist', 'functions');
  await run('build.mjs', '--quiet', '--functions', join(projectRoot, 'test', 'fixtures', 'jobs'), '--out', bundles);
  await mkdir(join(site, 'public'));
  await writeFile(join(site, 'netlify.toml'), await netlifyToml());
  const engine = await acquireEmbeddedMongodb({ dataDir: join(site, 'db') });
  releases.push(engine.release);
  const environment = {
    MONGODB_URI: engine.uri.replace(/^(mongodb:\/\/[^/?]+)\/?/, '$1/conformance'),
    CRON_SECRET: secret,
    CRON_LOCK: 'mongo',
    CRON_MAX_LOAD: '10000',
    CRON_MIN_FREE_MB: '0',
  };
  const adapter = await startAdapter(
    { teardown: (release) => releases.push(release) },
    { args: ['--functions', bundles], environment },
  );
  const netlify = await startNetlify(environment);

  let differences = 0;
  for (const one of cases) {
    const [ours, theirs] = [await answerOf(adapter.url, one), await answerOf(netlify, one)];
    const same = ours === theirs && ours.startsWith(`{"status":${one.expectedStatus},`);
    if (!same) differences += 1;
    console.log(
      `${same ? 'same     ' : 'DIFFERENT'}  ${one.title}${same ? '' : `\n  adapter: ${ours}\n  netlify: ${theirs}`}`,
    );
  }
  console.log(`\n${cases.length - differences} passed, ${differences} failed`);
  return differences > 0 ? 1 : 0;
}

/** From the README. */
async function netlifyToml(): Promise<string> {
  const readme = await readFile(join(projectRoot, 'README.md'), 'utf8');
  const shown = /```toml\n([\s\S]*?)```/.exec(readme)?.[1];
  if (!shown) throw new Error('README.md shows no netlify.toml: expected a ```toml block');
  return shown;
}

async function run(script: string, ...args: string[]): Promise<void> {
  const [code] = await once(
    spawn(process.execPath, [script, ...args], { cwd: projectRoot, stdio: 'inherit' }),
    'close',
  );
  if (code !== 0) throw new Error(`${script} ended with ${code}`);
}

async function startNetlify(environment: Readonly<Record<string, string>>): Promise<string> {
  const port = await freePort();
  const child = spawn('npx', ['--yes', emulator, 'functions:serve', '--offline', '--port', String(port)], {
    cwd: site,
    env: { ...process.env, ...environment, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  releases.push(() => endGroup(child));
  const base = `http://localhost:${port}`;
  const deadline = performance.now() + startTimeoutMs;
  // It answers 404 until it knows its functions.
  while (
    (await fetch(`${base}/api/cron/reject`).then(
      (response) => response.status,
      () => 0,
    )) !== 401
  ) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`${emulator} does not serve the functions:\n${output}`);
    await delay(500);
  }
  return base;
}

async function endGroup(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close');
  try {
    process.kill(-(child.pid as number), 'SIGKILL');
  } catch {
    return;
  }
  await ended;
}
