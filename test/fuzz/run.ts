/** `npm run fuzz -- <name> [--count 20000] [--seed 1]`. A failure prints the seed. */

import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface FuzzOptions {
  readonly count?: number;
  readonly seed: number;
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -3));
const {
  values,
  positionals: [name],
} = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
if (name === undefined || !names.includes(name)) {
  console.error(
    `usage: npm run fuzz -- <name> [--count 20000] [--seed 1]\nexpected a name out of ${names.join(', ')}, got ` +
      `${name ?? 'nothing'}`,
  );
  process.exit(2);
}
const { fuzz } = (await import(`./${name}.ts`)) as { fuzz(options: FuzzOptions): Promise<boolean> };
process.exitCode = (await fuzz({ seed: Number(values.seed), ...(values.count ? { count: Number(values.count) } : {}) }))
  ? 0
  : 1;
