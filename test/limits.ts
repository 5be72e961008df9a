import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Entries in `.oxlintrc.json` by area. Lower them with the list; never raise them. */
const maxEntries: Readonly<Record<string, number>> = { 'shared/feeds': 4, 'test/doubles': 1 };

interface LinterConfig {
  readonly rules: Readonly<Record<string, unknown>>;
  readonly overrides: readonly { readonly files: readonly string[]; readonly rules: Readonly<Record<string, 'off'>> }[];
}

async function readLinterConfig(): Promise<LinterConfig> {
  const text = await readFile(join(root, '.oxlintrc.json'), 'utf8');
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, '')) as LinterConfig;
}

async function findExcesses(t: ExecutionContext, config: LinterConfig): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-limits-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'oxlintrc.json');
  await writeFile(file, JSON.stringify({ ...config, overrides: [] }));
  const linter = join(root, 'node_modules/oxlint/bin/oxlint');
  const { stdout } = await promisify(execFile)(process.execPath, [linter, '-c', file, '-f', 'json'], {
    cwd: root,
    maxBuffer: 2 ** 26,
  }).catch((error: { stdout: string }) => error);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  return [...new Set(diagnostics.map(({ code, filename }) => `${filename} ${/\((.+)\)/.exec(code)?.[1]}`))];
}

test('exactly the listed files are above a limit of the linter', async (t) => {
  const config = await readLinterConfig();
  const listed = config.overrides.flatMap(({ files, rules }) =>
    files.flatMap((file) => Object.keys(rules).map((rule) => `${file} ${rule}`)),
  );
  const found = await findExcesses(t, config);
  t.deepEqual(
    listed.filter((entry) => !found.includes(entry)),
    [],
    'within the limit again: take these off the list',
  );
  t.deepEqual(
    found.filter((entry) => !listed.includes(entry)),
    [],
    'above a limit: mend these',
  );
  t.deepEqual(listed.toSorted(), [...new Set(listed)].toSorted(), 'each is listed once');
});

test('the list of files above a limit only shrinks', async (t) => {
  const { overrides } = await readLinterConfig();
  const entries = overrides.flatMap(({ files, rules }) => files.flatMap((file) => Object.keys(rules).map(() => file)));
  for (const [area, max] of Object.entries(maxEntries)) {
    const count = entries.filter((file) => file.startsWith(`${area}/`)).length;
    t.is(count, max, `${area}: lower the number when the list has become shorter`);
  }
  t.deepEqual(
    entries.filter((file) => !Object.keys(maxEntries).some((area) => file.startsWith(`${area}/`))),
    [],
  );
});
