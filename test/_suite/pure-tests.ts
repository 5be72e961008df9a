/**
 * Which test files need no process of their own, and how they run in one: starting ava for each of them would take
 * longer than their tests. A file is pure when nothing that it loads starts a process, listens, opens a connection or
 * looks at the memory of its process. Run by name (`npm test -- test/feeds/xml/encoding.ts`), it has a process as any
 * other.
 */

import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { projectRoot } from '../../adapter/project.ts';
import { reachedBy } from './imports.ts';
import { testFiles } from './test-files.ts';

/** What makes a test more than a computation. */
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
/** These would reach into the tests of other files. */
const reachesOthers = /\b(?:beforeEach|afterEach|process\.(?:chdir|on|once|env)\b)/;

/** Whether a test file can share a process with others. */
export function isPureTest(file: string): boolean {
  const reached = reachedBy(file);
  return (
    impure.every((name) => !reached.has(name)) && !reachesOthers.test(readFileSync(join(projectRoot, file), 'utf8'))
  );
}

/** Loads every pure test file into this process; the titles of its tests begin with its path. */
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
  // One module that imports all: ava wants every test declared before the first one starts.
  const all = [...urls].map((url) => `import ${JSON.stringify(url)};`).join('\n');
  await import(`data:text/javascript,${encodeURIComponent(all)}`);
}
