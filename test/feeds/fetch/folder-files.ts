import test from 'ava';
import { feedFiles, fileKey, waitingFiles, type FolderFile } from '../../../shared/feeds/fetch/folder-files.ts';

const file = (name: string, modifiedAt = 0, size = 1): FolderFile => ({ name, size, modifiedAt });
const names = (files: readonly FolderFile[]): string[] => files.map(({ name }) => name);

test('what is being written, what is empty and what is no feed is passed over', (t) => {
  const files = [
    ...['a.xml', 'b.ZIP', 'c.xml.gz', '.d.xml', 'e.xml.part', 'f.xml.tmp', 'g.xml~', 'h.filepart', 'i.jpg'].map(
      (name) => file(name),
    ),
    file('j.xml', 0, 0),
  ];
  t.deepEqual(names(feedFiles(files)), ['a.xml', 'b.ZIP', 'c.xml.gz']);
});

test('files are in the order of their time, then of their names and the numbers in them', (t) => {
  const files = [file('t10.xml', 5), file('t9.xml', 5), file('z.xml', 1), file('a.xml', 9)];
  t.deepEqual(names(feedFiles(files)), ['z.xml', 't9.xml', 't10.xml', 'a.xml']);
});

test('a pattern names the files, and means nothing else by its letters', (t) => {
  const files = ['full-1.zip', 'full-2.zip', 'delta-1.zip', 'feed.xml', 'feedXxml', 'list.csv'].map((name) =>
    file(name),
  );
  t.deepEqual(names(feedFiles(files, 'full-*.zip')), ['full-1.zip', 'full-2.zip']);
  t.deepEqual(names(feedFiles(files, 'feed.xml')), ['feed.xml']);
  t.deepEqual(names(feedFiles(files, 'LIST.csv')), ['list.csv']);
});

test('what was read is not read again, unless it was sent again; what comes late is', (t) => {
  const [first, second, third] = [file('1.xml', 1), file('2.xml', 2), file('3.xml', 3)];
  const processed = [fileKey(first), fileKey(third)];
  t.deepEqual(waitingFiles([first, second, third], processed), { unread: [second], lastRead: third });
  t.deepEqual(names(waitingFiles([first, file('3.xml', 3, 2)], processed).unread), ['3.xml']);
  t.deepEqual(waitingFiles([], processed), { unread: [], lastRead: undefined });
});
