import test from 'ava';
import { FolderTree } from '../../../shared/mail/graph/folder-tree.ts';

const folder = (id: string, parentFolderId: string, displayName = id) => ({ id, parentFolderId, displayName });
const treeBelow = (aboveRoot: string) =>
  new FolderTree(
    [
      folder('root', aboveRoot),
      folder('in', 'root', 'Inbox'),
      folder('trash', 'root', 'Deleted Items'),
      folder('clients', 'in', 'Clients'),
      folder('villas', 'clients', 'Villas'),
      folder('slash', 'root', 'A/B'),
      folder('comma', 'slash', 'Sales, rent'),
      folder('thrown', 'trash', 'Old'),
      folder('talks', 'root', 'Conversation History'),
      { ...folder('secret', 'root'), isHidden: true },
      { ...folder('search', 'root'), '@odata.type': '#microsoft.graph.mailSearchFolder' },
    ],
    { inbox: 'in', deleteditems: 'trash', conversationhistory: 'talks', archive: '' },
  );
const tree = treeBelow('');

test('every folder is read but those that hold no mail for people', (t) => {
  t.deepEqual(tree.readable(), ['in', 'clients', 'villas', 'slash', 'comma']);
  t.deepEqual(tree.roleOf('thrown'), { isDeleted: true });
  t.is(tree.roleOf('unknown'), undefined);
});

const wanted: readonly (readonly [string, string | undefined])[] = [
  ['Inbox/Clients/Villas', 'villas'],
  ['inbox / clients', 'clients'],
  ['villas', 'villas'],
  ['A/B', 'slash'],
  ['"A/B"/"Sales, rent"', 'comma'],
  ['Clients', undefined],
];
for (const [name, id] of wanted) test(`the folder ${name} is found`, (t) => void t.is(tree.find(name), id));

test('the root is known by whatever stands above it', (t) => {
  for (const aboveRoot of ['', 'root', 'not listed']) {
    const same = treeBelow(aboveRoot);
    t.deepEqual(same.readable(), tree.readable());
    t.is(same.find('Inbox/Clients/Villas'), 'villas');
    t.is(same.outermost('villas'), 'in');
  }
});

test('the outermost folder is that below the root', (t) => {
  t.is(tree.outermost('villas'), 'in');
  t.is(tree.outermost('root'), 'root');
  t.is(tree.streamOf('in'), 'inbox');
  t.is(tree.idOf('inbox'), 'in');
});
