import test from 'ava';
import type { Item, Row } from '../../../shared/feeds/plan/facts.ts';
import { identify, movedItems, type Identity, type Seen } from '../../../shared/feeds/plan/identity.ts';
import { feedOf, item, row, rows, seenOf, storedOf } from '../../doubles/feed-plan.ts';

interface Around extends Partial<Seen> {
  /** Unchanged listings; `others`: all without an item. */
  readonly same?: readonly string[];
  /** Of unreadable items. */
  readonly refused?: readonly string[];
}
type Case = readonly [name: string, stored: readonly Row[], items: readonly Item[], around: Around, said: string[]];

function identified(stored: readonly Row[], items: readonly Item[], around: Around = {}): Identity {
  const { same = [], refused = [], ...seen } = around;
  const place = (id: string): number => same.indexOf(id);
  return identify(
    feedOf(...items),
    storedOf(stored),
    seenOf({
      unchangedAt: (id) => (place(id) < 0 ? undefined : 10_000 + place(id)),
      isRefused: (id) => refused.includes(id),
      unchanged: same.length,
      presentBefore: stored.filter(({ wasPresent }) => wasPresent).length,
      ...seen,
    }),
  );
}

function told({ matches, ambiguous, duplicates }: Identity): string[] {
  const said: (readonly [number, string])[] = [
    ...matches.map(({ item: { at, id: given }, row: listing, id, because, isRenamed, isUnsure }) => {
      if (!listing)
        return [at, `${given} is new${id === given ? '' : ` as ${id}`}${isUnsure ? ', or not' : ''}`] as const;
      return [at, `${given} ${isRenamed ? 'renames' : 'is'} ${listing.id} by its ${because}`] as const;
    }),
    ...ambiguous.map(
      ({ item: { at, id }, rows: some }) => [at, `${id} may be ${some.map((one) => one.id).join()}`] as const,
    ),
    ...duplicates.map(({ item: { at, id } }) => [at, `${id} is said twice`] as const),
  ];
  return said.sort(([one], [other]) => one - other).map(([, text]) => text);
}

const six = rows(6);
/** Without the third. */
const others = ['k1', 'k2', 'k4', 'k5', 'k6'];
const trashed = row({ id: 'k3', reference: 'R-3', isTrashed: true });
const left = { status: 'WITHDRAWN', wasWithdrawn: true, wasPresent: false } as const;

