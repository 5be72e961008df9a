import test from 'ava';
import fc from 'fast-check';
import { changesOfPage, cursorAtRest, cursorUnderWay, isEnough, leftMessages, rememberedMessages, type FolderCursor, type ListedMessage } from '../../../shared/mail/outlook-web/seen-window.ts';

const since = '2026-11-01T00:00:00.000Z';
const message = (id: number, isRead = true): ListedMessage => ({ id: String(id), at: new Date(Date.UTC(2026, 10, 2) + id * 60_000).toISOString(), isRead });
const fresh: FolderCursor = { since, seen: [] };

/** Reads a folder as the provider does, `pageSize` messages at a time, and stops after `interruptAfter` pages. */
function readFolder(folder: readonly ListedMessage[], from: FolderCursor, pageSize = 5, interruptAfter = Infinity) {
  const shown: ListedMessage[] = [];
  const changes = [];
  let cursor = from;
  for (let page = 0; page < interruptAfter; page += 1) {
    const entries = folder.slice(page * pageSize, (page + 1) * pageSize);
    const ended = entries.length === 0;
    shown.push(...entries);
    changes.push(...changesOfPage(entries, from));
    if (ended || isEnough(entries, from)) {
      const left = leftMessages(shown, from, ended);
      return { changes: [...changes, ...left.map((id) => ({ kind: 'left' as const, id }))], cursor: cursorAtRest(from, shown, left), pages: page + 1 };
    }
    cursor = cursorUnderWay(from, shown);
  }
  return { changes, cursor, pages: interruptAfter };
}

const newestFirst = (ids: readonly number[]) => [...ids].sort((a, b) => b - a).map((id) => message(id));

test('a second look stops after a page of known messages', (t) => {
  const folder = newestFirst(Array.from({ length: 60 }, (_, id) => id));
  const first = readFolder(folder, fresh);
  t.is(first.changes.length, 60);
  const second = readFolder([message(99), ...folder], first.cursor);
  t.deepEqual(second.changes, [{ kind: 'message', id: '99' }]);
  t.is(second.pages, 2);
});

test('read states that differ are flags, messages missing in what was shown have left, older ones are not judged', (t) => {
  const folder = newestFirst(Array.from({ length: 30 }, (_, id) => id));
  const { cursor } = readFolder(folder, fresh);
  const changed = folder.filter(({ id }) => id !== '27' && id !== '3').map((entry) => (entry.id === '28' ? { ...entry, isRead: false } : entry));
  const second = readFolder(changed, cursor);
  t.deepEqual(second.changes, [{ kind: 'flags', id: '28', flags: { isRead: false } }, { kind: 'left', id: '27' }]);
});

test('mail older than the bound is passed over and ends the listing', (t) => {
  const old = { id: 'old', at: '2026-10-01T00:00:00.000Z' };
  const { changes, pages } = readFolder([message(1), old, ...newestFirst([0])], fresh, 2);
  t.deepEqual(changes, [{ kind: 'message', id: '1' }]);
  t.is(pages, 1);
});

test('a listing that was interrupted is taken up to its end the next time', (t) => {
  t.notThrows(() => fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }), (size, pageSize, pages, arrivals) => {
      const before = newestFirst(Array.from({ length: size }, (_, id) => id));
      const first = readFolder(before, fresh, pageSize, pages);
      const after = [...newestFirst(Array.from({ length: arrivals }, (_, id) => size + id)), ...before];
      const second = readFolder(after, first.cursor, pageSize);
      const told = new Set([...first.changes, ...second.changes].map(({ id }) => id));
      return told.size === size + arrivals && ![...first.changes, ...second.changes].some(({ kind }) => kind === 'left') && second.cursor.reached === undefined && second.cursor.seen.length <= rememberedMessages;
    }),
  ));
});
