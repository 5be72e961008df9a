import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import test from 'ava';
import { readConfig, settings } from '../../shared/platform/config.ts';
import { envExample, settingsTable, withSettingsTable } from '../../shared/platform/env-example.ts';

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

test('.env.example is what the settings say (npm run docs)', (t) => {
  t.is(read('.env.example'), envExample());
});

test('adapter/SETTINGS.md is what the settings say (npm run docs)', (t) => {
  t.is(read('adapter/SETTINGS.md'), withSettingsTable(read('adapter/SETTINGS.md')));
});

test('every setting is named and explained once', (t) => {
  const names = Object.values(settings).map(({ env }) => env);
  t.is(new Set(names).size, names.length);
  for (const { env, description, expected } of Object.values(settings)) {
    t.regex(env, /^[A-Z][A-Z0-9_]+$/);
    t.true(description.length > 5 && description.endsWith(description.includes('(') ? description.at(-1)! : '.'), env);
    t.true(expected.length > 3, env);
    t.true(settingsTable().includes(`| \`${env}\` |`), env);
  }
});

test('.env.example with every # removed is read as the defaults', (t) => {
  const written = parseEnv(envExample().replaceAll(/^#([A-Z0-9_]+=)/gm, '$1'));
  t.deepEqual(
    Object.keys(written).sort(),
    Object.values(settings)
      .map(({ env }) => env)
      .sort(),
  );
  t.deepEqual(readConfig(written), readConfig({}));
});

test('a text without the markers is refused', (t) => {
  t.throws(() => withSettingsTable('# Settings'), { instanceOf: RangeError });
});
