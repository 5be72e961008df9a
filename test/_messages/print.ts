/** All texts for people, with code and place. */

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../adapter/project.ts';
import { messagesOf } from './collect.ts';

/** Not messages. */
const dictionaries =
  /^shared\/(feeds\/(values|formats\/recipes)\/|feeds\/proposal\/[a-z]+-names\.ts|matching\/)|page-(style|script)\.ts$/;

const to = process.argv[2] ?? join(projectRoot, '.data', 'messages.txt');
const lines: string[] = [];
let count = 0;
for (const file of sources()) {
  const messages = messagesOf(readFileSync(join(projectRoot, file), 'utf8'));
  count += messages.length;
  if (messages.length > 0) lines.push('', file);
  for (const { line, to: receiver, code, text } of messages)
    lines.push(`  ${line}  ${receiver}${code === undefined ? '' : ` [${code}]`}: ${text.replaceAll('\n', '\n      ')}`);
}
mkdirSync(dirname(to), { recursive: true });
writeFileSync(to, `${lines.join('\n').trim()}\n`);
console.log(`${count} messages are in ${to}`);

function sources(): readonly string[] {
  return ['shared', 'functions', 'adapter'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|js)$/.test(file) && !dictionaries.test(`${folder}/${file}`))
      .toSorted()
      .map((file) => `${folder}/${file}`),
  );
}
