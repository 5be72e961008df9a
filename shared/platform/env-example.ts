/** `npm run docs` writes `.env.example` and the table of `adapter/SETTINGS.md` from it. */

import { readFileSync, writeFileSync } from 'node:fs';
import { settings } from './config.ts';
import type { Setting } from './settings.ts';

const all: readonly Setting<unknown>[] = Object.values(settings);

/** The whole `.env.example`. */
export function envExample(): string {
  const blocks = all.map((setting) => {
    const value = setting.example === undefined ? '' : setting.example;
    return `# ${setting.description}\n# Expected: ${setting.expected}.\n#${setting.env}=${value}\n`;
  });
  return (
    '# Settings of estio-cron. Copy to .env (chmod 600) and remove the # before what you set.\n# A value stands ' +
    `on one line.\n# Written by npm run docs.\n\n${blocks.join('\n')}`
  );
}

/** The settings as a Markdown table. */
export function settingsTable(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  const rows = all.map((setting) => {
    const fallback = setting.example === undefined ? '' : `\`${setting.example}\``;
    return `| \`${setting.env}\` | ${fallback} | ${cell(setting.description)} Expected: ${cell(setting.expected)}. |`;
  });
  return ['| Setting | Default | What it does |', '|---|---|---|', ...rows].join('\n');
}

const [begin, end] = ['<!-- settings: written by npm run docs -->', '<!-- /settings -->'];

/**
 * Inserts the table between its markers.
 *
 * @throws {RangeError} without a marker
 */
export function withSettingsTable(markdown: string): string {
  const [from, to] = [markdown.indexOf(begin), markdown.indexOf(end)];
  if (from < 0 || to < from)
    throw new RangeError(`expected the lines ${begin} and ${end} around the table of settings`);
  return `${markdown.slice(0, from + begin.length)}\n${settingsTable()}\n${markdown.slice(to)}`;
}

if (import.meta.main) {
  const root = new URL('../../', import.meta.url);
  writeFileSync(new URL('.env.example', root), envExample());
  const document = new URL('adapter/SETTINGS.md', root);
  writeFileSync(document, withSettingsTable(readFileSync(document, 'utf8')));
}
