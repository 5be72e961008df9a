import test from 'ava';
import { Types } from 'mongoose';
import { matchContacts } from '../../../shared/mail/store/match-contacts.ts';
import { Contact, findContactsByEmail } from '../../../shared/models/contact.ts';
import { useDatabase } from '../../doubles/database.ts';
import { knownContact } from '../../doubles/mail.ts';

useDatabase(test);

test('contacts are found by any of their addresses, in any case, in the order of the mail', async (t) => {
  const locationId = new Types.ObjectId();
  const anna = await knownContact(locationId, 'anna@x.example', { emails: ['anna@work.example'] });
  const ben = await knownContact(locationId, 'ben@x.example');
  await Contact.collection.updateOne({ _id: ben._id }, { $set: { email: 'Ben@X.Example' } });
  t.deepEqual(await matchContacts(locationId, ['ben@x.example', 'ANNA@WORK.example', 'anna@x.example']), [
    ben._id,
    anna._id,
  ]);
});

test('an exact match wins, else a tag leads to its owner', async (t) => {
  const locationId = new Types.ObjectId();
  const plain = await knownContact(locationId, 'anna@x.example');
  const tagged = await knownContact(locationId, 'anna+rent@x.example');
  t.deepEqual(await matchContacts(locationId, ['anna+rent@x.example']), [tagged._id]);
  t.deepEqual(await matchContacts(locationId, ['anna+other@x.example']), [plain._id]);
});

test("Gmail's dots, tags and second domain lead to the same contact, an exact match wins", async (t) => {
  const locationId = new Types.ObjectId();
  const dotted = await knownContact(locationId, 'anna.b+x@googlemail.com');
  for (const spelling of ['annab@gmail.com', 'a.n.n.a.b@gmail.com', 'anna.b+flat@googlemail.com'])
    t.deepEqual(await matchContacts(locationId, [spelling]), [dotted._id], spelling);
  t.deepEqual(await matchContacts(locationId, ['annab@gmail.example', 'annabc@gmail.com']), []);
  const exact = await knownContact(locationId, 'annab@gmail.com');
  t.deepEqual(await matchContacts(locationId, ['annab@gmail.com']), [exact._id]);
  const plain = await knownContact(locationId, 'ben.b@x.example');
  t.deepEqual(await matchContacts(locationId, ['benb@x.example', 'ben.b@x.example']), [plain._id]);
});

test('two contacts with one address both take part, and no other', async (t) => {
  const locationId = new Types.ObjectId();
  const first = await knownContact(locationId, 'home@x.example', { name: 'Mr' });
  const second = await knownContact(locationId, 'home@x.example', { name: 'Mrs' });
  await knownContact(locationId, 'home@x.example', { deletedAt: new Date() });
  await knownContact(new Types.ObjectId(), 'home@x.example');
  t.deepEqual(await matchContacts(locationId, ['home@x.example']), [first._id, second._id]);
  t.deepEqual(await matchContacts(locationId, ['höme@x.example', 'homé@x.example', '']), []);
  t.deepEqual(await matchContacts(locationId, []), []);
});

test('an internationalised domain matches in both spellings', async (t) => {
  const locationId = new Types.ObjectId();
  const contact = await knownContact(locationId, 'anna@παράδειγμα.gr');
  t.deepEqual(await matchContacts(locationId, ['anna@xn--hxajbheg2az3al.gr']), [contact._id]);
});

test('matching is served by the two address indexes', async (t) => {
  const plan = JSON.stringify(
    await findContactsByEmail(new Types.ObjectId(), ['a@x.example', 'b@x.example']).explain('queryPlanner'),
  );
  t.notRegex(plan, /COLLSCAN/);
  t.regex(plan, /locationId_1_email_1/);
  t.regex(plan, /locationId_1_emails_1/);
});