const aFew: readonly Case[] = [
  ['its id', six, [item({ id: 'k3', reference: 'R-3' })], { same: others }, ['k3 is k3 by its id']],
  ['its id, whatever it says', six, [item({ id: 'k3', reference: 'R-9' })], { same: others }, ['k3 is k3 by its id']],
  ['an id in the trash', [trashed], [item({ id: 'k3' })], {}, ['k3 is k3 by its id']],
  [
    'another id, the same reference',
    six,
    [item({ id: 'n3', reference: 'R-3' })],
    { same: others },
    ['n3 renames k3 by its reference'],
  ],
  ['another id and reference', six, [item({ id: 'n3', reference: 'R-9' })], { same: others }, ['n3 is new']],
  [
    'another id, and the listing is there',
    six,
    [item({ id: 'n3', reference: 'R-3' })],
    { same: [...others, 'k3'] },
    ['n3 is new'],
  ],
  [
    'another id, and the listing has an item',
    six,
    [item({ id: 'n3', reference: 'R-3' }), item({ id: 'k3', reference: 'R-3' })],
    { same: others },
    ['n3 is new', 'k3 is k3 by its id'],
  ],
  [
    'another id, and the listing has an item that cannot be read',
    six,
    [item({ id: 'n3', reference: 'R-3' })],
    { same: others, refused: ['k3'] },
    ['n3 is new'],
  ],
  [
    'a reference that two items have',
    six,
    [item({ id: 'n3', reference: 'R-3' }), item({ id: 'n4', reference: 'R-3' })],
    { same: others },
    ['n3 is new', 'n4 is new'],
  ],
  [
    'a reference that another listing has from now on',
    six,
    [item({ id: 'n3', reference: 'R-3' }), item({ id: 'k2', reference: 'R-3' })],
    { same: ['k1', 'k4', 'k5', 'k6'] },
    ['n3 is new', 'k2 is k2 by its id'],
  ],
  [
    'a reference that two listings have',
    [...six, row({ id: 'k7', reference: 'R-3' })],
    [item({ id: 'n3', reference: 'R-3' })],
    { same: others },
    ['n3 is new'],
  ],
  [
    'a reference that a rental has as well',
    [...six, row({ id: 'k7', reference: 'R-3', goal: 'RENT' })],
    [item({ id: 'n3', reference: 'R-3', goal: 'SALE' }), item({ id: 'k7', reference: 'R-3', goal: 'RENT' })],
    { same: others },
    ['n3 renames k3 by its reference', 'k7 is k7 by its id'],
  ],
  [
    'a reference that is none',
    [...others.map((id) => row({ id })), row({ id: 'k3', reference: 'n/a' })],
    [item({ id: 'n3', reference: 'n/a' })],
    { same: others },
    ['n3 is new'],
  ],
  ['a reference in other letters', six, [item({ id: 'n3', reference: 'r-3' })], { same: others }, ['n3 is new']],
  [
    'in another place',
    six.with(2, row({ id: 'k3', reference: 'R-3', city: 'altea' })),
    [item({ id: 'n3', reference: 'R-3', city: 'madrid' })],
    { same: others },
    ['n3 is new'],
  ],
  [
    'of another type',
    six.with(2, row({ id: 'k3', reference: 'R-3', type: 'villa' })),
    [item({ id: 'n3', reference: 'R-3', type: 'garage' })],
    { same: others },
    ['n3 is new'],
  ],
  [
    'to let instead of for sale',
    six.with(2, row({ id: 'k3', reference: 'R-3', goal: 'SALE' })),
    [item({ id: 'n3', reference: 'R-3', goal: 'RENT' })],
    { same: others },
    ['n3 is new'],
  ],
  [
    'a place that is not known',
    six.with(2, row({ id: 'k3', reference: 'R-3', city: 'altea' })),
    [item({ id: 'n3', reference: 'R-3' })],
    { same: others },
    ['n3 renames k3 by its reference'],
  ],
  [
    'of another provider',
    six.with(2, row({ id: 'A/3', reference: 'R-3' })),
    [item({ id: 'B/3', reference: 'R-3' })],
    { same: others },
    ['B/3 is new'],
  ],
  [
    'of the same provider',
    six.with(2, row({ id: 'A/3', reference: 'R-3' })),
    [item({ id: 'A/n3', reference: 'R-3' })],
    { same: others },
    ['A/n3 renames A/3 by its reference'],
  ],
  [
    'the reference of what is in the trash',
    six.with(2, trashed),
    [item({ id: 'n3', reference: 'R-3' })],
    { same: others },
    ['n3 renames k3 by its reference'],
  ],
  [
    'the reference of what has left',
    six.with(2, row({ id: 'k3', reference: 'R-3', ...left })),
    [item({ id: 'n3', reference: 'R-3' })],
    { same: others },
    ['n3 renames k3 by its reference'],
  ],
  [
    'on offer goes before what has left',
    [...six, row({ id: 'k7', reference: 'R-3', ...left })],
    [item({ id: 'n3', reference: 'R-3' })],
    { same: others },
    ['n3 renames k3 by its reference'],
  ],
  ['a feed with a gap', six, [item({ id: 'n3', reference: 'R-3' })], { same: others, isWhole: false }, ['n3 is new']],
  [
    'a feed that was cut',
    six,
    [item({ id: 'n3', reference: 'R-3' }), item({ id: 'n9', reference: 'R-9' })],
    { same: others, isWhole: false, isCut: true },
    ['n3 is new, or not', 'n9 is new'],
  ],
  [
    'a feed that was cut among other ids',
    six,
    [item({ id: 'n7' }), item({ id: 'n8' })],
    { same: ['k1'], isWhole: false, isCut: true },
    ['n7 is new, or not', 'n8 is new, or not'],
  ],
  [
    'by place only when most ids have changed',
    six.with(2, row({ id: 'k3', place: 'here' })),
    [item({ id: 'n3', place: 'here' })],
    { same: others },
    ['n3 is new'],
  ],
];

