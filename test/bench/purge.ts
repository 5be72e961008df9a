/** 100,000 records; the rival is deleteMany, which checks nothing. */

import { purgeTrash } from '../../shared/trash/purge.ts';
import { AgencyRecords, collections } from '../doubles/agency-records.ts';
import { at, testContext } from '../doubles/run-context.ts';
import { withDatabase } from './database.ts';
import { interleave, median, timed, type Benchmark } from './measure.ts';

/** Contacts; each stands for 25 records. */
const usualSize = 4000;
const deletedAt = new Date('2026-09-01T00:00:00Z');
const text = 'We would like to see the villa in Peyia on Saturday, if that suits the owners. '.repeat(10);

function seed(contacts: number): AgencyRecords {
  const agency = new AgencyRecords();
  for (let index = 0; index < contacts; index += 1) {
    const contact = agency.contact({ deletedAt });
    const conversations = [agency.conversation({ contactId: contact }), agency.conversation({ deletedAt })];
    for (const conversation of conversations)
      for (let message = 0; message < 10; message += 1) agency.message([conversation], { text });
    if (index % 2 === 0) continue;
    const property = agency.property({ deletedAt });
    agency.viewing(contact, property);
    agency.offer(
      agency.deal({ deletedAt, buyerContactId: contact, propertyIds: [property], conversationIds: conversations }),
    );
  }
  return agency;
}

export const bench: Benchmark = (say, { sizes: [size = usualSize] = [], rounds = 5 }) =>
  withDatabase(async () => {
    const records = Object.values(seed(size).records).reduce((sum, { length }) => sum + length, 0);
    const measured = await interleave(
      rounds,
      {
        async purge() {
          const agency = seed(size);
          await agency.save();
          const run = async (dryRun: boolean) => {
            const context = testContext({
              parameters: { locationId: String(agency.locationId), dryRun },
              databaseNow: at('2026-11-23T09:00:00Z'),
            });
            const ms = await timed(() => purgeTrash(context));
            const { status, counts } = context.report();
            const { referencesCleared: _, ...purged } = counts;
            const total = Object.values(purged).reduce((sum, count) => sum + count, 0);
            if (status !== 'succeeded' || total !== records)
              throw new Error(`purge: expected ${records} records to go, ${status} with ${total}`);
            return ms;
          };
          return { dryRunMs: await run(true), ms: await run(false) };
        },
        async raw() {
          const agency = seed(size);
          await agency.save();
          return { ms: await timed(() => deleteRaw(agency)) };
        },
      },
      say,
    );
    const raw = measured.raw.map(({ ms }) => ms!);
    const [purge, dryRun] = [measured.purge.map(({ ms }) => ms!), measured.purge.map(({ dryRunMs }) => dryRunMs!)];
    const ratio = (times: number[]) => median(times.map((ms, round) => ms / raw[round]!));
    return {
      ratios: { purgeToRaw: ratio(purge), dryRunToRaw: ratio(dryRun) },
      figures: {
        records,
        rawMs: median(raw),
        purgeMs: median(purge),
        dryRunMs: median(dryRun),
        purgedPerSecond: (records / median(purge)) * 1000,
      },
    };
  });

async function deleteRaw({ locationId }: AgencyRecords): Promise<void> {
  for (const model of Object.values(collections)) await model.collection.deleteMany({ locationId });
}
