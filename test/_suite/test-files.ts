import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../adapter/project.ts';

/** Runs many files at once. */
export const pureEntry = 'test/pure.ts';

/** From the root, without `pureEntry`. */
export function testFiles(): string[] {
  const { ava } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { ava: { files: string[] } };
  const excluded = ava.files.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  return globSync(
    ava.files.filter((pattern) => !pattern.startsWith('!')),
    { cwd: projectRoot, exclude: [...excluded, pureEntry] },
  ).sort();
}