const withoutId: readonly Case[] = [
  ['the listing of its reference', six, [item({ reference: 'R-3' })], { same: others }, ['R-3 is k3 by its reference']],
  [
    'alongside the listing under its id, with other values',
    six,
    [item({ reference: 'R-3', hash: 'other' })],
    { same: [...others, 'k3'] },
    ['R-3 is new'],
  ],
  [
    'alongside the listing under its id, with the same values',
    six,
    [item({ reference: 'R-3' })],
    { same: [...others, 'k3'] },
    ['R-3 is said twice'],
  ],
  [
    'twice',
    six,
    [item({ reference: 'R-3', hash: 'a' }), item({ reference: 'R-3', hash: 'b' })],
    { same: others },
    ['R-3 is k3 by its reference', 'R-3 is said twice'],
  ],
  [
    'a reference that two listings have',
    [...six, row({ id: 'k7', reference: 'R-3' })],
    [item({ reference: 'R-3' })],
    { same: others },
    ['R-3 may be k3,k7'],
  ],
  [
    'a reference of two listings, one still there',
    [...six, row({ id: 'k7', reference: 'R-3' })],
    [item({ reference: 'R-3' })],
    { same: [...others, 'k7'] },
    ['R-3 may be k3,k7'],
  ],
  [
    'a reference that two listings have, both there',
    [...six, row({ id: 'k7', reference: 'R-3' })],
    [item({ reference: 'R-3' })],
    { same: [...others, 'k3', 'k7'] },
    ['R-3 is new'],
  ],
  [
    'alongside an item with another id',
    six,
    [item({ reference: 'R-3' }), item({ id: 'n3', reference: 'R-3' })],
    { same: others },
    ['R-3 may be k3', 'n3 is new'],
  ],
  [
    'alongside an item with another id, of what had left',
    six.with(2, row({ id: 'k3', reference: 'R-3', ...left })),
    [item({ reference: 'R-3' }), item({ id: 'n3', reference: 'R-3' })],
    { same: others },
    ['R-3 is new', 'n3 is new'],
  ],
  [
    'in another place, or of another type',
    six.with(2, row({ id: 'k3', reference: 'R-3', city: 'altea', type: 'villa' })),
    [item({ reference: 'R-3', city: 'madrid', type: 'villa' })],
    { same: others },
    ['R-3 is k3 by its reference'],
  ],
  [
    'in another place and of another type',
    six.with(2, row({ id: 'k3', reference: 'R-3', city: 'altea', type: 'villa' })),
    [item({ reference: 'R-3', city: 'madrid', type: 'garage' })],
    { same: others },
    ['R-3 is new'],
  ],
  [
    'in the trash, and in another place',
    six.with(2, row({ id: 'k3', reference: 'R-3', city: 'altea', isTrashed: true })),
    [item({ reference: 'R-3', city: 'madrid' })],
    { same: others },
    ['R-3 is new'],
  ],
  [
    'of a provider',
    [row({ id: 'A/3', reference: 'R-3' }), row({ id: 'B/3', reference: 'R-3' })],
    [item({ scope: 'A/', reference: 'R-3' })],
    { same: ['B/3'] },
    ['A/R-3 is A/3 by its reference'],
  ],
  [
    'its reference is the id of another listing',
    [row({ id: 'k1', reference: '117' }), row({ id: '117', reference: '127' })],
    [item({ reference: '117' })],
    { same: ['117'] },
    ['117 is k1 by its reference'],
  ],
  [
    'its reference is the id of another listing, and it is new',
    [row({ id: '117', reference: '127' })],
    [item({ reference: '117' })],
    { same: ['117'] },
    ['117 is new as ref:117'],
  ],
  [
    'its reference is the id of another item',
    [],
    [item({ reference: '117' }), item({ id: '117', reference: '127' })],
    {},
    ['117 is new as ref:117', '117 is new'],
  ],
  [
    'it was known apart before',
    [row({ id: 'ref:117', reference: '117' }), row({ id: '117', reference: '127' })],
    [item({ reference: '117' })],
    { same: ['117'] },
    ['117 is ref:117 by its id'],
  ],
  [
    'in a feed that was cut',
    six,
    [item({ reference: 'R-3' })],
    { same: others, isWhole: false, isCut: true },
    ['R-3 is k3 by its reference'],
  ],
];

