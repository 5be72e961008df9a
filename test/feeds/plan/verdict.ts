import test from 'ava';
import { askedAbout } from '../../../shared/feeds/plan/asked-about.ts';
import type { Item, Row } from '../../../shared/feeds/plan/facts.ts';
import { identify, type Seen } from '../../../shared/feeds/plan/identity.ts';
import { judgeFeed, meaningOf, measure, type FeedFacts, type Policy } from '../../../shared/feeds/plan/verdict.ts';
import { feedOf, item, row, rows, seenOf, storedOf } from '../../doubles/feed-plan.ts';

function factsOf(stored: readonly Row[], items: readonly Item[], seen: Partial<Seen> = {}): FeedFacts {
  const known = storedOf(stored);
  return measure(identify(feedOf(...items), known, seenOf({ presentBefore: 0, ...seen })), known);
}

const unasked: Policy = { formHold: undefined, isConfirmed: false, believesOlder: false };
const heldAt = new Date(0);

test('the meaning of each item for its listing', (t) => {
  const withdrawn = row({ status: 'WITHDRAWN', wasWithdrawn: true, hash: undefined });
  const cases: readonly [string, Item, Row | undefined, ReturnType<typeof meaningOf>][] = [
    ['no listing', item(), undefined, 'new'],
    ['no listing to remove', item({ removes: true }), undefined, 'unknown'],
    ['the same', item(), row(), 'same'],
    ['another content', item({ hash: 'b' }), row(), 'changed'],
    ['a removal', item({ removes: true }), row(), 'removed'],
    ['a removal once more', item({ removes: true }), withdrawn, 'same'],
    ['a removal of what staff have withdrawn', item({ removes: true }), row({ status: 'WITHDRAWN' }), 'removed'],
    ['a removal of what staff have put back', item({ removes: true }), row({ wasWithdrawn: true }), 'removed'],
    ['back', item(), withdrawn, 'restored'],
    ['withdrawn by a word is no removal', item({ hash: 'b', status: 'WITHDRAWN' }), row(), 'changed'],
    ['in the trash', item({ hash: 'b' }), row({ isTrashed: true }), 'trashed'],
    ['removed in the trash', item({ removes: true }), row({ isTrashed: true }), 'trashed'],
  ];
  for (const [name, said, stored, meaning] of cases) t.is(meaningOf(said, stored), meaning, name);
});

test('a feed is an old file when something is older and nothing is new', (t) => {
  const stored = rows(4, () => ({ modifiedAt: 10 }));
  const old = item({ id: 'k1', hash: 'b', modifiedAt: 5 });
  const cases: readonly [string, readonly Item[], boolean][] = [
    ['nothing is older', [item({ id: 'k1', modifiedAt: 10 })], false],
    ['older', [old], true],
    ['older and the same', [item({ id: 'k1', modifiedAt: 5 })], true],
    ['older alongside what is the same', [old, item({ id: 'k2', modifiedAt: 10 })], true],
    ['older alongside a change', [old, item({ id: 'k2', hash: 'b', modifiedAt: 10 })], false],
    ['older alongside a change without a date', [old, item({ id: 'k2', hash: 'b' })], false],
    ['older alongside a new one', [old, item({ id: 'k9' })], false],
    ['older alongside what is back', [old, item({ id: 'k7' })], true],
    ['older alongside what is in the trash', [old, item({ id: 'k8', hash: 'b' })], true],
    ['what had left and is older', [item({ id: 'k6', hash: 'b', modifiedAt: 5 })], false],
    ['older in the trash', [item({ id: 'k8', hash: 'b', modifiedAt: 5 })], false],
  ];
  const all = [
    ...stored,
    row({ id: 'k6', modifiedAt: 10, missingSince: 1 }),
    row({ id: 'k7', status: 'WITHDRAWN', wasWithdrawn: true }),
    row({ id: 'k8', isTrashed: true, modifiedAt: 10 }),
  ];
  for (const [name, items, isOldFile] of cases) {
    t.like(judgeFeed(factsOf(all, items), unasked), { is: 'apply', isOldFile }, name);
    t.like(judgeFeed(factsOf(all, items), { ...unasked, believesOlder: true }), { isOldFile: false }, name);
  }
});

