/**
 * scheduled-tasks on 20,000 contacts (`--sizes`): matching against naive ways, then the same work due among a tenth of
 * the contacts and among all.
 */

import mongoose, { Types } from 'mongoose';
import { job } from '../../functions/scheduled-tasks.ts';
import { candidateFilter } from '../../shared/matching/candidate-filter.ts';
import { searchMark } from '../../shared/checks/search-mark.ts';
import { findMatches } from '../../shared/matching/find-matches.ts';
import { matchRequirements } from '../doubles/match-requirements.ts';
import { placeReader } from '../../shared/matching/places/read-places.ts';
import { Contact, placeCollation, type ContactDoc } from '../../shared/models/contact.ts';
import { CheckCursor } from '../../shared/models/check-cursor.ts';
import { Deal } from '../../shared/models/deal.ts';
import { Event } from '../../shared/models/event.ts';
import { Offer } from '../../shared/models/offer.ts';
import { Property, type PropertyDoc } from '../../shared/models/property.ts';
import { Viewing } from '../../shared/models/viewing.ts';
import { day, hour } from '../../shared/platform/clock.ts';
import { ago, newsBegan, today } from '../doubles/agency.ts';
import { testClock, timedContext } from '../doubles/run-context.ts';
import { withDatabase } from './database.ts';
import { interleave, median, timed, type Benchmark } from './measure.ts';

const usualSize = 25_000;
const usualRounds = 5;
const newListings = 300;
const locations = Array.from({ length: 200 }, () => new Types.ObjectId());
const towns = [
  'Paphos',
  'PAFOS',
  'Πάφος',
  'Limassol',
  'Lemesos',
  'Larnaca',
  'Larnaka',
  'Nicosia',
  'Lefkosia',
  'Peyia',
  'Polis',
  'Protaras',
  'Ayia Napa',
  'Agia Napa',
  'Athens',
  'Athína',
  'Patras',
  'Chania',
  'Corfu',
  'Kerkyra',
  'Rhodes',
  'Alicante',
  'Malaga',
  'Marbella',
  'Javea',
  'Sevilla',
  'Lisbon',
  'Faro',
  'Porto',
  'Nice',
];
const types = ['Villa', 'Apartment', 'House', 'Land', 'Office'];

function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

async function seedContacts(count: number, spread: number, idle: number): Promise<void> {
  await Contact.collection.deleteMany({});
  const pick = numbers(7);
  const contact = (index: number) =>
    marked({
      _id: new Types.ObjectId(),
      locationId: locations[index % spread]!,
      name: `Contact ${index}`,
      emails: [],
      leadScore: 20 + pick(80),
      createdAt: ago(300 * day),
      qualificationStage: index < idle ? 'qualified' : 'unqualified',
      lastActivityAt: ago((index < idle ? 10 + pick(20) : pick(5)) * day),
      ...(index < idle ? { leadScore: 30 + pick(70) } : {}),
      requirements: {
        active: true,
        goal: pick(3) ? 'SALE' : 'RENT',
        districts: pick(3) ? [] : [towns[pick(towns.length)]!],
        locations: pick(12) ? [towns[pick(towns.length)]!, towns[pick(towns.length)]!] : [],
        types: pick(2) ? [types[pick(types.length)]!] : [],
        maxPrice: (10 + pick(90)) * 10_000,
        features: [],
      },
    });
  for (let from = 0; from < count; from += 10_000) {
    await Contact.collection.insertMany(
      Array.from({ length: Math.min(10_000, count - from) }, (_, index) => contact(from + index)) as never,
    );
  }
}

function marked(contact: Partial<ContactDoc>): Partial<ContactDoc> {
  return { ...contact, updatedAt: ago(day), searchMark: searchMark(contact.requirements), searchChanges: 1 };
}

