import test from 'ava';
import { checkChangedSearches } from '../../shared/checks/changed-searches.ts';
import { findStock } from '../../shared/matching/find-stock.ts';
import { Contact } from '../../shared/models/contact.ts';
import { day, hour } from '../../shared/platform/clock.ts';
import { ago, createAgency, emptyDatabase, storedEvents, today } from '../doubles/agency.ts';
import { useDatabase } from '../doubles/database.ts';
import { testClock, timedContext } from '../doubles/run-context.ts';

useDatabase(test);
test.beforeEach(emptyDatabase);

const clock = testClock(today);
const search = (maxPrice: number) => ({ goal: 'SALE', maxPrice }) as never;

async function run() {
  const context = timedContext({ clock });
  await checkChangedSearches(context, findStock);
  return context.report();
}

test.serial('a new buyer receives the best of the stock, once', async (t) => {
  clock.set(today);
  const agency = createAgency();
  for (let index = 0; index < 25; index += 1) await agency.listing({ price: 200_000 });
  await agency.listing({ price: 200_000, status: 'SOLD' });
  await agency.listing({ price: 900_000 });
  await createAgency().listing({ price: 200_000 });
  await agency.contact({ requirements: search(300_000) });
  await run();
  t.is((await storedEvents()).length, 0, 'who was there before the first run is known');
  const contact = await agency.contact({ requirements: search(300_000), createdAt: today, leadScore: 0 });
  t.like((await run()).counts, { searchesMatched: 1 });
  t.like((await run()).counts, { searchesMatched: 0 });
  const [{ type, payload }] = (await storedEvents()) as [Awaited<ReturnType<typeof storedEvents>>[0]];
  t.like(
    { type, payload },
    {
      type: 'contact.matches',
      payload: { contactId: String(contact._id), matchesLeftOut: 5 },
    },
  );
  t.is((payload['matches'] as unknown[]).length, 20);
});

test.serial('a changed search is announced once per change, also back to what it was', async (t) => {
  clock.set(today);
  const agency = createAgency();
  await agency.listing({ price: 200_000 });
  const { _id } = await agency.contact({ requirements: search(300_000) });
  await run();
  const change = (maxPrice: number) =>
    Contact.collection.updateOne({ _id }, { $set: { requirements: search(maxPrice), updatedAt: clock.now() } });
  for (const [maxPrice, count] of [
    [400_000, 1],
    [400_000, 1],
    [300_000, 2],
    [100_000, 2],
    [400_000, 3],
  ] as const) {
    clock.advance(hour);
    await change(maxPrice);
    await run();
    await run();
    t.is((await storedEvents()).length, count, String(maxPrice));
  }
});

test.serial('a change that was not written by the CRM is found within a day', async (t) => {
  clock.set(today);
  const agency = createAgency();
  await agency.listing({ price: 200_000 });
  const { _id } = await agency.contact({ requirements: search(300_000), updatedAt: ago(30 * day) });
  await run();
  await Contact.collection.updateOne({ _id }, { $set: { requirements: search(400_000) } });
  clock.advance(25 * hour);
  await run();
  t.is((await storedEvents()).length, 1);
});