const comesBack: readonly Case[] = [
  [
    'the id comes',
    [...six, row({ id: 'hash-a' })],
    [item({ id: 'n1', standIn: 'hash-a' })],
    { same: ['k3', ...others] },
    ['n1 renames hash-a by its stand-in'],
  ],
  [
    'the reference comes',
    [...six, row({ id: 'hash-a' })],
    [item({ reference: 'R-9', standIn: 'hash-a' })],
    { same: ['k3', ...others] },
    ['R-9 renames hash-a by its stand-in'],
  ],
  [
    'it is there as before',
    [...six, row({ id: 'hash-a' })],
    [item({ id: 'n1', standIn: 'hash-a' })],
    { same: ['k3', ...others, 'hash-a'] },
    ['n1 is new'],
  ],
  [
    'two may be it',
    [...six, row({ id: 'hash-a' })],
    [item({ id: 'n1', standIn: 'hash-a' }), item({ id: 'n2', standIn: 'hash-a' })],
    { same: ['k3', ...others] },
    ['n1 is new', 'n2 is new'],
  ],
  [
    'another item has its reference',
    [...six, row({ id: 'hash-a', reference: 'R-9' })],
    [item({ id: 'n1', standIn: 'hash-a' }), item({ id: 'n2', reference: 'R-9' })],
    { same: ['k3', ...others] },
    ['n1 is new', 'n2 renames hash-a by its reference'],
  ],
  [
    'an item without an id has its reference',
    [...six, row({ id: 'hash-a', reference: 'R-9' })],
    [item({ id: 'n1', standIn: 'hash-a' }), item({ reference: 'R-9' })],
    { same: ['k3', ...others] },
    ['n1 is new', 'R-9 is hash-a by its reference'],
  ],
  [
    'its reference names another listing',
    [...six, row({ id: 'hash-a' })],
    [item({ id: 'n1', reference: 'R-2', standIn: 'hash-a' })],
    { same: ['k3', ...others] },
    ['n1 is new'],
  ],
  [
    'the feed was cut',
    [...six, row({ id: 'hash-a' })],
    [item({ id: 'n1', standIn: 'hash-a' })],
    { same: others, isWhole: false, isCut: true },
    ['n1 is new, or not'],
  ],
];

const removals: readonly Case[] = [
  ['by its id', six, [item({ id: 'k3', removes: true })], { same: others }, ['k3 is k3 by its id']],
  ['by its reference', six, [item({ reference: 'R-3', removes: true })], { same: others }, ['R-3 is k3 by its id']],
  [
    'by its reference, of what the feed has unchanged',
    six,
    [item({ reference: 'R-3', removes: true })],
    { same: [...others, 'k3'] },
    ['R-3 is said twice'],
  ],
  [
    'by its reference, of what the feed has changed',
    six,
    [item({ id: 'k3', reference: 'R-3', hash: 'b' }), item({ reference: 'R-3', removes: true })],
    { same: others },
    ['k3 is k3 by its id', 'R-3 is said twice'],
  ],
  [
    'by its reference, later than what the feed has',
    six,
    [item({ id: 'k3', reference: 'R-3', modifiedAt: 1 }), item({ reference: 'R-3', removes: true, modifiedAt: 2 })],
    { same: others },
    ['k3 is said twice', 'R-3 is k3 by its id'],
  ],
  [
    'by its reference, alongside the same without an id',
    six,
    [item({ reference: 'R-3', removes: true }), item({ reference: 'R-3', hash: 'b' })],
    { same: others },
    ['R-3 is said twice', 'R-3 is k3 by its reference'],
  ],
  [
    'by a reference that two listings have',
    [...six, row({ id: 'k7', reference: 'R-3' })],
    [item({ reference: 'R-3', removes: true })],
    { same: [...others, 'k3', 'k7'] },
    ['R-3 may be k3,k7'],
  ],
  [
    'by a reference that no one has',
    six,
    [item({ reference: 'R-9', removes: true })],
    { same: others },
    ['R-9 is new'],
  ],
  [
    'by an id that no one has',
    six,
    [item({ id: 'n3', reference: 'R-3', removes: true })],
    { same: others },
    ['n3 is new'],
  ],
  [
    'of what is entered again under its reference',
    six,
    [item({ id: 'n3', reference: 'R-3' }), item({ reference: 'R-3', removes: true })],
    { same: others },
    ['n3 is new', 'R-3 is k3 by its id'],
  ],
  [
    'of what is entered again, by its id',
    six,
    [item({ id: 'n3', reference: 'R-3' }), item({ id: 'k3', removes: true })],
    { same: others },
    ['n3 is new', 'k3 is k3 by its id'],
  ],
  [
    'while most ids change',
    six,
    [
      ...six.slice(1).map((_, i) => item({ id: `n${i + 2}`, reference: `R-${i + 2}` })),
      item({ reference: 'R-1', removes: true }),
    ],
    {},
    [
      'n2 renames k2 by its reference',
      'n3 renames k3 by its reference',
      'n4 renames k4 by its reference',
      'n5 renames k5 by its reference',
      'n6 renames k6 by its reference',
      'R-1 is k1 by its id',
    ],
  ],
];

