/** `npm run bench -- <name> [--sizes 10,100] [--rounds 5] [--json]`. Only ratios compare between machines. */

import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Benchmark } from './measure.ts';

const helpers = ['run.ts', 'measure.ts', 'database.ts', 'mail-graph.ts'];
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !helpers.includes(file))
  .map((file) => file.slice(0, -3))
  .sort();

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { json: { type: 'boolean' }, sizes: { type: 'string' }, rounds: { type: 'string' } },
});
const [name, ...others] = positionals;
const unknown = Object.keys(values).filter((option) => !['json', 'sizes', 'rounds'].includes(option));
if (name === undefined || !names.includes(name) || others.length > 0 || unknown.length > 0) {
  console.error(
    'usage: npm run bench -- <name> [--sizes 10,100] [--rounds 5] [--json]\nexpected a name out of ' +
      `${names.join(', ')}, got ${process.argv.slice(2).join(' ') || 'nothing'}`,
  );
  process.exit(2);
}

const { bench } = (await import(`./${name}.ts`)) as { bench: Benchmark };
const { ratios, figures } = await bench((line) => console.error(line), {
  ...(typeof values['sizes'] === 'string' ? { sizes: values['sizes'].split(',').map(Number) } : {}),
  ...(typeof values['rounds'] === 'string' ? { rounds: Number(values['rounds']) } : {}),
});
const rounded = (given: Record<string, number>) =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [key, Number(value.toPrecision(4))]));
const result = { bench: name, ratios: rounded(ratios), figures: rounded(figures) };
if (values['json']) console.log(JSON.stringify(result));
else {
  console.table(result.figures);
  console.table(result.ratios);
}
