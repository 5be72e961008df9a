import test from 'ava';
import { Types } from 'mongoose';
import { disconnectMailbox } from '../../../shared/mail/accounts/disconnect-mailbox.ts';
import { Account } from '../../../shared/models/account.ts';
import { Contact, type ContactDoc } from '../../../shared/models/contact.ts';
import { Location } from '../../../shared/models/location.ts';
import { useDatabase } from '../../doubles/database.ts';
import { outlookWorld, type OutlookWorld } from '../../doubles/outlook-account.ts';
import { testClock, type TestContextOptions } from '../../doubles/run-context.ts';

useDatabase(test);

async function office(t: Parameters<typeof outlookWorld>[0]) {
  const location = await Location.create({ name: 'Paphos', country: 'CY' });
  const world = await outlookWorld(t, { locationId: location._id });
  const known = (fields: Partial<ContactDoc>) => Contact.create({ locationId: location._id, name: 'Known', ...fields });
  return { location, world, known };
}

async function sync(world: OutlookWorld, options?: TestContextOptions) {
  const context = world.context(options);
  await (await world.open(context)).syncExtras?.();
  return context.report().counts;
}

const read = (id: Types.ObjectId) => Contact.findById(id).lean<ContactDoc>().orFail();

test('links by e-mail and fills what is empty, nothing else', async (t) => {
  const { world, known } = await office(t);
  const contact = await known({ name: 'N. Ioannou', firstName: 'Nikolaos' });
  // As the CRM may write it.
  await Contact.collection.updateOne({ _id: contact._id }, { $set: { email: 'Nikos@Buyer.TEST' } });
  const id = world.outlook.saveContact({
    displayName: 'Nikos Ioannou',
    givenName: 'Nikos',
    surname: 'Ioannou',
    emailAddresses: [{ address: 'nikos@Buyer.test' }, { address: 'n@home.test' }],
    mobilePhone: '99 123456',
  });
  const counts = await sync(world);
  t.like(await read(contact._id), {
    name: 'N. Ioannou',
    firstName: 'Nikolaos',
    lastName: 'Ioannou',
    email: 'Nikos@Buyer.TEST',
    emails: ['n@home.test'],
    phone: '+35799123456',
    outlookContactIds: [id],
  });
  t.like(counts, { contactsLinked: 1, contactsFilled: 1 });
});

test('links by phone, read for the country of the location', async (t) => {
  const { world, known } = await office(t);
  const contact = await known({ phone: '00357 99-654321' });
  const id = world.outlook.saveContact({
    displayName: 'Eleni',
    mobilePhone: '99 654321',
    businessPhones: ['not a number'],
  });
  await sync(world);
  t.like(await read(contact._id), { phone: '00357 99-654321', outlookContactIds: [id] });
});

test('the Outlook id comes before the e-mail', async (t) => {
  const { world, known } = await office(t);
  const id = world.outlook.saveContact({ displayName: 'X', emailAddresses: [{ address: 'shared@buyer.test' }] });
  const linked = await known({ outlookContactIds: [id], email: 'own@buyer.test' });
  const other = await known({ email: 'shared@buyer.test' });
  await sync(world);
  t.deepEqual((await read(other._id)).outlookContactIds, []);
  t.deepEqual((await read(linked._id)).outlookContactIds, [id]);
});

test('two possible contacts: neither is linked, and no third is created', async (t) => {
  const { world, known } = await office(t);
  const pair = [await known({ email: 'family@buyer.test' }), await known({ emails: ['family@buyer.test'] })];
  world.outlook.saveContact({ displayName: 'Family', emailAddresses: [{ address: 'family@buyer.test' }] });
  t.is((await sync(world, { environment: { OUTLOOK_CREATE_CONTACTS: '1' } }))['contactsAmbiguous'], 1);
  t.is(await Contact.countDocuments({ locationId: world.account.locationId }), 2);
  for (const { _id } of pair) t.deepEqual((await read(_id)).outlookContactIds, []);
});