const [one, two, three, four] = rows(4, (n) => ({ place: `place ${n}` })) as [Row, Row, Row, Row];
const migrating = { isMigrating: true, presentBefore: 4 };
const most: readonly Case[] = [
  [
    'all by reference',
    [one, two],
    [item({ id: 'n1', reference: 'r-1 ' }), item({ id: 'n2', reference: 'R-2' })],
    {},
    ['n1 renames k1 by its reference', 'n2 renames k2 by its reference'],
  ],
  [
    'all have lost their ids',
    [one, two],
    [item({ reference: 'R-1' }), item({ reference: 'R-2' })],
    {},
    ['R-1 renames k1 by its reference', 'R-2 renames k2 by its reference'],
  ],
  [
    'by place',
    [one, two],
    [item({ id: 'n1', place: 'place 1' }), item({ id: 'n2', reference: 'Q-2', place: 'place 2' })],
    {},
    ['n1 renames k1 by its place', 'n2 renames k2 by its place'],
  ],
  [
    'by what it says',
    [row({ id: 'hash-a' }), row({ id: 'hash-b' })],
    [item({ id: 'n1', standIn: 'hash-a' }), item({ id: 'n2', standIn: 'hash-b' })],
    {},
    ['n1 renames hash-a by its stand-in', 'n2 renames hash-b by its stand-in'],
  ],
  [
    'the reference goes before the place',
    [one, two],
    [item({ id: 'n1', reference: 'R-1', place: 'place 2' }), item({ id: 'n2', place: 'place 2' })],
    {},
    ['n1 renames k1 by its reference', 'n2 renames k2 by its place'],
  ],
  [
    'two listings at one place',
    [one, row({ id: 'k2', place: 'place 1' })],
    [item({ id: 'n1', place: 'place 1' }), item({ id: 'n2' })],
    {},
    ['n1 is new', 'n2 is new'],
  ],
  [
    'two listings at one place, one of them by reference',
    [one, row({ id: 'k2', place: 'place 1' })],
    [item({ id: 'n1', reference: 'R-1', place: 'place 1' }), item({ id: 'n2', place: 'place 1' })],
    {},
    ['n1 renames k1 by its reference', 'n2 renames k2 by its place'],
  ],
  [
    'two items with one reference',
    [one, two],
    [item({ id: 'n1', reference: 'R-1' }), item({ id: 'n2', reference: 'R-1' })],
    {},
    ['n1 is new', 'n2 is new'],
  ],
  [
    'a reference that a listing has which is there',
    [one, two, three, row({ id: 'k4', reference: 'R-1' })],
    [item({ id: 'n1', reference: 'R-1' }), item({ id: 'n2', reference: 'R-2' }), item({ id: 'n3', reference: 'R-3' })],
    { same: ['k4'] },
    ['n1 is new', 'n2 renames k2 by its reference', 'n3 renames k3 by its reference'],
  ],
  [
    'of two with one reference the one that was on offer',
    [one, two, row({ id: 'k9', reference: 'R-1', ...left })],
    [item({ id: 'n1', reference: 'R-1' }), item({ id: 'n2', reference: 'R-2' })],
    {},
    ['n1 renames k1 by its reference', 'n2 renames k2 by its reference'],
  ],
  [
    'what is in the trash gets the new id, too',
    [one, row({ id: 'k2', reference: 'R-2', isTrashed: true })],
    [item({ id: 'n1', reference: 'R-1' }), item({ id: 'n2', reference: 'R-2' })],
    {},
    ['n1 renames k1 by its reference', 'n2 renames k2 by its reference'],
  ],
  [
    'nothing for what cannot be read',
    [one, two],
    [item({ id: 'n1', reference: 'R-1' }), item({ id: 'n2', reference: 'R-2' })],
    { refused: ['k1'] },
    ['n1 is new', 'n2 renames k2 by its reference'],
  ],
  [
    'half of them: by id or reference only',
    [one, two, three, four],
    [item({ id: 'n1', reference: 'R-1' }), item({ id: 'n2', place: 'place 2' })],
    { same: ['k3', 'k4'] },
    ['n1 renames k1 by its reference', 'n2 is new'],
  ],
  [
    'what is left of it, by place',
    [one, two, three, four],
    [item({ id: 'n1', reference: 'Q-1', place: 'place 1' })],
    { same: ['k2', 'k3', 'k4'], ...migrating },
    ['n1 renames k1 by its place'],
  ],
  [
    'what is left of it waits: not by place under another reference',
    [one, two, three, four],
    [item({ id: 'n1', reference: 'Q-1', place: 'place 1' })],
    { same: ['k2', 'k3', 'k4'], ...migrating, isMigrationHeld: true },
    ['n1 is new'],
  ],
  [
    'what is left of it waits: by place without a reference',
    [one, two, three, four],
    [item({ id: 'n1', place: 'place 1' })],
    { same: ['k2', 'k3', 'k4'], ...migrating, isMigrationHeld: true },
    ['n1 renames k1 by its place'],
  ],
  [
    'a feed that is not whole',
    [one, two],
    [item({ id: 'n1', reference: 'R-1' }), item({ id: 'n2', reference: 'R-2' })],
    { isWhole: false },
    ['n1 is new', 'n2 is new'],
  ],
];

