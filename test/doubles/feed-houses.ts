/** Feeds that go wrong in every known way. A house has a past (its listing) and a present (what the feed does). */

import fc from 'fast-check';
import type { ListingStatus, ListingValues } from '../../shared/feeds/formats/feed-format.ts';
import type { Candidate } from '../../shared/feeds/read/candidate.ts';
import { listingHash } from '../../shared/feeds/read/listing-hash.ts';
import { insertionOf } from '../../shared/feeds/store/operations.ts';
import { Types } from 'mongoose';
import { FeedModel, type ModelListing, type ModelRecord } from './feed-model.ts';

interface House {
  readonly name: number;
  /** Precedes its id. */
  readonly provider?: string;
  readonly id: string | undefined;
  readonly reference: string | undefined;
  readonly city: string;
  readonly type: string;
  readonly goal: 'SALE' | 'RENT';
  /** Without ids, nothing tells it from its twin. */
  readonly isAlike?: boolean;
  /** Price and first image. */
  readonly look: number;
  readonly day: number | undefined;
  readonly status?: ListingStatus;
  readonly removes?: boolean;
  readonly isHollow?: boolean;
  /** Other bytes, same meaning. */
  readonly noise?: number;
}

/** Each with its frequency. */
const pasts = {
  present: [12, (listing) => listing],
  marked: [2, ({ feedItemHash: _, ...listing }) => ({ ...listing, missingSince: before })],
  'marked by a killed run': [
    1,
    ({ feedItemHash: _, ...listing }) => ({ ...listing, missingSince: new Date(+before + day / 2) }),
  ],
  held: [3, (listing) => ({ ...listing, heldSince: heldAt })],
  left: [1, ({ feedItemHash: _, ...listing }) => ({ ...listing, ...withdrawn, missingSince: new Date(+before - day) })],
  'removed by name': [
    1,
    ({ feedHash: _, ...listing }, known) => ({ ...listing, ...withdrawn, feedItemHash: removalOf(known) }),
  ],
  'put back on offer by staff': [
    1,
    ({ feedHash: _, ...listing }, known) => ({
      ...listing,
      statusBeforeRemoval: 'ACTIVE',
      feedItemHash: removalOf(known),
    }),
  ],
  'withdrawn by staff': [1, (listing) => ({ ...listing, status: 'WITHDRAWN' })],
  'withdrawn by a word': [1, (listing) => listing],
  sold: [1, (listing) => listing],
  'in the trash': [2, (listing) => ({ ...listing, deletedAt: before })],
  'status locked': [1, (listing) => ({ ...listing, lockedFields: ['status'] })],
  'reference locked': [
    1,
    (listing, { reference }) => ({
      ...listing,
      reference: 'OURS-9',
      lockedFields: ['reference'],
      feedValues: { reference: reference ?? null },
    }),
  ],
  'filled by staff': [1, (listing) => ({ ...listing, bedrooms: 3 })],
  'by its reference': [2, (listing) => listing],
  'by what it says': [1, (listing) => listing],
} satisfies Record<string, readonly [number, (listing: ModelListing, known: House) => Partial<ModelListing>]>;
type Past = keyof typeof pasts;