test("another location's contact and a contact in the trash are left alone", async (t) => {
  const { world, known } = await office(t);
  const foreign = await Contact.create({
    locationId: new Types.ObjectId(),
    name: 'Foreign',
    email: 'nikos@buyer.test',
  });
  const trashed = await known({ email: 'nikos@buyer.test', deletedAt: new Date('2026-11-01') });
  world.outlook.saveContact({ displayName: 'Nikos', emailAddresses: [{ address: 'nikos@buyer.test' }] });
  await sync(world);
  for (const { _id } of [foreign, trashed]) t.deepEqual((await read(_id)).outlookContactIds, []);
});

test('a contact removed in Outlook is unlinked, never deleted', async (t) => {
  const { world, known } = await office(t);
  const contact = await known({ email: 'nikos@buyer.test' });
  const id = world.outlook.saveContact({
    displayName: 'Nikos',
    emailAddresses: [{ address: 'nikos@buyer.test' }],
    mobilePhone: '99 123456',
  });
  await sync(world);
  world.outlook.removeContact(id);
  t.is((await sync(world))['contactsUnlinked'], 1);
  t.like(await read(contact._id), { outlookContactIds: [], phone: '+35799123456' });
});

test('unknown Outlook contacts are counted, and created only where that is configured, once', async (t) => {
  const { world, location } = await office(t);
  const id = world.outlook.saveContact({
    displayName: 'Andreas Georgiou',
    givenName: 'Andreas',
    surname: 'Georgiou',
    emailAddresses: [{ address: 'andreas@new.test' }],
  });
  t.is((await sync(world))['contactsUnknown'], 1);
  t.is(await Contact.countDocuments({ locationId: location._id }), 0);
  await Account.updateOne({ _id: world.account._id }, { $unset: { 'cursors.contacts': 1 } });
  const create = { environment: { OUTLOOK_CREATE_CONTACTS: '1' } };
  t.is((await sync(world, create))['contactsCreated'], 1);
  await Account.updateOne({ _id: world.account._id }, { $unset: { 'cursors.contacts': 1 } });
  await sync(world, create);
  const [created, ...more] = await Contact.find({ locationId: location._id }).lean<ContactDoc[]>();
  t.is(more.length, 0);
  t.like(created, {
    name: 'Andreas Georgiou',
    firstName: 'Andreas',
    email: 'andreas@new.test',
    outlookContactIds: [id],
    leadScore: 0,
  });
});

test('our own addresses become no contacts', async (t) => {
  const { world, location } = await office(t);
  for (const address of [world.account.email, 'colleague@office.test'])
    world.outlook.saveContact({ displayName: 'One of us', emailAddresses: [{ address }] });
  await sync(world, { environment: { OUTLOOK_CREATE_CONTACTS: '1', MAIL_OWN_DOMAINS: 'office.test' } });
  t.is(await Contact.countDocuments({ locationId: location._id }), 0);
});

test('a contact removed while the delta token was lost is unlinked after the walk, no other mailbox’s', async (t) => {
  const { world, known } = await office(t);
  const contact = await known({ email: 'nikos@buyer.test', outlookContactIds: ['of another mailbox'] });
  const id = world.outlook.saveContact({ displayName: 'Nikos', emailAddresses: [{ address: 'nikos@buyer.test' }] });
  await sync(world);
  t.deepEqual((await read(contact._id)).outlookContactIds, ['of another mailbox', id]);
  world.outlook.removeContact(id);
  world.outlook.expireTokens();
  t.is((await sync(world, { clock: testClock('2026-11-23T10:00:00Z') }))['contactsUnlinked'], 1);
  t.deepEqual((await read(contact._id)).outlookContactIds, ['of another mailbox']);
});

test('a mailbox that is disconnected in the meantime gets no cursor back', async (t) => {
  const { world } = await office(t);
  world.outlook.saveContact({ displayName: 'Nikos' });
  const mailbox = await world.open();
  await disconnectMailbox(world.account, world.context().clock);
  await mailbox.syncExtras?.();
  t.deepEqual((await world.stored()).cursors, {});
});

