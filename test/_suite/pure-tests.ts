/**
 * Starting ava takes longer than a pure file. Pure: nothing it loads starts a process, listens, connects or measures
 * memory.
 */

import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { projectRoot } from '../../adapter/project.ts';
import { reachedBy } from './imports.ts';
import { testFiles } from './test-files.ts';

const impure = [
  'emulate',
  'lockfile',
  'node:child_process',
  'node:dns',
  'node:http',
  'node:net',
  'node:test',
  'node:v8',
  'node:worker_threads',
  'puppeteer-core',
  'test/doubles/database.ts',
  'undici',
];
/** These would affect tests of other files. */
const reachesOthers = /\b(?:beforeEach|afterEach|process\.(?:chdir|on|once|env)\b)/;

export function isPureTest(file: string): boolean {
  const reached = reachedBy(file);
  return (
    impure.every((name) => !reached.has(name)) && !reachesOthers.test(readFileSync(join(projectRoot, file), 'utf8'))
  );
}

/** Titles begin with the file's path. */
export async function loadPureTests(): Promise<void> {
  const files = testFiles().filter(isPureTest);
  const urls = new Set(files.map((file) => pathToFileURL(join(projectRoot, file)).href));
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== 'ava' || !urls.has(context.parentURL ?? '')) return next(specifier, context);
      const file = relative(projectRoot, fileURLToPath(context.parentURL as string));
      const url = new URL('./titled-ava.ts', import.meta.url);
      url.searchParams.set('file', file);
      return { url: url.href, shortCircuit: true };
    },
  });
  // ava wants every test declared before the first starts.
  const all = [...urls].map((url) => `import ${JSON.stringify(url)};`).join('\n');
  await import(`data:text/javascript,${encodeURIComponent(all)}`);
}
