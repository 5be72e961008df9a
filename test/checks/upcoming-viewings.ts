import test from 'ava';
import { checkUpcomingViewings } from '../../shared/checks/upcoming-viewings.ts';
import { Contact } from '../../shared/models/contact.ts';
import { Viewing } from '../../shared/models/viewing.ts';
import { hour } from '../../shared/platform/clock.ts';
import { ago, createAgency, emptyDatabase, storedEvents, today } from '../doubles/agency.ts';
import { useDatabase } from '../doubles/database.ts';
import { testClock, timedContext } from '../doubles/run-context.ts';

useDatabase(test);
test.beforeEach(emptyDatabase);

const clock = testClock(today);

async function run() {
  const context = timedContext({ clock });
  await checkUpcomingViewings(context);
  return context.report();
}

async function told(): Promise<unknown[]> {
  const events = await storedEvents();
  return events.map(({ type, payload }) => [type.replace('viewing.', ''), payload['hoursBefore'] ?? payload['reason']]);
}

test.serial('a viewing is announced 24 and 2 hours before, once each', async (t) => {
  clock.set(today);
  const agency = createAgency();
  const contact = await agency.contact();
  await agency.viewing({ contactId: contact._id, scheduledAt: ago(-25 * hour) });
  await agency.viewing({ contactId: contact._id, scheduledAt: ago(-20 * hour), status: 'requested' });
  await agency.viewing({ contactId: contact._id, scheduledAt: ago(-20 * hour), deletedAt: today });
  for (let hours = 0; hours < 30; hours += 0.5) {
    clock.set(ago(-hours * hour));
    t.is((await run()).status, 'succeeded');
  }
  t.deepEqual(await told(), [
    ['upcoming', 24],
    ['upcoming', 2],
  ]);
});

test.serial('a viewing arranged an hour before is announced once', async (t) => {
  clock.set(today);
  const agency = createAgency();
  const contact = await agency.contact();
  await agency.viewing({
    contactId: String(contact._id) as never,
    locationId: String(agency.locationId) as never,
    scheduledAt: ago(-hour),
  });
  await run();
  await run();
  t.deepEqual(await told(), [['upcoming', 2]]);
});

test.serial('an announced viewing is withdrawn when it is moved, cancelled or deleted', async (t) => {
  clock.set(today);
  const agency = createAgency();
  const contact = await agency.contact();
  const { _id } = await agency.viewing({ contactId: contact._id, scheduledAt: ago(-10 * hour) });
  await run();
  await Viewing.collection.updateOne({ _id }, { $set: { scheduledAt: ago(-12 * hour) } });
  await run();
  await Viewing.collection.updateOne({ _id }, { $set: { status: 'cancelled' } });
  await run();
  await Viewing.collection.updateOne({ _id }, { $set: { status: 'confirmed' } });
  await run();
  await Viewing.collection.updateOne({ _id }, { $set: { deletedAt: today } });
  await run();
  await run();
  t.deepEqual(await told(), [
    ['upcoming', 24],
    ['upcoming_cancelled', 'moved'],
    ['upcoming', 24],
    ['upcoming_cancelled', 'cancelled'],
    ['upcoming', 24],
    ['upcoming_cancelled', 'cancelled'],
  ]);
});

test.serial('a viewing that took place is not withdrawn', async (t) => {
  clock.set(today);
  const agency = createAgency();
  const contact = await agency.contact();
  const { _id } = await agency.viewing({ contactId: contact._id, scheduledAt: ago(-hour) });
  await run();
  clock.set(ago(-2 * hour));
  await Viewing.collection.updateOne({ _id }, { $set: { status: 'completed' } });
  await run();
  t.deepEqual(await told(), [['upcoming', 2]]);
});

test.serial('a viewing that took place earlier is not withdrawn, one whose contact was deleted is', async (t) => {
  clock.set(today);
  const agency = createAgency();
  const [early, gone] = [await agency.contact(), await agency.contact()];
  const { _id } = await agency.viewing({ contactId: early._id, scheduledAt: ago(-hour) });
  await agency.viewing({ contactId: gone._id, scheduledAt: ago(-hour) });
  await run();
  await Viewing.collection.updateOne({ _id }, { $set: { status: 'completed' } });
  await Contact.collection.updateOne({ _id: gone._id }, { $set: { deletedAt: today } });
  await run();
  await run();
  t.deepEqual(await told(), [
    ['upcoming', 2],
    ['upcoming', 2],
    ['upcoming_cancelled', 'cancelled'],
  ]);
});
