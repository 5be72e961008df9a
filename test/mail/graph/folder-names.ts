import test from 'ava';
import { splitFolderPath, unquoted } from '../../../shared/mail/graph/folder-names.ts';

const paths: readonly (readonly [string, readonly string[]])[] = [
  ['Inbox / Villas', ['Inbox', 'Villas']],
  ['"Sales, rent"/"A/B"', ['Sales, rent', 'A/B']],
  ['"say ""hi"""', ['say "hi"']],
];
for (const [path, names] of paths)
  test(`the path ${path} is split at its slashes`, (t) => void t.deepEqual(splitFolderPath(path), [...names]));

test('a name loses the quotes around it', (t) => {
  t.is(unquoted('"A/B"'), 'A/B');
  t.is(unquoted('A "B"'), 'A "B"');
});