test('continues from the last token, and walks again when Graph has forgotten it', async (t) => {
  const { world, known } = await office(t);
  const contact = await known({ email: 'nikos@buyer.test' });
  for (let index = 0; index < 130; index += 1) world.outlook.saveContact({ displayName: `Person ${index}` });
  await sync(world);
  const walked = world.graph.requests.length;
  world.outlook.saveContact({ displayName: 'Nikos', emailAddresses: [{ address: 'nikos@buyer.test' }] });
  t.is((await sync(world))['contactsLinked'], 1);
  t.is(world.graph.requests.length, walked + 1);
  world.outlook.expireTokens();
  const counts = await sync(world);
  t.is(counts['contactsLinked'], 0);
  t.is((await read(contact._id)).outlookContactIds.length, 1);
});

test('two runs that walk the contacts at the same time unlink nothing of each other', async (t) => {
  const { world, location } = await office(t);
  for (let index = 0; index < 150; index += 1) {
    world.outlook.saveContact({
      displayName: `Person ${index}`,
      emailAddresses: [{ address: `p${index}@buyer.test` }],
    });
    await Contact.create({ locationId: location._id, name: 'Known', email: `p${index}@buyer.test` });
  }
  const [first, other] = [
    await world.open(world.context({ clock: testClock('2026-11-23T09:00:00Z') })),
    await world.open(world.context({ clock: testClock('2026-11-23T09:00:01Z') })),
  ];
  // Requested when the other walk has ended.
  world.proxy.inject({
    on: /contacts/,
    when: ({ query }) => query.has('$skiptoken'),
    nth: 1,
    during: async () => void (await other.syncExtras?.()),
  });
  await first.syncExtras?.();
  t.is(await Contact.countDocuments({ locationId: location._id, 'outlookContactIds.0': { $exists: true } }), 150);
});

test('a person in the contacts of several mailboxes becomes one contact, linked to each', async (t) => {
  const { world, location } = await office(t);
  const worlds = [world, await outlookWorld(t, { locationId: location._id })];
  for (const { outlook } of worlds) {
    for (let index = 0; index < 30; index += 1)
      outlook.saveContact(
        { displayName: `Person ${index}`, emailAddresses: [{ address: `p${index}@buyer.test` }] },
        `contact-${index}-${outlook.state.email}`,
      );
    outlook.saveContact({ displayName: 'By phone', mobilePhone: '99 123456' }, `phone-${outlook.state.email}`);
  }
  await Promise.all(worlds.map((each) => sync(each, { environment: { OUTLOOK_CREATE_CONTACTS: '1' } })));
  const made = await Contact.find({ locationId: location._id }).lean<ContactDoc[]>();
  t.is(made.length, 31);
  t.true(made.every(({ outlookContactIds }) => outlookContactIds.length === 2));
});

test('a walk whose second page always fails is begun once more and then ends', async (t) => {
  const { world } = await office(t);
  for (let index = 0; index < 130; index += 1) world.outlook.saveContact({ displayName: `Person ${index}` });
  world.proxy.inject({
    on: /contacts/,
    when: ({ query }) => query.has('$skiptoken'),
    status: 410,
    body: { error: { code: 'SyncStateNotFound', message: 'gone' } },
  });
  await t.throwsAsync(sync(world), { code: 'sync-state-lost' });
  t.is(world.proxy.calls.filter(({ path }) => path.includes('contacts')).length, 4);
});

test('a contact that cannot be linked is counted, and stops no other', async (t) => {
  const { world, known } = await office(t);
  const contact = await known({ email: 'nikos@buyer.test' });
  world.outlook.saveContact({ displayName: 'No address', emailAddresses: [null] });
  world.outlook.saveContact({ displayName: 7, emailAddresses: [{ address: 'seven@buyer.test' }] });
  world.outlook.saveContact({ displayName: 'Nikos', emailAddresses: [{ address: 'nikos@buyer.test' }] });
  t.like(await sync(world), { contactsFailed: 1, contactsUnknown: 1, contactsLinked: 1 });
  t.is((await read(contact._id)).outlookContactIds.length, 1);
});