for (const [title, cases] of [
  ['a few ids are unknown', aFew],
  ['items without an id are known by their references', withoutId],
  ['what was known by what it says is the same when its id or reference comes', comesBack],
  ['removals name their listings by id or reference', removals],
  ['most ids have changed', most],
] as const)
  test(title, (t) => {
    for (const [name, stored, items, around, said] of cases)
      t.deepEqual(told(identified(stored, items, around)), said, name);
  });

test('a listing is there when the feed has it in any way', (t) => {
  const cases: readonly [string, readonly Item[], Around, readonly string[]][] = [
    ['unchanged', [], { same: ['k1'] }, ['k1']],
    ['changed', [item({ id: 'k1', hash: 'b' })], {}, ['k1']],
    ['refused', [], { refused: ['k1'] }, ['k1']],
    [
      'under another id',
      [item({ id: 'n1', reference: 'R-1' })],
      { same: ['k2', 'k3', 'k4', 'k5', 'k6'] },
      ['k1', 'k2', 'k3', 'k4', 'k5', 'k6'],
    ],
    ['withdrawn by name', [item({ id: 'k1', removes: true })], {}, ['k1']],
    ['without its id', [item({ reference: 'R-1' })], { isWhole: false }, ['k1']],
    ['not at all', [item({ id: 'n1' })], {}, []],
  ];
  for (const [name, items, around, there] of cases) {
    const { isThere } = identified(six, items, around);
    t.deepEqual(six.map(({ id }) => id).filter(isThere), there, name);
  }
});

test('every listing is there that an item without an id may be; one that a removal may mean is not for that', (t) => {
  const stored = [...six, row({ id: 'k7', reference: 'R-3' })];
  for (const removes of [false, true]) {
    const { isThere } = identified(stored, [item({ reference: 'R-3', removes })], { same: others });
    t.deepEqual(['k3', 'k7'].map(isThere), [!removes, !removes]);
  }
});

test('ids were replaced when more than half of the listings are gone and more than half of the items are new', (t) => {
  const renamed = (count: number, from = 0) =>
    six.slice(from, from + count).map((_, i) => item({ id: `n${from + i}` }));
  const ids = six.map(({ id }) => id);
  const cases: readonly [string, readonly Item[], Around, boolean, number][] = [
    ['all', renamed(6), {}, true, 6],
    ['four of six', renamed(4), { same: ids.slice(4) }, true, 4],
    ['half', renamed(3), { same: ids.slice(3) }, false, 0],
    ['most are gone and few are new', renamed(1), { same: ids.slice(4) }, false, 0],
    ['most are new and none is gone', renamed(6), { same: ids }, false, 0],
    ['all of a feed that is not whole', renamed(6), { isWhole: false }, false, 0],
    ['a few, and it was begun before', renamed(1), { same: ids.slice(1), isMigrating: true }, true, 1],
    ['removals are none that are new', [item({ id: 'x', removes: true })], { isMigrating: true, same: ids }, true, 0],
  ];
  for (const [name, items, around, idsReplaced, unrecognised] of cases) {
    const identity = identified(six, items, around);
    t.deepEqual([identity.idsReplaced, identity.unrecognised], [idsReplaced, unrecognised], name);
  }
});

