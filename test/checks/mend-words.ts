import test from 'ava';
import { oddWords } from '../../shared/checks/mend-words.ts';
import { models } from '../../shared/models/index.ts';
import { createAgency, summarise, today } from '../doubles/agency.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

test('usual words cost no query, and odd ones are found by index', async (t) => {
  const agency = createAgency();
  const deal = await agency.deal();
  const contact = await agency.contact();
  const odd = ' ODD ' as never;
  for (let index = 0; index < 120; index += 1) {
    const fields = index < 3 ? { status: odd } : {};
    await Promise.all([
      agency.lead(index < 3 ? { qualificationStage: odd } : {}),
      agency.offer({ dealId: deal._id, ...fields }),
      agency.viewing({ contactId: contact._id, ...fields, ...(index < 3 ? { feedbackReceived: 'x' as never } : {}) }),
      agency.viewing({ contactId: contact._id, followUpSettledFor: today, ...fields }),
      agency.listing(fields),
      agency.listing(index < 3 ? { publicationStatus: odd } : {}),
    ]);
  }
  const asked = ['contacts', 'offers', 'viewings', 'properties'].flatMap((collection) =>
    oddWords(collection).map((filter) => ({ collection, filter })),
  );
  t.is(asked.length, 7);
  for (const { collection: name, filter } of asked) {
    const { collection } = models.find((model) => model.collection.name === name)!;
    const plan = summarise(await collection.find(filter as never).explain('executionStats'));
    t.is(plan.returned, 3, name);
    t.true(plan.examined <= 3 && plan.keys < 60, `${name}: ${plan.examined} documents, ${plan.keys} keys`);
  }
});
