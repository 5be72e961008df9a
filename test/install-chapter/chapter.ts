/** README's "Install on a server". */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../adapter/project.ts';

export interface InstallChapter {
  readonly commands: readonly string[];
  /** Commands before `.env` is filled in. */
  readonly settingsAfter: number;
  readonly settings: ReadonlyMap<string, { readonly value?: string; readonly command?: string }>;
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

export function readInstallChapter(text = readFileSync(join(projectRoot, 'README.md'), 'utf8')): InstallChapter {
  const [, chapter] = /\n## Install on a server\n([^]*?)\n## /.exec(text) ?? [];
  const [, block] = /```sh\n([^]*?)```/.exec(chapter ?? '') ?? [];
  const [, prose = '', ordinal = ''] = /(After the (\w+) line[^]*?)\n\n/.exec(chapter ?? '') ?? [];
  const settingsAfter = ordinals.indexOf(ordinal) + 1;
  if (block === undefined || settingsAfter === 0)
    throw new Error('README: expected a chapter "Install on a server" with a shell block and "After the ... line"');
  // `NAME=value`, or `NAME` followed by a command in parentheses.
  const named = prose.replaceAll('\n', ' ').matchAll(/`([A-Z_]+)(?:=([^`]*))?`(?: \(`([^`]+)`)?/g);
  return {
    commands: block.split('\n').filter((line) => line.trim() !== ''),
    settingsAfter,
    settings: new Map(
      [...named].map(([, name = '', value, command]) => [
        name,
        { ...(value === undefined ? {} : { value }), ...(command === undefined ? {} : { command }) },
      ]),
    ),
  };
}
