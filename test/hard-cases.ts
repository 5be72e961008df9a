import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';

const list = readFileSync(join(import.meta.dirname, 'hard-cases.md'), 'utf8');
const cases = [...list.matchAll(/^(\d+)\. (.+)\n((?: {2,4}- `.+`\n)*)/gm)].map(([, number, , shown = '']) => ({
  number: Number(number),
  shownBy: [...shown.matchAll(/- `(\S+\.ts): (.+)`/g)].map(([, file, title]) => [file, title] as [string, string]),
}));

function hasTitle(file: string, title: string): boolean {
  const path = join(import.meta.dirname, file);
  if (!existsSync(path)) return false;
  const source = readFileSync(path, 'utf8');
  return source.includes(`'${title.replaceAll("'", String.raw`\'`)}'`) || source.includes(`"${title}"`);
}

test('the list of hard cases has each number once, with the tests that show it', (t) => {
  t.deepEqual(
    cases.map(({ number }) => number),
    Array.from({ length: 47 }, (_, index) => index + 1),
  );
  for (const { number, shownBy } of cases) t.true(shownBy.length > 0, `hard case ${number}: no test shows it`);
});

test('each test that the list of hard cases names exists', (t) => {
  const named = cases.flatMap(({ shownBy }) => shownBy);
  t.is(named.length, list.match(/^ +- /gm)?.length ?? 0);
  t.deepEqual(
    named.filter(([file, title]) => !hasTitle(file, title)).map(([file, title]) => `test/${file}: ${title}`),
    [],
  );
});
