/**
 * The adapter and @google-cloud/functions-framework with the same bundles: cold start (ms, resident MB); guarded
 * requests while a run is under way (per second, p50, p99 in ms); a whole run of an empty job (ms).
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { acquireEmbeddedMongodb } from '../../adapter/embedded-mongodb/acquire-engine.ts';
import { projectRoot } from '../../adapter/project.ts';
import { delay } from '../../shared/platform/clock.ts';
import { cleanEnvironment, testSecret } from '../doubles/adapter.ts';
import { freePort } from '../doubles/free-port.ts';
import { interleave, median, timed, type BenchResult } from './measure.ts';

const rounds = 5;
const loadSeconds = 3;
const warmUpSeconds = 1;
const connections = 16;
const runsPerRound = 10;
const headers = { authorization: `Bearer ${testSecret}` };

export async function bench(say: (line: string) => void): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-bench-'));
  const engine = await acquireEmbeddedMongodb({ dataDir: join(folder, 'db') });
  try {
    const jobs = join(folder, 'jobs');
    await build(jobs);
    const framework = join(folder, 'framework');
    await writeFrameworkFunction(framework, jobs);
    const start = (name: 'adapter' | 'framework') => async (round: number) => {
      const port = await freePort();
      const environment = cleanEnvironment({
        MONGODB_URI: engine.uri.replace(/^(mongodb:\/\/[^/?]+)\/?/, `$1/bench-${name}-${round}`),
        CRON_SECRET: testSecret,
        CRON_LOCK_DIR: join(folder, `locks-${name}-${round}`),
        LOG_LEVEL: 'error',
        PORT: String(port),
        NODE_ENV: 'production',
      });
      const args =
        name === 'adapter'
          ? [join(projectRoot, 'adapter'), '--functions', jobs]
          : [
              join(projectRoot, 'node_modules/@google-cloud/functions-framework/build/src/main.js'),
              '--target=job',
              `--source=${framework}`,
              `--port=${port}`,
            ];
      return measure(args, environment, `http://127.0.0.1:${port}`);
    };
    const measured = await interleave(rounds, { adapter: start('adapter'), framework: start('framework') }, say);
    return compare(measured);
  } finally {
    await engine.release();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  args: readonly string[],
  environment: Record<string, string>,
  url: string,
): Promise<Record<string, number>> {
  let child!: ChildProcess;
  const coldMs = await timed(async () => {
    child = spawn(process.execPath, args, { env: environment, stdio: 'ignore' });
    while (
      !(await fetch(`${url}/healthz`).then(
        (response) => response.ok,
        () => false,
      ))
    ) {
      if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended with ${child.exitCode}`);
      await delay(2);
    }
  });
  const ended = once(child, 'close');
  try {
    const rssMb = await residentMb(child.pid as number);
    const runMs = await medianRun(url);
    // One runs, the other is refused.
    const pair = [1, 2].map(() => fetch(`${url}/api/cron/patient`, { headers }));
    await Promise.race(pair);
    const requests = { url: `${url}/api/cron/patient`, headers, connections };
    await autocannon({ ...requests, duration: warmUpSeconds });
    const load = await autocannon({ ...requests, duration: loadSeconds });
    if (load.non2xx > 0 || load.errors > 0)
      throw new Error(`${load.non2xx} answers that are not 2xx, ${load.errors} errors`);
    child.kill('SIGKILL');
    await Promise.allSettled(pair);
    return {
      coldMs,
      rssMb,
      requestsPerSecond: load.requests.average,
      p50Ms: load.latency.p50,
      p99Ms: load.latency.p99,
      meanMs: load.latency.average,
      runMs,
    };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

async function medianRun(url: string): Promise<number> {
  const durations: number[] = [];
  for (let run = 0; run < runsPerRound; run += 1) {
    durations.push(
      await timed(async () => {
        const response = await fetch(`${url}/api/cron/no-op`, { headers });
        const body = await response.text();
        if (!body.includes('"succeeded"')) throw new Error(`the no-op did not run: ${response.status} ${body}`);
      }),
    );
  }
  return median(durations);
}

function compare(measured: Record<'adapter' | 'framework', Record<string, number>[]>): BenchResult {
  const names = Object.keys(measured.adapter[0] as Record<string, number>);
  const of = (rival: 'adapter' | 'framework', name: string) =>
    median(measured[rival].map((figures) => figures[name] as number));
  const figures = Object.fromEntries(
    names.flatMap((name) => (['adapter', 'framework'] as const).map((rival) => [`${rival}.${name}`, of(rival, name)])),
  );
  const perRound = (name: string) =>
    median(
      measured.adapter.map(
        (figures, round) => (figures[name] as number) / Math.max(0.001, measured.framework[round]?.[name] as number),
      ),
    );
  return { ratios: Object.fromEntries(names.map((name) => [name, perRound(name)])), figures };
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

async function build(out: string): Promise<void> {
  const child = spawn(process.execPath, ['build.mjs', '--quiet', '--functions', 'test/fixtures/jobs', '--out', out], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`build.mjs ended with ${code}`);
}

async function writeFrameworkFunction(folder: string, jobs: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', main: 'index.js' }));
  await writeFile(
    join(folder, 'index.js'),
    `import noOp from ${JSON.stringify(join(jobs, 'no-op.mjs'))};
import patient from ${JSON.stringify(join(jobs, 'patient.mjs'))};
const handlers = { '/api/cron/no-op': noOp, '/api/cron/patient': patient };
export async function job(req, res) {
  const handler = handlers[req.path];
  if (!handler) return res.json({ status: 'ok' });
  const headers = { authorization: req.get('authorization') ?? '' };
  const response = await handler(new Request('http://localhost' + req.originalUrl, { method: req.method, headers }));
  response.headers.forEach((value, name) => res.set(name, value));
  res.status(response.status).send(await response.text());
}
`,
  );
}
