import test from 'ava';
import fc from 'fast-check';
import {
  cameUnseen,
  changesOfPage,
  coveredDownTo,
  cursorAtRest,
  cursorUnderWay,
  inTurn,
  isEnough,
  isPastSpan,
  leftMessages,
  type FolderCursor,
  type ListedMessage,
} from '../../../shared/mail/outlook-web/seen-window.ts';

const since = '2026-11-01T00:00:00.000Z';
const message = (id: number, isRead = true): ListedMessage => ({
  id: String(id),
  at: new Date(Date.UTC(2026, 10, 2) + id * 60_000).toISOString(),
  isRead,
});
const fresh: FolderCursor = { since, seen: [] };

function readFolder(folder: readonly ListedMessage[], from: FolderCursor, pageSize = 5, interruptAfter = Infinity) {
  const shown: ListedMessage[] = [];
  const changes = [];
  let cursor = from;
  let next = 0;
  for (let page = 0; page < interruptAfter; page += 1) {
    const entries = folder.slice(next, next + pageSize);
    next += entries.length;
    const ended = entries.length === 0;
    shown.push(...entries);
    changes.push(...changesOfPage(entries, from));
    if (ended || isEnough(entries, from)) {
      const left = leftMessages(shown, from, ended);
      return {
        changes: [...changes, ...left.map((id) => ({ kind: 'left' as const, id }))],
        cursor: cursorAtRest(from, shown, left),
        pages: page + 1,
        read: shown.length,
      };
    }
    cursor = cursorUnderWay(from, shown);
    const covered = coveredDownTo(entries, from);
    if (covered !== undefined)
      next = Math.max(
        next,
        folder.findIndex(({ at }) => isPastSpan(at, covered)),
      );
  }
  return { changes, cursor, pages: interruptAfter, read: shown.length };
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

test('different read states are flags, messages missing in what was shown have left, older are not judged', (t) => {
  const folder = newestFirst(Array.from({ length: 30 }, (_, id) => id));
  const { cursor } = readFolder(folder, fresh);
  const changed = folder
    .filter(({ id }) => id !== '27' && id !== '3')
    .map((entry) => (entry.id === '28' ? { ...entry, isRead: false } : entry));
  const second = readFolder(changed, cursor);
  t.deepEqual(second.changes, [
    { kind: 'flags', id: '28', flags: { isRead: false } },
    { kind: 'left', id: '27' },
  ]);
});

test('a folder that grew by more than was listed has mail that was not seen', (t) => {
  const cursor = { ...fresh, total: 10 };
  const cases: [fresh: number, left: number, total: number | undefined, expected: boolean][] = [
    [0, 0, 10, false],
    [2, 0, 12, false],
    [2, 1, 11, false],
    [0, 0, 9, false],
    [0, 0, undefined, false],
    [0, 0, 11, true],
    [2, 1, 12, true],
    [0, 1, 10, true],
  ];
  for (const [count, left, total, expected] of cases)
    t.is(cameUnseen(cursor, { fresh: count, left, total }), expected, `${count} ${left} ${total}`);
  t.false(cameUnseen(fresh, { fresh: 0, left: 0, total: 5 }), 'the first listing shows all');
  const seen = { ...cursor, unseenAt: '2026-11-20T08:00:00.000Z' };
  t.is(cursorAtRest(cursorUnderWay(seen, [message(1)]), [], []).unseenAt, seen.unseenAt);
});

test('mail older than the bound is skipped and ends the listing', (t) => {
  const old = { id: 'old', at: '2026-10-01T00:00:00.000Z' };
  const { changes, pages } = readFolder([message(1), old, ...newestFirst([0])], fresh, 2);
  t.deepEqual(changes, [{ kind: 'message', id: '1' }]);
  t.is(pages, 1);
});

test('listings that are interrupted, however often, tell everything, and hardly anything twice', (t) => {
  const round = fc.record({ arrivals: fc.integer({ min: 0, max: 40 }), pages: fc.integer({ min: 0, max: 15 }) });
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 12 }),
        fc.array(round, { maxLength: 8 }),
        (size, pageSize, rounds) => {
          let total = size;
          let cursor = fresh;
          let read = 0;
          const told: string[] = [];
          for (const { arrivals, pages } of [...rounds, { arrivals: 3, pages: Infinity }]) {
            total += arrivals;
            const run = readFolder(newestFirst(Array.from({ length: total }, (_, id) => id)), cursor, pageSize, pages);
            cursor = run.cursor;
            read += run.read;
            if (run.changes.some(({ kind }) => kind === 'left')) return false;
            told.push(...run.changes.map(({ id }) => id));
          }
          const repeats = 3 * (pageSize + 2) * (rounds.length + 1);
          return (
            new Set(told).size === total &&
            told.length <= total + 4 * (rounds.length + 1) &&
            read <= total + repeats &&
            cursor.covered === undefined &&
            cursor.seen.length <= 200
          );
        },
      ),
    ),
  );
});

test('an interrupted listing of new mail goes no further than what was known before', (t) => {
  const known = newestFirst(Array.from({ length: 500 }, (_, id) => id));
  const atRest = readFolder(known, fresh).cursor;
  const folder = [...newestFirst(Array.from({ length: 300 }, (_, id) => 500 + id)), ...known];
  const second = readFolder(folder, readFolder(folder, atRest, 5, 50).cursor);
  t.is(second.cursor.covered, undefined);
  t.true(second.read < 80, `${second.read}`);
  // Times are exact to the minute.
  t.true(second.changes.filter(({ id }) => Number(id) < 500).length <= 2);
});

test('a pinned message, however old, does not end the listing, and nothing is taken for left on its account', (t) => {
  const folder = [message(1), ...newestFirst(Array.from({ length: 60 }, (_, id) => 10 + id))];
  const first = readFolder(folder, { ...fresh, since: message(5).at });
  t.is(first.changes.length, 60);
  const second = readFolder([folder[0] as ListedMessage, message(90), ...folder.slice(1)], first.cursor);
  t.deepEqual(
    second.changes.map(({ id }) => id),
    ['90'],
  );
});

test('folders are read in turn: new ones, those at rest, then the one that has come least far', (t) => {
  const under = (minutes: number): FolderCursor => ({
    ...fresh,
    covered: [{ newest: message(900).at, oldest: message(minutes).at }],
  });
  const cursors: Record<string, FolderCursor> = { inbox: under(100), sentitems: under(500), archive: fresh };
  t.deepEqual(
    inTurn(['inbox', 'sentitems', 'archive', 'never'], (name) => cursors[name]),
    ['never', 'archive', 'sentitems', 'inbox'],
  );
});
