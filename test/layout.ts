import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** As paths from the project's root. */
function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** Within the project, with types. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'(\.[^']+)'/g)].map(([, path]) =>
    relative(root, join(root, dirname(file), path as string)),
  );
}

/** From the bottom up; layers of a row do not know each other. */
const rows = [
  ['shared/platform'],
  ['shared/models'],
  ['shared/events'],
  ['shared/runs'],
  ['shared/mail', 'shared/feeds', 'shared/matching', 'shared/checks', 'shared/trash'],
  ['functions'],
  ['adapter'],
];
const sources = [...filesIn('shared'), ...filesIn('functions'), ...filesIn('adapter')];
const rowOf = (file: string) => rows.findIndex((row) => row.some((folder) => file.startsWith(`${folder}/`)));
const folderOf = (file: string) => rows.flat().find((folder) => file.startsWith(`${folder}/`));

test('every source lies in a layer', (t) => {
  t.deepEqual(
    sources.filter((file) => rowOf(file) < 0),
    [],
  );
});

test('imports only go down, and not sideways between domains', (t) => {
  const wrong = sources.flatMap((file) =>
    importsOf(file)
      .filter((imported) => imported !== 'package.json')
      .filter(
        (imported) =>
          rowOf(imported) > rowOf(file) ||
          (rowOf(imported) === rowOf(file) && folderOf(imported) !== folderOf(file)) ||
          rowOf(imported) < 0,
      )
      .map((imported) => `${file} imports ${imported}`),
  );
  t.deepEqual(wrong, []);
});

test('no file imports itself through others', (t) => {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    else if (!done.has(file)) {
      for (const imported of importsOf(file)) if (sources.includes(imported)) visit(imported, [...path, file]);
      done.add(file);
    }
  };
  for (const file of sources) visit(file, []);
  t.deepEqual(cycles, []);
});

function codeOf(file: string): string {
  return readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '');
}

test('the environment is read in one file', (t) => {
  const allowed = ['shared/platform/config.ts', 'adapter/index.js'];
  t.deepEqual(
    sources.filter((file) => !allowed.includes(file) && codeOf(file).includes('process.env')),
    [],
  );
});

test('what time it is, the domain asks its clock', (t) => {
  const domain = sources.filter((file) =>
    /^(shared\/(mail|feeds|matching|checks|trash|events|models)|functions)\//.test(file),
  );
  t.deepEqual(
    domain.filter((file) => /\bDate\.now\(|\bnew Date\(\)/.test(codeOf(file))),
    [],
  );
});

test('no folder is called after nothing', (t) => {
  const folders = readdirSync(root, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((folder) => !/(^|\/)(node_modules|\.git|dist|\.data|\.ava)(\/|$)/.test(folder));
  t.deepEqual(
    folders.filter((folder) => /(^|\/)(utils?|helpers?|common|lib|misc)$/.test(folder)),
    [],
  );
});

test('the top level has what it says and nothing else', (t) => {
  const known = [
    'functions',
    'shared',
    'adapter',
    'crontab',
    'test',
    'build.mjs',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
  ];
  const made = ['node_modules', 'dist'];
  const found = readdirSync(root).filter((name) => !name.startsWith('.') && !made.includes(name));
  t.deepEqual(
    found.filter((name) => !known.includes(name)),
    [],
  );
});

test('no test file has two tests of one title', (t) => {
  const twice = filesIn('test').flatMap((file) => {
    const titles = [
      ...readFileSync(join(root, file), 'utf8').matchAll(/^test(?:\.serial)?\(\s*'((?:[^'\\]|\\.)+)'/gm),
    ].map(([, title]) => title);
    return titles.filter((title, index) => titles.indexOf(title) !== index).map((title) => `${file}: ${title}`);
  });
  t.deepEqual(twice, []);
});

test('no line of code is longer than 120 characters', (t) => {
  const code = [...sources, ...filesIn('test'), 'build.mjs'];
  const long = code.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => ([...line].length > 120 ? [`${file}:${index + 1}`] : [])),
  );
  t.deepEqual(long, []);
});