/** Each with its frequency. */
const presents = {
  same: [8, (house) => [house]],
  'another price': [4, (house) => [cheaper(house)]],
  'other bytes': [2, (house) => [{ ...house, noise: 1 }]],
  gone: [3, () => []],
  renamed: [3, (house) => [renamed(house)]],
  'renamed and another price': [2, (house) => [cheaper(renamed(house))]],
  'without id': [3, (house) => [{ ...house, id: undefined, noise: 1 }]],
  'without id and reference': [1, (house) => [{ ...house, id: undefined, reference: undefined }]],
  'without reference': [1, (house) => [{ ...house, reference: undefined }]],
  'another reference': [1, (house) => [{ ...house, reference: `Q-${house.name}` }]],
  'the next reference': [1, (house, houses) => [{ ...house, reference: `R-${(house.name + 1) % houses}` }]],
  'withdrawn by a word': [2, (house) => [{ ...house, status: 'WITHDRAWN' }]],
  'removed by name': [2, (house) => [{ ...house, removes: true }]],
  'removed by reference': [2, (house) => [{ ...house, id: undefined, removes: true }]],
  hollow: [1, (house) => [{ ...house, isHollow: true }]],
  sold: [1, (house) => [{ ...house, status: 'SOLD' }]],
  older: [2, (house) => [{ ...cheaper(house), day: 5 }]],
  newer: [2, (house) => [{ ...cheaper(house), day: 15 }]],
  'in another place': [1, (house) => [{ ...house, city: 'Madrid' }]],
  'another house': [
    1,
    (house) => [{ ...house, reference: `S-${house.name}`, city: 'Berlin', type: 'Garage', look: 3000 + house.name }],
  ],
  twice: [1, (house) => [house, { ...house, noise: 1 }]],
  'twice with other values': [
    2,
    (house) => [
      { ...cheaper(house), day: house.day && house.day + (house.name % 3) },
      { ...house, look: house.look + 4000, day: house.day && 10 + (house.name % 2) },
    ],
  ],
  'next to its removal': [
    1,
    (house) => [
      house.name % 2 ? cheaper(house) : house,
      { ...house, id: house.name % 3 ? undefined : house.id, removes: true },
    ],
  ],
  'next to its renamed self': [
    1,
    (house) => [renamed(house), house.name % 2 ? house : { ...cheaper(house), id: undefined }],
  ],
} satisfies Record<string, readonly [number, (house: House, houses: number) => readonly House[]]>;
type Present = keyof typeof presents;

const withdrawn = { status: 'WITHDRAWN', statusBeforeRemoval: 'ACTIVE' } as const;

function removalOf(house: House): string {
  return candidateOf({ ...house, removes: true }).itemHash;
}

function cheaper(house: House): House {
  return { ...house, look: house.look + 2000 };
}

function renamed(house: House): House {
  return { ...house, id: `${house.provider ?? ''}n${house.name}` };
}

const changesReference = new Set<Present>([
  'without reference',
  'without id and reference',
  'another reference',
  'the next reference',
  'another house',
  'next to its renamed self',
]);

const turns = [
  'nothing',
  'renames all',
  'loses all ids',
  'shifts row numbers',
  'loses fields',
  'is short',
  'withdraws',
];

export interface Situation {
  readonly model: FeedModel;
  readonly feed: readonly Candidate[];
  readonly seed: number;
}

export const day = 86_400_000;
const before = new Date('2026-11-01T00:00:00Z');
export const now = new Date('2026-11-02T00:00:00Z');
const heldAt = new Date('2026-10-20T00:00:00Z');

function weighted<Name extends string>(table: Readonly<Record<Name, readonly [number, unknown]>>): fc.Arbitrary<Name> {
  const entries = Object.entries<readonly [number, unknown]>(table);
  return fc.oneof(...entries.map(([name, [weight]]) => ({ arbitrary: fc.constant(name as Name), weight })));
}

function oneIn(count: number): fc.Arbitrary<boolean> {
  return fc.nat({ max: count - 1 }).map((n) => n === 0);
}

const house = fc.record({
  past: weighted(pasts),
  present: weighted(presents),
  reference: fc.constantFrom('own', 'own', 'own', 'own', 'own', 'shared', 'shared by few', 'none', 'n/a'),
  isElsewhere: fc.boolean(),
  isRental: oneIn(6),
  looksAlike: oneIn(5),
  isDated: fc.boolean(),
  provider: fc.constantFrom('', '', '', 'A/', 'B/'),
});

export const situations: fc.Arbitrary<Situation> = situationsOf(house, turns);

/**
 * Each house has one item and its own lasting reference: after a kill, reports of shared or changed references differ.
 */
