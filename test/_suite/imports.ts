import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { projectRoot } from '../../adapter/project.ts';

const importPattern =
  /^(?:import|export)\b(?!\s+type\b)[^;'"]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm;
const known = new Map<string, readonly string[]>();

function importsOf(file: string): readonly string[] {
  let imports = known.get(file);
  if (!imports) {
    const source = readFileSync(join(projectRoot, file), 'utf8');
    imports = [...source.matchAll(importPattern)]
      .map(([, from, bare, dynamic]) => (from ?? bare ?? dynamic) as string)
      .map((name) => (name.startsWith('.') ? relative(projectRoot, join(projectRoot, dirname(file), name)) : name));
    known.set(file, imports);
  }
  return imports;
}

/** Everything that a file loads at run time. */
export function reachedBy(file: string, reached = new Set<string>()): ReadonlySet<string> {
  if (reached.has(file)) return reached;
  reached.add(file);
  for (const imported of importsOf(file)) {
    if (/\.(?:ts|js|mjs)$/.test(imported) && existsSync(join(projectRoot, imported))) reachedBy(imported, reached);
    else reached.add(imported);
  }
  return reached;
}
