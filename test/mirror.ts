/** `test/x.ts` tests `shared/x.ts`, `test/adapter/x.ts` `adapter/x.ts`. */

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { reachedBy } from './_suite/imports.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Rules without a test of their name. */
const untested = JSON.parse(readFileSync(join(root, 'test/mirror-exceptions.json'), 'utf8')) as readonly string[];

/** Lower it with the list; never raise it. */
const maxUntested = 102;

/** A rule takes and gives values, and loads none of these. */
const inputAndOutput = new RegExp(
  '^(node:(?!buffer|crypto|path|url|util)|mongoose|mongodb|undici|google|puppeteer|@microsoft|@hono|hono|@sparticuz' +
    '|shared/platform/config)',
);

/** They export something to run and load no input or output. */
function ruleFiles(): readonly string[] {
  return (
    ['shared', 'adapter']
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
      )
      // `test/feeds/formats/recipes.ts` tests these.
      .filter((file) => file.endsWith('.ts') && !file.startsWith('shared/feeds/formats/recipes/'))
      .filter((file) => /^export (?:async )?(?:function|class|const)\b/m.test(readFileSync(join(root, file), 'utf8')))
      .filter((file) => ![...reachedBy(file)].some((name) => inputAndOutput.test(name)))
      .toSorted()
  );
}

function testOf(file: string): string {
  return join(dirname(fileURLToPath(import.meta.url)), file.replace(/^shared\//, ''));
}

test('each file of pure rules has a test of its own name, but for those listed', (t) => {
  const without = ruleFiles().filter((file) => !existsSync(testOf(file)));
  t.deepEqual(
    without.filter((file) => !untested.includes(file)),
    [],
    'these need a test',
  );
  t.deepEqual(
    untested.filter((file) => !without.includes(file)),
    [],
    'these are tested, or gone: take them off the list',
  );
});

test('the list of files without a test only shrinks', (t) => {
  t.deepEqual(untested.toSorted(), [...new Set(untested)].toSorted(), 'each is listed once');
  t.true(untested.length <= maxUntested, `${untested.length} are listed, ${maxUntested} at most`);
});