async function seedListings(count: number, spread: number): Promise<void> {
  await Property.collection.deleteMany({});
  const pick = numbers(11);
  await Property.collection.insertMany(
    Array.from({ length: count }, (_, index) => ({
      _id: new Types.ObjectId(),
      locationId: locations[index % spread],
      title: `Listing ${index}`,
      slug: `listing-${index}`,
      reference: 'new',
      goal: pick(3) ? 'SALE' : 'RENT',
      city: towns[pick(towns.length)],
      type: types[pick(types.length)],
      price: (15 + pick(80)) * 10_000,
      currency: 'EUR',
      bedrooms: 1 + pick(5),
      features: [],
      status: 'ACTIVE',
      publicationStatus: 'PUBLISHED',
      publishedAt: ago(hour / 2),
      createdAt: ago(day),
    })) as never,
  );
}

async function seedDone(count: number, spread: number): Promise<void> {
  for (const { collection } of [Viewing, Offer, Deal]) await collection.deleteMany({});
  const locationId = locations[0]!;
  const deal = await Deal.collection.insertOne({
    locationId,
    title: 'Off',
    stage: 'lost',
    deletedAt: ago(day),
  } as never);
  const past = (index: number) => ago((10 + (index % 700)) * day);
  const insert = async (
    model: { collection: { insertMany(documents: never): Promise<unknown> } },
    number: number,
    make: (index: number) => object,
  ) => {
    for (let from = 0; from < number; from += 10_000) {
      await model.collection.insertMany(
        Array.from({ length: Math.min(10_000, number - from) }, (_, index) => ({
          locationId: locations[index % spread],
          ...make(from + index),
        })) as never,
      );
    }
  };
  await insert(Contact, count, (index) => ({
    name: 'Done',
    leadScore: 0,
    expectedFollowUpAt: past(index),
    ...(index % 2 ? { followUpSettledFor: past(index) } : { deletedAt: ago(day) }),
  }));
  await insert(Viewing, count, (index) => ({
    contactId: locationId,
    status: 'confirmed',
    scheduledAt: past(index),
    feedbackReceived: true,
  }));
  await insert(Viewing, count / 10, (index) => ({
    contactId: locationId,
    status: 'confirmed',
    scheduledAt: past(index),
    feedbackReceived: false,
  }));
  await insert(Offer, count / 10, () => ({
    dealId: deal.insertedId,
    amount: 1,
    currency: 'EUR',
    status: 'pending',
    validUntil: ago(-hour),
  }));
  await insert(Property, count / 10, (index) => ({
    title: 'Known',
    slug: `known-${index}`,
    price: 100_000,
    currency: 'EUR',
    status: 'ACTIVE',
    publicationStatus: 'PUBLISHED',
    announcedAt: ago(day),
    announcedPrice: 100_000,
    announcedCurrency: 'EUR',
  }));
}

/** As before the first run. */
async function reset(): Promise<void> {
  await Event.collection.deleteMany({});
  await CheckCursor.collection.deleteMany({});
  await newsBegan(ago(hour));
  await Contact.collection.updateMany(
    { leadCheckAt: { $exists: true } },
    { $unset: { leadCheckAt: '', leadCheckDays: '', leadAnnouncedAt: '' } },
  );
  const position = { savedSince: ago(hour), allSeenAt: ago(hour) };
  await CheckCursor.collection.insertOne({ check: 'changed-searches', watermark: ago(100 * day), position } as never);
  await Property.collection.updateMany(
    { reference: 'new' },
    { $unset: { announcedAt: '', announcedPrice: '', announcedCurrency: '' } },
  );
}

async function readSoFar(): Promise<{ documents: number; keys: number }> {
  const { metrics } = (await mongoose.connection.db!.command({ serverStatus: 1 })) as {
    metrics: { queryExecutor: Record<'scannedObjects' | 'scanned', number | bigint> };
  };
  return { documents: Number(metrics.queryExecutor.scannedObjects), keys: Number(metrics.queryExecutor.scanned) };
}

async function measure(work: () => Promise<unknown>): Promise<{ ms: number; documents: number; keys: number }> {
  const before = await readSoFar();
  const ms = await timed(work);
  const after = await readSoFar();
  return { ms, documents: after.documents - before.documents, keys: after.keys - before.keys };
}

