/**
 * In turns: (a) first import, (b) unchanged, (c) 1 % changed, (d) 304, (e) fast-xml-parser alone, (f) naive importer,
 * (g) parse, map and insert, (h) read and hash.
 */

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import mongoose from 'mongoose';
import { heapFlags, memoryEnvironment } from '../../adapter/job-process/memory-limits.ts';
import { acquireEmbeddedMongodb } from '../../adapter/embedded-mongodb/acquire-engine.ts';
import { writeFeed } from './feeds/generate.ts';
import { median, type BenchOptions, type BenchResult } from './measure.ts';

type Way = 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h';

interface Figures {
  readonly seconds: number;
  readonly peakRssMb: number;
  readonly operations: number;
  readonly counts: Readonly<Record<string, number>>;
}

const titles: Readonly<Record<Way, string>> = {
  a: 'first import',
  b: 'again, unchanged',
  c: 'again, 1 % changed',
  d: 'again, 304',
  e: 'fast-xml-parser, whole document, no database',
  f: 'naive importer',
  g: 'parse, map and raw insertMany',
  h: 'reading and hashing only',
};

/** More does not fit into memory. */
const maxNaive = 20;
const maxWhole = 200;

export async function bench(say: (line: string) => void, options: BenchOptions): Promise<BenchResult> {
  const sizes = options.sizes ?? [10, 100];
  const rounds = options.rounds ?? 5;
  const folder = await mkdtemp(path.join(tmpdir(), 'estio-bench-'));
  const engine = await acquireEmbeddedMongodb({ dataDir: folder });
  await bundleMeasure();
  const server = fork(path.join(import.meta.dirname, 'feeds/serve.ts'), [folder]);
  try {
    const [origin] = (await once(server, 'message')) as [string];
    const medians: Record<string, Partial<Record<Way, Figures>>> = {};
    for (const size of sizes)
      medians[size] = await measureSize(size, rounds, { folder, origin, server: engine.uri }, say);
    return resultOf(medians, say);
  } finally {
    server.disconnect();
    await engine.release();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureSize(
  size: number,
  rounds: number,
  at: { folder: string; origin: string; server: string },
  say: (line: string) => void,
): Promise<Partial<Record<Way, Figures>>> {
  await writeFeed(path.join(at.folder, 'same.xml'), size);
  await writeFeed(path.join(at.folder, 'changed.xml'), size, 0.01);
  const same = `${at.origin}/same.xml`;
  const database = withDatabase(at.server, 'bench-feeds');
  const naive = withDatabase(at.server, 'bench-naive');
  const floor = withDatabase(at.server, 'bench-floor');
  const ways: Partial<Record<Way, () => Promise<Figures>>> = {
    ...(size <= maxWhole ? { e: () => measure('whole-parse', same, database) } : {}),
    ...(size <= maxNaive ? { f: () => dropped(naive).then(() => measure('naive', same, naive)) } : {}),
    g: () => dropped(floor).then(() => measure('floor', same, floor)),
    h: () => measure('read-and-hash', same, database),
  };
  const all: Partial<Record<Way, Figures[]>> = {};
  const note = (way: Way, figures: Figures) => (all[way] ??= []).push(figures);
  for (let round = 0; round < rounds; round++) {
    const others = Object.entries(ways) as [Way, () => Promise<Figures>][];
    const turned = [...others.slice(round % others.length), ...others.slice(0, round % others.length)];
    await dropped(database);
    note('a', await measure('sync', same, database));
    for (const [i, [way, work]] of turned.entries()) {
      note(way, await work());
      if (i === 0) note('b', await measure('sync', same, database));
    }
    note('c', await measure('sync', `${at.origin}/changed.xml`, database));
    await measure('sync', `${same}?etag`, database);
    note('d', await measure('sync', `${same}?etag`, database));
    say(`${size} MB, round ${round + 1} of ${rounds}`);
  }
  await dropped(database);
  await dropped(naive);
  await dropped(floor);
  return Object.fromEntries(Object.entries(all).map(([way, figures]) => [way, middle(figures)]));
}

const bundles = path.join(import.meta.dirname, '../../node_modules/.cache/estio-bench');
const heapMb = (what: string) => (what === 'whole-parse' || what === 'naive' ? 4096 : 1024);

async function bundleMeasure(): Promise<void> {
  await build({
    entryPoints: [path.join(import.meta.dirname, 'feeds/measure.ts')],
    outdir: bundles,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
}

async function measure(what: string, url: string, uri: string): Promise<Figures> {
  const child: ChildProcess = fork(path.join(bundles, 'measure.mjs'), [what, url, uri], {
    execArgv: heapFlags(heapMb(what)),
    env: { ...memoryEnvironment, NODE_COMPILE_CACHE: path.join(bundles, 'compiled'), ...process.env },
  });
  const result = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${what} ended with ${code}`);
    }),
  ]);
  if (child.exitCode === null) await once(child, 'exit');
  return (result as [Figures])[0];
}

async function dropped(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  await connection.dropDatabase();
  await connection.close();
}

function withDatabase(uri: string, name: string): string {
  const [, authority, query = ''] = /^(mongodb:\/\/[^/?]+)[^?]*(\?.*)?$/.exec(uri) ?? [];
  return `${authority}/${name}${query}`;
}

function middle(figures: readonly Figures[]): Figures {
  return {
    seconds: median(figures.map((one) => one.seconds)),
    peakRssMb: median(figures.map((one) => one.peakRssMb)),
    operations: median(figures.map((one) => one.operations)),
    counts: figures[0]?.counts ?? {},
  };
}

function resultOf(
  medians: Readonly<Record<string, Partial<Record<Way, Figures>>>>,
  say: (line: string) => void,
): BenchResult {
  const ratios: Record<string, number> = {};
  const figures: Record<string, number> = {};
  for (const [size, ways] of Object.entries(medians)) {
    say(`\n${size} MB, ${ways.a?.counts['items'] ?? '?'} listings`);
    for (const way of Object.keys(titles) as Way[]) {
      const one = ways[way];
      if (!one) continue;
      const rate = Number(size) / one.seconds;
      say(
        `  (${way}) ${titles[way].padEnd(46)} ${one.seconds.toFixed(2).padStart(8)} s ` +
          `${rate.toFixed(1).padStart(8)} MB/s ${one.peakRssMb.toFixed(0).padStart(6)} MB peak ` +
          `${String(one.operations).padStart(7)} database operations`,
      );
      Object.assign(figures, {
        [`${way}${size}Seconds`]: one.seconds,
        [`${way}${size}MbPerSecond`]: rate,
        [`${way}${size}PeakRssMb`]: one.peakRssMb,
        [`${way}${size}Operations`]: one.operations,
      });
    }
    const ratio = (name: string, one: Way, other: Way) => {
      if (ways[one] && ways[other]) ratios[`${name}@${size}`] = ways[one].seconds / ways[other].seconds;
    };
    ratio('whole-parse/unchanged', 'e', 'b');
    ratio('unchanged/read-and-hash', 'b', 'h');
    ratio('naive/first-import', 'f', 'a');
    ratio('first-import/floor', 'a', 'g');
    ratio('changed/unchanged', 'c', 'b');
  }
  const sizes = Object.keys(medians)
    .map(Number)
    .sort((one, other) => one - other);
  const [smallest, largest] = [sizes[0] ?? 0, sizes.at(-1) ?? 0];
  for (const way of ['a', 'b', 'c'] as const) {
    const [small, large] = [medians[smallest]?.[way], medians[largest]?.[way]];
    if (small && large && smallest !== largest)
      ratios[`peak-rss-${way}@${largest}/${smallest}`] = large.peakRssMb / small.peakRssMb;
  }
  return { ratios, figures };
}