export const situationsWithLastingReferences = situationsOf(
  house.map((one) => ({
    ...one,
    reference: one.reference.startsWith('shared') ? 'own' : one.reference,
    present: changesReference.has(one.present) ? 'another price' : one.present,
  })),
  turns.filter((turn) => turn !== 'shifts row numbers'),
);

function situationsOf(
  houses: fc.Arbitrary<Given['houses'][number]>,
  possible: readonly string[],
): fc.Arbitrary<Situation> {
  return fc
    .record({
      houses: fc.array(houses, { maxLength: 14 }),
      plain: fc.constantFrom(0, 0, 5, 12, 40),
      fresh: fc.constantFrom(0, 0, 1, 3, 20),
      turn: fc.oneof({ arbitrary: fc.constant('nothing'), weight: 3 }, fc.constantFrom(...possible)),
      from: fc.nat({ max: 40 }),
      hasRowNumbers: fc.boolean(),
      hasGuard: fc.boolean(),
      isGuardDoubtful: fc.boolean(),
      isMigrating: oneIn(6),
      wasOld: oneIn(6),
      seed: fc.nat(),
    })
    .map((given) => situationOf(given));
}

type Generated<T> = T extends fc.Arbitrary<infer V> ? V : never;
type Told = Generated<typeof house>;

interface Given {
  readonly houses: readonly Told[];
  readonly plain: number;
  readonly fresh: number;
  readonly turn: string;
  readonly from: number;
  readonly hasRowNumbers: boolean;
  readonly hasGuard: boolean;
  readonly isGuardDoubtful: boolean;
  readonly isMigrating: boolean;
  readonly wasOld: boolean;
  readonly seed: number;
}

const usual: Told = {
  past: 'present',
  present: 'same',
  reference: 'own',
  isElsewhere: false,
  isRental: false,
  looksAlike: false,
  isDated: false,
  provider: '',
};

function situationOf(given: Given): Situation {
  const all = [...given.houses, ...Array.from({ length: given.plain }, () => usual)];
  const stored: ModelListing[] = [];
  const feed: House[] = [];
  for (const [name, one] of all.entries()) {
    const known = knownAs(one.past, houseOf(one, name, given.hasRowNumbers));
    const listing = storedAs(one.past, known, stored.length + 1);
    if (stored.every(({ feedReferenceId }) => feedReferenceId !== listing.feedReferenceId)) stored.push(listing);
    feed.push(...presents[one.present][1](known, all.length));
  }
  for (let i = 0; i < given.fresh; i++) {
    const id = given.hasRowNumbers ? `${all.length + 1 + i}` : `f${i}`;
    feed.push({ ...houseOf(usual, 500 + i, false), id, reference: `F-${i}` });
  }
  return {
    model: new FeedModel(stored, recordOf(given)),
    feed: turned(feed, given).map(candidateOf),
    seed: given.seed,
  };
}

function houseOf(one: Told, name: number, hasRowNumbers: boolean): House {
  return {
    name,
    ...(one.provider ? { provider: one.provider } : {}),
    ...(one.looksAlike ? { isAlike: true } : {}),
    id: `${one.provider}${hasRowNumbers ? name + 1 : `k${name}`}`,
    reference: referenceOf(one.reference, name),
    city: one.isElsewhere ? 'Ronda' : 'Altea',
    type: one.isElsewhere && one.isRental ? 'Garage' : 'Villa',
    goal: one.isRental ? 'RENT' : 'SALE',
    look: one.looksAlike ? 1000 : name,
    day: one.isDated ? 10 : undefined,
  };
}