async function matchNaively(listings: readonly PropertyDoc[], indexed: boolean): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const listing of listings) {
    const common = { locationId: listing.locationId, goal: undefined, prices: undefined };
    const places = placeReader(undefined);
    const ofCity = candidateFilter({ ...common, places: places.spellingsOf(places.placeKeys(listing.city ?? '')) });
    const beyond = candidateFilter({ ...common, places: 'beyond-index' });
    const careless = candidateFilter({ ...common, places: 'anywhere' });
    const candidates = Contact.collection.find(
      { $or: [...(ofCity['$or'] as object[]), ...(beyond['$or'] as object[]), careless] },
      {
        collation: placeCollation,
        projection: { requirements: 1 },
        ...(indexed ? {} : { hint: { locationId: 1, email: 1 } }),
      },
    );
    const contactIds: string[] = [];
    for await (const { _id, requirements } of candidates) {
      if (matchRequirements(listing, requirements as ContactDoc['requirements'] & {}, 'EUR').matches)
        contactIds.push(String(_id));
    }
    found.set(String(listing._id), contactIds.sort());
  }
  return found;
}

async function matchTogether(listings: readonly PropertyDoc[]): Promise<Map<string, string[]>> {
  const found = await findMatches(
    listings.map((listing) => ({ listing })),
    undefined,
    Infinity,
  );
  return new Map([...found].map(([id, { matches }]) => [id, matches.map(({ contactId }) => contactId).sort()]));
}

function context() {
  return timedContext({ clock: testClock(today), environment: { CHECK_BATCH: '100000' } });
}

async function runJob(expected: { inactiveLeads: number }): Promise<void> {
  const run = context();
  await job.run(run);
  const { status, counts, errors } = run.report();
  if (status !== 'succeeded' || counts['inactiveLeads'] !== expected.inactiveLeads)
    throw new Error(`expected ${expected.inactiveLeads} leads, got ${status} ${JSON.stringify({ counts, errors })}`);
}

/** The naive ways do a sample: all would take an hour. */
async function benchMatching(rounds: number, say: (line: string) => void) {
  const listings = await Property.find().lean<PropertyDoc[]>();
  const everyNth = (nth: number) => listings.filter((_, index) => index % nth === 0);
  const reference = await matchTogether(listings);
  const rival = (match: () => Promise<Map<string, string[]>>) => async () => {
    let found = new Map<string, string[]>();
    const { ms, documents } = await measure(async () => void (found = await match()));
    for (const [id, contactIds] of found) {
      if (contactIds.join() !== reference.get(id)?.join())
        throw new Error(`the ways to match found different contacts for listing ${id}`);
    }
    return { ms: ms / found.size, documents: documents / found.size };
  };
  const measured = await interleave(
    rounds,
    {
      together: rival(() => matchTogether(listings)),
      naiveWithIndex: rival(() => matchNaively(everyNth(10), true)),
      naive: rival(() => matchNaively(everyNth(100), false)),
    },
    say,
  );
  return { measured, matches: [...reference.values()].reduce((sum, ids) => sum + ids.length, 0) };
}

async function benchRun(leads: number) {
  await reset();
  const all = await measure(() => runJob({ inactiveLeads: leads }));
  const idle = await measure(() => runJob({ inactiveLeads: 0 }));
  const events = await Event.countDocuments();
  return {
    ms: all.ms,
    documentsPerEvent: all.documents / events,
    events,
    nothingDueMs: idle.ms,
    nothingDueDocuments: idle.documents,
    nothingDueKeys: idle.keys,
  };
}

async function seedScaled(count: number, spread: number): Promise<void> {
  await seedContacts(count, spread, 0);
  await seedListings(100, 20);
  const here = await Contact.find({ locationId: { $in: locations.slice(0, 20) } }, { _id: 1 })
    .sort({ _id: 1 })
    .limit(2000)
    .lean();
  await Contact.collection.updateMany(
    { _id: { $in: here.map(({ _id }) => _id) } },
    {
      $set: { qualificationStage: 'qualified', leadScore: 50, lastActivityAt: ago(20 * day) },
    },
  );
  await seedDone(count, spread);
}

