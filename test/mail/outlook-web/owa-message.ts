import test from 'ava';
import type { OwaFolder, OwaItem } from '../../../shared/mail/outlook-web/decode-answers.ts';
import {
  folderName,
  isWholeItem,
  itemToMessage,
  otherWebStreams,
  type MessagePlace,
} from '../../../shared/mail/outlook-web/owa-message.ts';

const folders: readonly OwaFolder[] = [
  { id: 'i', name: 'inbox', totalCount: 1 },
  { id: 's', name: 'sentitems', totalCount: 1 },
  { id: 'j', name: 'junkemail', totalCount: 1 },
  { id: 'villas', parentId: 'i', totalCount: 1 },
  { id: 'sold', parentId: 'villas', totalCount: 1, isMail: true },
  { id: 'caught', parentId: 'j', totalCount: 1 },
  { id: 'meetings', name: 'calendar', totalCount: 1 },
  { id: 'people', totalCount: 1, isMail: false },
  { id: 'circle', parentId: 'circle', totalCount: 1 },
  { id: 'uncounted' },
  { id: 'twice', name: 'conflicts', totalCount: 1 },
  { id: 'purged', name: 'recoverableitemspurges', totalCount: 1 },
  { id: 'old', name: 'archivedeleteditems', totalCount: 1 },
  { id: 'sorted', name: 'clutter', totalCount: 1 },
];
const place: MessagePlace = {
  folders: new Map(folders.map((folder) => [folder.id, folder])),
  openFolder: 'inbox',
  timeZone: 'Asia/Nicosia',
  now: new Date('2026-11-23T09:00:00Z'),
};
const item: OwaItem = {
  id: 'm',
  folderId: 'i',
  receivedAt: '2026-11-20T10:00:00',
  from: { email: 'anna@buyer.example' },
  to: [],
  body: { html: false, content: 'May I come?' },
};

test('folders of mail are read, also inside others, but nothing inside junk', (t) => {
  t.deepEqual(
    otherWebStreams(place.folders).map(({ id }) => id),
    ['villas', 'sold', 'circle', 'sorted'],
  );
});

test('the nearest name at or above a folder decides what its mail is', (t) => {
  for (const [folderId, expected] of [
    ['sold', { own: 'sold', nearest: 'inbox' }],
    ['caught', { own: 'caught', nearest: 'junkemail' }],
    ['circle', { own: 'circle', nearest: undefined }],
    ['unknown', { own: undefined, nearest: undefined }],
  ] as const)
    t.deepEqual(folderName({ ...item, folderId }, place), expected);
  t.like(itemToMessage({ ...item, folderId: 'caught' }, place).flags, { isSpam: true });
  t.is(itemToMessage({ ...item, folderId: 's' }, place).directionHint, 'outbound');
  t.is(itemToMessage({ ...item, folderId: 'sold' }, place).directionHint, undefined);
});

test('a message is whole with its text, recipients and time', (t) => {
  const { body: _body, ...row } = item;
  const { receivedAt: _, ...timeless } = item;
  t.true(isWholeItem(item, place));
  for (const part of [undefined, row, timeless, { ...item, receivedAt: '0001-01-01T00:00:00Z' }])
    t.false(isWholeItem(part, place));
  const sent = { ...timeless, receivedAt: 'soon', sentAt: '2026-11-20T10:00:00' };
  t.true(isWholeItem(sent, place));
  t.is(itemToMessage(sent, place).receivedAt.toISOString(), '2026-11-20T08:00:00.000Z');
});
