/** See `CONTRIBUTING.md`. */
import type { FeedContext, FeedFormat, FeedMode } from './feed-format.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { wordKey } from '../values/words.ts';
import { multipage } from './generic.ts';
import { readByMapping } from './mapped-reading.ts';
import { compileMapping, endNamesOf } from './mapping.ts';
import type { CompiledMapping } from './mapping.ts';
import { readMappingPath, spotsOn } from './mapping-path.ts';
import type { MappingPath } from './mapping-path.ts';
import { scopeOf } from './rule-values.ts';

interface Recognition {
  readonly roots: readonly string[];
  /** Part of the root's default namespace. */
  readonly namespace?: string;
  /** Under the root: `header/agency`, `@version`. */
  readonly has?: readonly string[];
  /** Not under the root. */
  readonly lacks?: readonly string[];
  /** Each in at least one of the first items. `a|b`: either. */
  readonly items?: readonly string[];
  readonly rootTells?: boolean;
}

interface HeaderMode {
  readonly path: string;
  readonly words: Readonly<Record<string, FeedMode>>;
  readonly otherwise: FeedMode;
}

export interface Recipe {
  readonly name: string;
  readonly title: string;
  readonly sources: readonly string[];
  readonly version: number;
  readonly recognise: Recognition;
  readonly mode: FeedMode | HeaderMode;
  /** `a/b | a/c` */
  readonly itemPath: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly removals?: { readonly itemPath: string; readonly id: string };
  readonly arrange?: FeedFormat['arrange'];
}

export interface RecipeFormat extends FeedFormat {
  readonly recipe: Recipe;
}

export function recipe(written: Recipe): RecipeFormat {
  const items = compileMapping({ itemPath: written.itemPath, fields: written.fields });
  const removals = compileRemovals(written);
  const recognises = recogniser(written.recognise);
  return {
    recipe: written,
    name: written.name,
    version: written.version,
    itemPaths: [...items.itemPaths, ...(removals?.itemPaths ?? [])],
    mode: (context) => modeOf(written.mode, context),
    detect: recognises,
    ...(written.recognise.rootTells
      ? { remains: (root: XmlElement) => written.recognise.roots.includes(root.name) }
      : {}),
    ...(written.arrange ? { arrange: written.arrange } : {}),
    pages: multipage,
    scope: ({ surroundings }) => scopeOf(items, surroundings),
    endNames: () => endNamesOf(items),
    map: (item, context) => [readByMapping(item, context, removals?.names.has(item.name) ? removals.mapping : items)],
  };
}

function compileRemovals({
  removals,
}: Recipe): { itemPaths: readonly string[]; names: ReadonlySet<string>; mapping: CompiledMapping } | undefined {
  if (removals === undefined) return undefined;
  const mapping = compileMapping({
    itemPath: removals.itemPath,
    fields: { id: removals.id, action: { value: 'remove' } },
  });
  const names = new Set(mapping.itemPaths.map((path) => path.slice(path.lastIndexOf('/') + 1)));
  return { itemPaths: mapping.itemPaths, names, mapping };
}

function modeOf(mode: FeedMode | HeaderMode, { surroundings: [root] }: FeedContext): FeedMode {
  if (typeof mode === 'string') return mode;
  const [word] = root === undefined ? [] : spotsOn(pathOf(mode.path), root);
  const known = Object.entries(mode.words).find(([written]) => wordKey(written) === wordKey(word?.text ?? ''));
  return known?.[1] ?? mode.otherwise;
}

function recogniser({
  roots,
  namespace,
  has = [],
  lacks = [],
  items = [],
  rootTells = false,
}: Recognition): FeedFormat['detect'] {
  const [ofRoot, notOfRoot, ofItems] = [has, lacks, items].map((paths) =>
    paths.map((either) => either.split('|').map(pathOf)),
  );
  const holds = (elements: readonly XmlElement[], either: readonly MappingPath[]): boolean =>
    elements.some((element) => either.some((path) => spotsOn(path, element).length > 0));
  return (root, found) => {
    if (!roots.includes(root.name)) return 0;
    if (namespace !== undefined && !(root.namespace ?? '').includes(namespace)) return 0;
    if (!ofRoot!.every((either) => holds([root], either))) return 0;
    if (notOfRoot!.some((either) => holds([root], either))) return 0;
    if (found.length === 0) return rootTells ? 0.9 : 0;
    return ofItems!.every((either) => holds(found, either)) ? 0.95 : 0;
  };
}

function pathOf(text: string): MappingPath {
  const path = readMappingPath(text);
  if (typeof path === 'string') throw new Error(`A recipe has a path that cannot be read: ${path}`);
  return path;
}