const placed = [one, two, three, four];
const bare = rows(4, (n) => ({ reference: undefined, place: `place ${n}` }));
const movedIds: readonly [string, readonly Row[], readonly Item[], Around, readonly string[]][] = [
  [
    'row numbers, the first was sold',
    placed,
    [2, 3, 4].map((n) => item({ id: `k${n - 1}`, reference: `R-${n}` })),
    {},
    ['k1', 'k2', 'k3'],
  ],
  [
    'row numbers, one is new before all',
    placed,
    [item({ id: 'k1', reference: 'R-0' }), ...[1, 2, 3, 4].map((n) => item({ id: `k${n + 1}`, reference: `R-${n}` }))],
    {},
    ['k2', 'k3', 'k4'],
  ],
  [
    'two are exchanged',
    placed,
    [item({ id: 'k1', reference: 'R-2' }), item({ id: 'k2', reference: 'R-1' })],
    { same: ['k3', 'k4'] },
    ['k1', 'k2'],
  ],
  [
    'the reference of a listing that is gone',
    placed,
    [item({ id: 'k1', reference: 'R-2' })],
    { same: ['k3', 'k4'] },
    ['k1'],
  ],
  [
    'the reference of a listing that is there as itself',
    placed,
    [item({ id: 'k1', reference: 'R-2' })],
    { same: ['k2', 'k3', 'k4'] },
    [],
  ],
  [
    'the reference of a listing whose price has changed',
    placed,
    [item({ id: 'k1', reference: 'R-2' }), item({ id: 'k2', reference: 'R-2', hash: 'b' })],
    {},
    [],
  ],
  [
    'the reference of a listing that cannot be read',
    placed,
    [item({ id: 'k1', reference: 'R-2' })],
    { refused: ['k2'] },
    [],
  ],
  ['a reference that no one had', placed, [item({ id: 'k1', reference: 'R-9' })], {}, []],
  [
    'a reference that two listings had',
    [one, two, row({ id: 'k3', reference: 'R-2' })],
    [item({ id: 'k1', reference: 'R-2' })],
    {},
    [],
  ],
  [
    'a reference of what was withdrawn',
    [one, row({ id: 'k2', reference: 'R-2', ...left })],
    [item({ id: 'k1', reference: 'R-2' })],
    {},
    [],
  ],
  [
    'a reference of what is in the trash',
    [one, row({ id: 'k2', reference: 'R-2', isTrashed: true })],
    [item({ id: 'k1', reference: 'R-2' })],
    {},
    [],
  ],
  [
    'a reference that staff have locked',
    [row({ id: 'k1', reference: 'R-1', hasFeedsReference: false }), two],
    [item({ id: 'k1', reference: 'R-2' })],
    {},
    [],
  ],
  [
    'row numbers by place',
    bare,
    [2, 3, 4].map((n) => item({ id: `k${n - 1}`, place: `place ${n}` })),
    {},
    ['k1', 'k2', 'k3'],
  ],
  ['a price by which two look alike', bare, [item({ id: 'k1', place: 'place 2' })], { same: ['k2', 'k3', 'k4'] }, []],
  [
    'a price by which two look alike, both were read',
    bare,
    [item({ id: 'k1', place: 'place 2' }), item({ id: 'k2', place: 'place 2' })],
    {},
    [],
  ],
  [
    'the place of another listing without the own reference',
    placed,
    [item({ id: 'k1', place: 'place 2' }), item({ id: 'k2', place: 'place 3' })],
    {},
    ['k1', 'k2'],
  ],
  [
    'the own place without the own reference',
    [row({ id: 'k1', reference: 'R-1', place: 'here', status: 'SOLD' }), row({ id: 'k2', place: 'here' })],
    [item({ id: 'k1', place: 'here' })],
    {},
    [],
  ],
  [
    'other values at the own place',
    placed,
    [item({ id: 'k1', reference: 'R-1', place: 'place 1', hash: 'b' })],
    {},
    [],
  ],
];

test('ids that now point to other listings are recognised by references, else by places', (t) => {
  for (const [name, stored, items, around, moved] of movedIds) {
    const found = movedItems(identified(stored, items, around), storedOf(stored));
    t.deepEqual(
      [...found].map(({ id }) => id),
      moved,
      name,
    );
  }
});