function recordOf({ hasGuard, isGuardDoubtful, isMigrating, wasOld }: Given): ModelRecord {
  const guard = { heldAt, reason: 'held before', count: 3, total: 20 };
  return {
    lastCompleteAt: before,
    // A run killed in an id change has left no hold.
    lastSuccessAt: isMigrating && !hasGuard ? new Date(+before - day) : before,
    removalGuard: hasGuard ? { ...guard, ...(isGuardDoubtful ? { doubtful: true } : {}) } : null,
    migratingSince: isMigrating ? before : null,
    olderSince: wasOld ? before : null,
  };
}

function referenceOf(kind: string, name: number): string | undefined {
  if (kind === 'own') return `R-${name}`;
  if (kind === 'shared') return 'R-shared';
  if (kind === 'shared by few') return `R-shared-${Math.floor(name / 2)}`;
  return kind === 'n/a' ? 'n/a' : undefined;
}

function knownAs(past: Past, first: House): House {
  if (past === 'by its reference') return { ...first, id: undefined };
  return past === 'by what it says' ? { ...first, id: undefined, reference: undefined } : first;
}

function storedAs(past: Past, known: House, place: number): ModelListing {
  const said = past === 'withdrawn by a word' ? 'WITHDRAWN' : past === 'sold' ? 'SOLD' : undefined;
  const candidate = candidateOf(said ? { ...known, status: said } : known);
  const operation = insertionOf(candidate, { _id: new Types.ObjectId(), locationId: new Types.ObjectId() }, before);
  const document = (operation as { insertOne: { document: unknown } }).insertOne.document as ModelListing;
  const listing: ModelListing = {
    ...document,
    _id: new Types.ObjectId(place.toString(16).padStart(24, '0')),
    publicationStatus: 'PUBLISHED',
    tag: `house ${known.name}`,
  };
  return pasts[past][1](listing, known) as ModelListing;
}

function turned(feed: readonly House[], { turn, from, fresh }: Given): readonly House[] {
  const rest = (change: (one: House, at: number) => House): readonly House[] =>
    feed.map((one, at) => (at < from || one.name >= 500 ? one : change(one, at)));
  switch (turn) {
    case 'renames all':
      return rest((one) => ({ ...one, id: one.id === undefined ? `n${one.name}` : `m${one.id}` }));
    case 'loses all ids':
      return rest((one) => ({ ...one, id: undefined }));
    case 'shifts row numbers':
      return rest((one, at) => ({ ...one, id: feed[at + 1]?.id ?? `${feed.length + fresh + 1}` }));
    case 'loses fields':
      return rest((one) => ({ ...one, isHollow: true }));
    case 'is short':
      return feed.slice(0, from);
    case 'withdraws':
      return rest((one) => ({ ...one, status: 'WITHDRAWN' }));
    default:
      return feed;
  }
}

function candidateOf(one: House): Candidate {
  const { reference } = one;
  const standIn = one.isAlike ? 'hash-alike' : `hash-${one.name}`;
  const byReference = one.id === undefined && reference !== undefined && reference !== 'n/a';
  const id = one.id ?? (byReference ? `${one.provider ?? ''}${reference}` : standIn);
  const values = valuesOf(one);
  return {
    id,
    mapped: {
      id,
      idSource: byReference ? 'reference' : one.id === undefined ? 'hash' : 'id',
      standIn,
      action: one.removes ? 'remove' : 'upsert',
      ...(one.day === undefined ? {} : { modifiedAt: new Date(+before - 30 * day + one.day * day) }),
      values,
      warnings: [],
    },
    itemHash: JSON.stringify(one),
    listingHash: listingHash(values, 'snapshot'),
    offset: 0,
  };
}

function valuesOf({ name, reference, status, isHollow, city, type, goal, look }: House): ListingValues {
  const images = [{ url: `https://img.example/${look}.jpg`, sortOrder: 0 }];
  const whole: ListingValues = { city, type, goal, price: 100_000 + look, areaSqm: 100, images };
  return {
    title: `House ${name}`,
    ...(reference === undefined ? {} : { reference }),
    ...(status ? { status } : {}),
    ...(isHollow ? {} : whole),
  };
}
