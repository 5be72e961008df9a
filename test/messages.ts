import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { projectRoot } from '../adapter/project.ts';
import { maskSecrets } from '../shared/platform/redact.ts';
import { messagesOf } from './_messages/collect.ts';

test('a text is found with its line, its error and its code', (t) => {
  const source =
    `
    throw new FeedError('The feed is empty', { code: 'empty-feed' });
    const record = { lastError: \`Feed \${name} is ` +
    `held\` + reason };
    log.warn('the mailbox ' + address + ' was not read');
  `;
  t.deepEqual(messagesOf(source), [
    { line: 2, to: 'new FeedError', code: 'empty-feed', text: 'The feed is empty' },
    { line: 3, to: 'lastError', code: undefined, text: 'Feed {name} is held{reason}' },
    { line: 4, to: 'warn()', code: undefined, text: 'the mailbox {address} was not read' },
  ]);
});

test('keys, paths, names and imports are no messages', (t) => {
  t.deepEqual(
    messagesOf("import x from 'a b c'; const key = 'lastError', type = 'text/html', at = 'shared/feeds';"),
    [],
  );
});

test('nothing that our own mail errors say is taken for a secret', (t) => {
  for (const file of globSync('shared/mail/**/*.ts', { cwd: projectRoot }))
    for (const { text } of messagesOf(readFileSync(join(projectRoot, file), 'utf8'))) {
      const said = text.replace(/\{[^{}]*\}/g, 'x');
      t.is(maskSecrets(said), said, file);
    }
});

test('npm run messages writes the messages of all sources into one file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-messages-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'messages.txt');
  await promisify(execFile)('npm', ['run', '--silent', 'messages', '--', file], { cwd: projectRoot });
  const text = await readFile(file, 'utf8');
  for (const folderName of ['adapter', 'shared/feeds', 'shared/mail', 'shared/platform'])
    t.true(text.includes(`\n${folderName}/`), folderName);
});
