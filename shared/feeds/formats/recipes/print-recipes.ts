/** `npm run recipes` */
import type { Recipe } from '../recipe.ts';
import { recipes } from './all-recipes.ts';

export function describeRecipe({ name, title, version, sources, mode, itemPath, removals, recognise, fields }: Recipe) {
  const lists =
    typeof mode === 'string'
      ? mode
      : `${mode.otherwise}; by ${mode.path}: ${Object.entries(mode.words)
          .map(([word, means]) => `${word} is ${means}`)
          .join(', ')}`;
  const known = [
    `root ${recognise.roots.join(' or ')}`,
    ...(recognise.namespace === undefined ? [] : [`namespace …${recognise.namespace}…`]),
    ...(recognise.has ?? []).map((path) => `has ${path}`),
    ...(recognise.lacks ?? []).map((path) => `has no ${path}`),
    ...(recognise.items ?? []).map((path) => `an item has ${path}`),
  ];
  return [
    `${name}: ${title} (version ${version})`,
    ...sources.map((source) => `  source      ${source}`),
    `  sample      test/fixtures/feeds/recipes/${name.toLowerCase()}.xml`,
    `  recognised  ${known.join(', ')}`,
    `  lists       ${lists}`,
    `  items       ${itemPath}${removals === undefined ? '' : `; removals ${removals.itemPath}`}`,
    ...Object.entries(fields).map(([field, rule]) => `  ${field.padEnd(16)} ${JSON.stringify(rule)}`),
  ].join('\n');
}

if (import.meta.main) console.log(recipes.map((format) => describeRecipe(format.recipe)).join('\n\n'));
