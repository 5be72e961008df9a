import { execFileSync } from 'node:child_process';
import test from 'ava';
import { projectRoot } from '../../../adapter/project.ts';
import { recipes } from '../../../shared/feeds/formats/recipes/all-recipes.ts';
import { describeRecipe } from '../../../shared/feeds/formats/recipes/print-recipes.ts';

test('npm run recipes prints each recipe with its source, its sample and its fields', (t) => {
  const printed = execFileSync('npm', ['run', '--silent', 'recipes'], { cwd: projectRoot, encoding: 'utf8' });
  for (const { recipe } of recipes) {
    t.true(printed.includes(describeRecipe(recipe)), recipe.name);
    for (const words of [...recipe.sources, `recipes/${recipe.name.toLowerCase()}.xml`, ...Object.keys(recipe.fields)])
      t.true(describeRecipe(recipe).includes(words), words);
  }
});