test('an item is hollow when it lost most of what its listing had', (t) => {
  const bare = { told: 0b1, hash: 'b' };
  const cases: readonly [string, Item, Row, boolean][] = [
    ['all but one of six', item(bare), row(), true],
    ['three of six', item({ told: 0b111, hash: 'b' }), row(), false],
    ['four of six', item({ told: 0b11, hash: 'b' }), row(), true],
    ['one of one', item({ told: 0, hash: 'b' }), row({ told: 0b1 }), false],
    ['others instead', item({ told: 0b111000, hash: 'b' }), row({ told: 0b111 }), true],
    ['in other bytes: staff have filled them in', item({ told: 0b1 }), row(), false],
    ['a notice of a sale', item({ ...bare, status: 'SOLD' }), row(), false],
    ['a removal', item({ ...bare, removes: true }), row(), false],
    ['in the trash', item(bare), row({ isTrashed: true }), false],
    ['back in the feed', item(bare), row({ status: 'WITHDRAWN', wasWithdrawn: true }), true],
  ];
  for (const [name, said, stored, isHollow] of cases)
    t.is(factsOf([stored], [said]).hollow.size, Number(isHollow), name);
});

function feedWith({
  moved = 0,
  hollow = 0,
  changed = 0,
}: {
  moved?: number;
  hollow?: number;
  changed?: number;
}): FeedFacts {
  const some = (count: number, said: (n: number) => Partial<Item>, from: number): Item[] =>
    Array.from({ length: count }, (_, i) => {
      const n = from + i;
      return item({ id: `k${n}`, reference: `R-${n}`, hash: 'b', ...said(n) });
    });
  const items = [
    ...some(moved, (n) => ({ reference: `R-${n + 1}` }), 1),
    ...some(hollow, () => ({ told: 0 }), 201),
    ...some(changed, () => ({}), 401),
  ];
  return factsOf(rows(600), items);
}

test('a feed is held as a whole when ids have moved or most of what changed has lost its fields', (t) => {
  const asked = (count: number, from: number) => askedAbout(Array.from({ length: count }, (_, i) => `k${from + i}`));
  const ids = (count: number, from = 1) => ({ heldAt, code: 'ids-moved', count, asked: asked(count, from) }) as const;
  const form = (count: number, more = {}, from = 201) =>
    ({ heldAt, code: 'format-changed', count, asked: asked(count, from), ...more }) as const;
  const yes = { isConfirmed: true };
  const cases: readonly [string, Parameters<typeof feedWith>[0], Partial<Policy>, string][] = [
    ['nothing', { changed: 50 }, {}, 'applied'],
    ['ids moved', { moved: 5, changed: 50 }, {}, 'ids-moved 5 of 55'],
    ['ids moved, confirmed before anyone was asked', { moved: 5 }, yes, 'ids-moved 5 of 5'],
    ['ids moved, asked and not confirmed', { moved: 5 }, { formHold: ids(5) }, 'ids-moved 5 of 5'],
    ['ids moved, asked and confirmed', { moved: 5 }, { formHold: ids(5), ...yes }, 'applied'],
    ['fewer ids than were asked', { moved: 4 }, { formHold: ids(5), ...yes }, 'applied'],
    ['more ids than were asked', { moved: 8 }, { formHold: ids(5), ...yes }, 'ids-moved 8 of 8'],
    ['as many others as were asked', { moved: 5 }, { formHold: ids(5, 11), ...yes }, 'ids-moved 5 of 5'],
    ['two alongside those that were asked', { moved: 7 }, { formHold: ids(5), ...yes }, 'applied'],
    [
      'a hold of an earlier version, which names none',
      { moved: 5 },
      { formHold: { ...ids(5), asked: '' }, ...yes },
      'ids-moved 5 of 5',
    ],
    ['another doubt was confirmed', { moved: 5 }, { formHold: form(5), ...yes }, 'ids-moved 5 of 5'],
    ['another form', { hollow: 5 }, {}, 'format-changed 5 of 5'],
    ['another form, confirmed before anyone was asked', { hollow: 5 }, yes, 'format-changed 5 of 5'],
    ['another form, asked and confirmed', { hollow: 5 }, { formHold: form(5), ...yes }, 'applied with 5 hollow'],
    ['more than was asked', { hollow: 6 }, { formHold: form(5), ...yes }, 'format-changed 6 of 6'],
    ['as many others', { hollow: 5 }, { formHold: form(5, {}, 301), ...yes }, 'format-changed 5 of 5'],
    ['another form, ids were confirmed', { hollow: 5 }, { formHold: ids(5), ...yes }, 'format-changed 5 of 5'],
    ['half of what changed', { hollow: 5, changed: 5 }, {}, 'applied, 5 left'],
    [
      'half of what changed, confirmed',
      { hollow: 5, changed: 5 },
      { formHold: form(5), ...yes },
      'applied with 5 hollow',
    ],
    [
      'left before, and nothing else changes',
      { hollow: 5 },
      { formHold: form(5, { isAside: true }) },
      'applied, 5 left',
    ],
    ['left before, and more of them', { hollow: 6 }, { formHold: form(5, { isAside: true }) }, 'format-changed 6 of 6'],
    ['both: ids are asked first', { moved: 5, hollow: 9 }, {}, 'ids-moved 5 of 14'],
    ['both: then the form', { moved: 5, hollow: 9 }, { formHold: ids(5), ...yes }, 'format-changed 9 of 14'],
    [
      'both: ids stay confirmed',
      { moved: 5, hollow: 9 },
      { formHold: form(9, { confirmedMoves: asked(5, 1) }) },
      'format-changed 9 of 14',
    ],
    [
      'both confirmed',
      { moved: 5, hollow: 9 },
      { formHold: form(9, { confirmedMoves: asked(5, 1) }), ...yes },
      'applied with 9 hollow',
    ],
    [
      'both confirmed, and more ids',
      { moved: 8, hollow: 9 },
      { formHold: form(9, { confirmedMoves: asked(5, 1) }), ...yes },
      'ids-moved 8 of 17',
    ],
  ];
  for (const [name, feed, policy, expected] of cases) {
    const facts = feedWith(feed);
    const verdict = judgeFeed(facts, { ...unasked, ...policy });
    const hollow = facts.hollow.size;
    const applied =
      verdict.is === 'apply' &&
      `applied${hollow === 0 ? '' : verdict.takesHollow ? ` with ${hollow} hollow` : `, ${hollow} left`}`;
    t.is(verdict.is === 'hold' ? `${verdict.code} ${verdict.count} of ${verdict.of}` : applied, expected, name);
  }
});