const scaled = [Contact, Viewing, Offer, Deal, Property] as const;

/** @returns a measured run over two growing collections */
async function aside(
  name: string,
  seed: () => Promise<void>,
): Promise<() => Promise<Awaited<ReturnType<typeof benchRun>>>> {
  const rename = async (from: string, to: string) => {
    for (const { collection } of scaled)
      await mongoose.connection.db!.renameCollection(from + collection.name, to + collection.name, {
        dropTarget: true,
      });
  };
  await seed();
  await rename('', name);
  for (const model of scaled) await model.createIndexes();
  return async () => {
    await rename(name, '');
    const figures = await benchRun(2000);
    await rename('', name);
    return figures;
  };
}

export const bench: Benchmark = (say, { sizes: [size = usualSize] = [], rounds = usualRounds }) =>
  withDatabase(async () => {
    const leads = size / 10;
    say(`${size} contacts in 20 locations, ${leads} leads due, ${newListings} new listings`);
    await seedContacts(size, 20, leads);
    await seedListings(newListings, 20);
    const { measured, matches } = await benchMatching(rounds, say);
    const runs: Awaited<ReturnType<typeof benchRun>>[] = [];
    for (let round = 0; round < rounds; round++) {
      runs.push(await benchRun(leads));
      say(`run ${round + 1}  ${JSON.stringify(runs.at(-1))}`);
    }

    say(`the same due in ${size / 10} and in ${size} contacts: 2,000 leads and 100 listings, in 20 locations`);
    const sizes = await interleave(
      rounds,
      {
        tenth: await aside('tenth-', () => seedScaled(size / 10, 20)),
        whole: await aside('whole-', () => seedScaled(size, 200)),
      },
      say,
    );

    const of = (figures: readonly Record<string, number>[], name: string) => median(figures.map((each) => each[name]!));
    const grown = (name: 'ms' | 'documentsPerEvent') =>
      median(sizes.whole.map((each, round) => each[name]! / sizes.tenth[round]![name]!));
    const ratio = (rival: 'naive' | 'naiveWithIndex', name: string) =>
      median(measured[rival].map((each, round) => each[name]! / measured.together[round]![name]!));
    return {
      ratios: {
        naiveToMatching: ratio('naive', 'ms'),
        naiveWithIndexToMatching: ratio('naiveWithIndex', 'ms'),
        documentsNaiveToMatching: ratio('naive', 'documents'),
        runWholeToTenth: grown('ms'),
        documentsWholeToTenth: grown('documentsPerEvent'),
      },
      figures: {
        matches,
        matchingMsPerListing: of(measured.together, 'ms'),
        naiveWithIndexMsPerListing: of(measured.naiveWithIndex, 'ms'),
        naiveMsPerListing: of(measured.naive, 'ms'),
        runMs: of(runs, 'ms'),
        runEvents: of(runs, 'events'),
        documentsPerEvent: of(runs, 'documentsPerEvent'),
        nothingDueMs: of(runs, 'nothingDueMs'),
        nothingDueDocuments: of(runs, 'nothingDueDocuments'),
        tenthMs: of(sizes.tenth, 'ms'),
        wholeMs: of(sizes.whole, 'ms'),
        documentsPerEventTenth: of(sizes.tenth, 'documentsPerEvent'),
        documentsPerEventWhole: of(sizes.whole, 'documentsPerEvent'),
        nothingDueDocumentsTenth: of(sizes.tenth, 'nothingDueDocuments'),
        nothingDueDocumentsWhole: of(sizes.whole, 'nothingDueDocuments'),
        nothingDueKeysTenth: of(sizes.tenth, 'nothingDueKeys'),
        nothingDueKeysWhole: of(sizes.whole, 'nothingDueKeys'),
      },
    };
  });
