import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { AgencyRecords, collections, findOrphans } from '../doubles/agency-records.ts';
import { isLong } from '../doubles/chosen.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { seeded } from '../doubles/seeded.ts';

useDatabase(test);

const program = fileURLToPath(new URL('../doubles/purge-process.ts', import.meta.url));
const old = new Date('2026-09-01T00:00:00Z');

/** A batch has up to 1,000. */
const size = isLong ? 240 : 60;
const lives = isLong ? 8 : 3;
const enoughDeaths = isLong ? 5 : 1;

function seedOfRun(t: ExecutionContext): number {
  const seed = Number(process.env['SUITE_SEED'] ?? randomInt(1_000_000));
  t.log(`the same again: SUITE_SEED=${seed}`);
  return seed;
}

async function seed(): Promise<AgencyRecords> {
  const agency = new AgencyRecords();
  for (const deletedAt of [old, null]) {
    for (let index = 0; index < size; index += 1) {
      const contact = agency.contact({ deletedAt });
      const property = agency.property({ deletedAt });
      const [own, other] = [
        agency.conversation({ contactId: contact, deletedAt }),
        agency.conversation({ contactId: agency.contact({ deletedAt }) }),
      ];
      for (let message = 0; message < 15; message += 1)
        agency.message([own], { deletedAt: message === 0 ? deletedAt : null });
      for (let message = 0; message < 15; message += 1) agency.message([own, other]);
      agency.viewing(contact, property);
      const deal = agency.deal({
        deletedAt,
        buyerContactId: contact,
        propertyIds: [property],
        conversationIds: [own, other],
      });
      for (let offer = 0; offer < 3; offer += 1) agency.offer(deal);
      agency.deal({ buyerContactId: contact, propertyIds: [property], conversationIds: [own, other] });
    }
  }
  await agency.save();
  return agency;
}

function start(agency: AgencyRecords) {
  const child = spawn(process.execPath, [program, databaseUri(), String(agency.locationId)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, lines: createInterface(child.stdout) };
}

test.serial(
  'a purge killed again and again leaves no orphans, and one that finishes leaves exactly the rest',
  async (t) => {
    const agency = await seed();
    t.deepEqual(await findOrphans(agency), []);
    const random = seeded(seedOfRun(t));
    let deaths = 0;
    // Each life lasts a batch or two.
    for (let life = 0; life < lives; life += 1) {
      const { child, lines } = start(agency);
      const closed = once(child, 'close');
      let batches = 1 + Math.floor(random() * 2);
      const within = Math.floor(random() * (isLong ? 60 : 30));
      lines.on('line', () => {
        batches -= 1;
        if (batches === 0) setTimeout(() => child.kill('SIGKILL'), within);
      });
      const [code, signal] = await closed;
      if (signal === 'SIGKILL') deaths += 1;
      else t.is(code, 0);
      t.deepEqual(await findOrphans(agency), []);
    }
    t.true(deaths >= enoughDeaths, `died ${deaths} times`);

    const { child, lines } = start(agency);
    lines.resume();
    t.deepEqual(await once(child, 'close'), [0, null]);
    const left = await agency.load();
    t.deepEqual(Object.fromEntries(Object.entries(left).map(([name, records]) => [name, records.length])), {
      contacts: 2 * size,
      conversations: 2 * size,
      messages: 30 * size,
      viewings: size,
      deals: 3 * size,
      offers: 3 * size,
      properties: size,
      companies: 0,
    });
    t.deepEqual(await findOrphans(agency), []);
    t.is(left.deals.filter((deal) => deal['buyerContactId'] === undefined).length, size);
  },
);

test.serial('a contact that is restored after a killed purge gets everything back in the next run', async (t) => {
  const agency = await seed();
  const before = await agency.load();
  const random = seeded(seedOfRun(t));
  const kept = new Set<string>();
  for (let life = 0; life < lives; life += 1) {
    const { child, lines } = start(agency);
    const closed = once(child, 'close');
    // Of the last two kinds: conversations and contacts.
    let batches = 6 + Math.floor(random() * 3);
    const within = Math.floor(random() * 80);
    lines.on('line', () => {
      batches -= 1;
      if (batches === 0) setTimeout(() => child.kill('SIGKILL'), within);
    });
    await closed;
  }
  const { contacts } = await agency.load();
  for (const contact of contacts) kept.add(String(contact['_id']));
  await collections.contacts.collection.updateMany({ locationId: agency.locationId }, { $set: { deletedAt: null } });
  await collections.conversations.collection.updateMany(
    { locationId: agency.locationId },
    { $set: { deletedAt: null } },
  );

  const { child, lines } = start(agency);
  lines.resume();
  t.deepEqual(await once(child, 'close'), [0, null]);
  const left = await agency.load();
  const owned = (records: Record<string, unknown>[]) =>
    records.filter(({ contactId }) => kept.has(String(contactId))).map(({ _id }) => String(_id));
  // Conversations in the trash by themselves are purged by themselves.
  const byItself = new Set(before.conversations.filter(({ deletedAt }) => deletedAt).map(({ _id }) => String(_id)));
  t.deepEqual(
    owned(left.conversations).filter((id) => !byItself.has(id)),
    owned(before.conversations).filter((id) => !byItself.has(id)),
  );
  const present = new Set(left.conversations.map(({ _id }) => String(_id)));
  const held = before.messages.filter(
    ({ conversationIds, deletedAt }) =>
      !deletedAt && (conversationIds as unknown[]).some((id) => present.has(String(id))),
  );
  t.is(left.messages.filter(({ deletedAt }) => !deletedAt).length, held.length);
  t.deepEqual(await findOrphans(agency), []);
});