test('a field that most listings lose at once is held, whatever else they have', (t) => {
  const stored = rows(10, () => ({ told: 0b11_1111 }));
  const cases: readonly [name: string, losing: number, unchanged: number, fields: readonly string[]][] = [
    ['all', 10, 0, ['price']],
    ['two', 2, 0, []],
    ['half', 5, 0, []],
    ['more than half', 6, 0, ['price']],
    ['all that changed, which are few', 10, 11, []],
    ['all that changed, which are most', 10, 9, ['price']],
  ];
  for (const [name, losing, unchanged, fields] of cases) {
    const known = storedOf(stored);
    const items = stored.map(({ id, reference }, i) =>
      item({ id, reference, hash: 'b', told: i < losing ? 0b11_1110 : 0b11_1111 }),
    );
    const facts = measure(identify(feedOf(...items), known, seenOf()), known, unchanged);
    t.deepEqual(facts.lost.fields, fields, name);
    const verdict = judgeFeed(facts, unasked);
    t.is(verdict.is, fields.length > 0 ? 'hold' : 'apply', name);
    if (verdict.is !== 'hold') continue;
    t.like(verdict, { code: 'format-changed', count: losing, signs: fields });
    const { is: _, of: __, signs: ___, ...asked } = verdict;
    t.is(judgeFeed(facts, { ...unasked, formHold: { heldAt, ...asked }, isConfirmed: true }).is, 'apply', name);
  }
});

test('what is asked twice is remembered: ids that were confirmed are not asked again', (t) => {
  const facts = feedWith({ moved: 5, hollow: 9 });
  let formHold: Policy['formHold'];
  const seen: string[] = [];
  for (const isConfirmed of [false, true, false, true]) {
    const verdict = judgeFeed(facts, { ...unasked, formHold, isConfirmed });
    seen.push(verdict.is === 'hold' ? verdict.code : 'applied');
    if (verdict.is !== 'hold') break;
    const { is: _, of: __, signs: ___, ...asked } = verdict;
    formHold = { heldAt, ...asked };
  }
  t.deepEqual(seen, ['ids-moved', 'format-changed', 'format-changed', 'applied']);
});
