import test from 'ava';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { job } from '../../functions/outlook-sync.ts';
import { saveConnectedAccount } from '../../shared/mail/accounts/connect-account.ts';
import { Account } from '../../shared/models/account.ts';
import { Contact } from '../../shared/models/contact.ts';
import { Event } from '../../shared/models/event.ts';
import { Message } from '../../shared/models/message.ts';
import { SyncItem } from '../../shared/models/sync-item.ts';
import { useDatabase } from '../doubles/database.ts';
import { outlookWorld, type OutlookWorld } from '../doubles/outlook-account.ts';
import { outlookWebWorld } from '../doubles/outlook-web-account.ts';
import { testClock, type TestContextOptions } from '../doubles/run-context.ts';

useDatabase(test);

const client = 'nikos@buyer.test';

async function scene(t: Parameters<typeof outlookWorld>[0]) {
  const world = await outlookWorld(t);
  const { locationId } = world.account;
  const contact = await Contact.create({ locationId, name: 'Nikos', email: client });
  return { world, locationId, contact };
}

async function run(world: Pick<OutlookWorld, 'context' | 'account'>, options: TestContextOptions = {}) {
  const context = world.context({
    ...options,
    parameters: { accountId: String(world.account._id), ...options.parameters },
  });
  await job.run(context);
  return context.report();
}

const visible = (locationId: Types.ObjectId) => Message.find({ locationId, deletedAt: null }).lean();

test('the first sync announces nothing, new mail of a known contact is announced once', async (t) => {
  const { world, locationId, contact } = await scene(t);
  world.outlook.deliver({ from: client, receivedAt: '2026-11-20T08:00:00Z' });
  world.outlook.deliver({ from: 'stranger@else.test', receivedAt: '2026-11-20T09:00:00Z' });
  t.like(await run(world), { status: 'succeeded', counts: { stored: 1, unmatched: 1 } });
  t.is(await Event.countDocuments({ locationId }), 0);
  world.outlook.deliver({ from: client, receivedAt: '2026-11-23T08:59:00Z' });
  await run(world);
  await run(world);
  const events = await Event.find({ locationId }).lean();
  t.is(events.length, 1);
  t.like(events[0], { type: 'email.received', payload: { contactId: String(contact._id) } });
});

test('moves in any order keep the message, deletion hides it', async (t) => {
  const { world, locationId } = await scene(t);
  const id = world.outlook.deliver({ from: client, receivedAt: '2026-11-20T08:00:00Z' });
  await run(world);
  for (const folder of ['archive', 'inbox']) {
    world.outlook.move(id, folder);
    await run(world);
    t.is((await visible(locationId))[0]?.sources[0]?.folder, folder);
  }
  world.outlook.move(id, 'archive');
  world.outlook.move(id, 'inbox');
  await run(world);
  t.is((await visible(locationId)).length, 1, 'out and back is reported as a removal only');
  world.outlook.move(id, 'deleteditems');
  await run(world);
  t.is((await visible(locationId)).length, 0);
  world.outlook.move(id, 'inbox');
  await run(world);
  t.is((await visible(locationId)).length, 1);
  world.outlook.remove(id);
  await run(world);
  t.is((await visible(locationId)).length, 0);
});

test('mail that left and returned between two syncs is stored, though only its leaving is reported', async (t) => {
  const { world, locationId } = await scene(t);
  await run(world);
  const id = world.outlook.deliver({ from: client, receivedAt: '2026-11-20T08:00:00Z' });
  world.outlook.move(id, 'deleteditems');
  world.outlook.move(id, 'inbox');
  await run(world);
  t.is((await visible(locationId)).length, 1);
});

test.serial('a message that does not come in time is tried again, and stored with its text', async (t) => {
  const { world, locationId } = await scene(t);
  await run(world);
  const id = world.outlook.deliver({ from: client, text: 'Is it still there?', receivedAt: '2026-11-20T08:00:00Z' });
  world.outlook.move(id, 'archive');
  world.outlook.move(id, 'inbox');
  world.proxy.inject({ on: /messages\/AAk/, nth: 1, hang: true });
  t.like(await run(world, { environment: { MAIL_REQUEST_TIMEOUT: '3s' } }), { counts: { queued: 1 } });
  t.regex((await SyncItem.findOne({ accountId: world.account._id }).lean())?.reason ?? '', /^timeout: /);
  await run(world, { clock: testClock('2026-11-23T12:00:00Z') });
  t.is((await visible(locationId))[0]?.text, 'Is it still there?');
});

test('a folder of OUTLOOK_FOLDERS that the mailbox lacks is skipped with a warning, the others are read', async (t) => {
  const { world, locationId } = await scene(t);
  world.outlook.deliver({ from: client, receivedAt: '2026-11-20T08:00:00Z' });
  const warnings: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });
  t.like(await run(world, { log, environment: { OUTLOOK_FOLDERS: 'Clients' } }), {
    status: 'succeeded',
    counts: { stored: 1 },
  });
  t.is((await visible(locationId)).length, 1);
  t.is(warnings.filter((line) => line.includes('OUTLOOK_FOLDERS: this mailbox has no folder Clients')).length, 1);
});

for (const place of ['deleteditems', 'junkemail']) {
  test(`a folder of OUTLOOK_FOLDERS below ${place} hides its mail until it is back, and stops nothing`, async (t) => {
    const { world, locationId } = await scene(t);
    const clients = world.outlook.addFolder('Clients');
    const old = world.outlook.deliver({ from: client, folder: 'Clients', receivedAt: '2026-11-20T08:00:00Z' });
    const setting = { environment: { OUTLOOK_FOLDERS: 'Clients' } };
    await run(world, setting);
    const folder = world.outlook.state.folders.find(({ id }) => id === clients)!;
    const parent = folder.parentFolderId;
    folder.parentFolderId = world.outlook.folderId(place);
    const fresh = world.outlook.deliver({ from: client, receivedAt: '2026-11-23T08:00:00Z' });
    world.outlook.deliver({ from: client, folder: 'Clients', receivedAt: '2026-11-23T08:00:00Z' });
    t.is((await run(world, setting)).status, 'succeeded');
    t.deepEqual(
      (await visible(locationId)).map(({ providerMessageId }) => providerMessageId),
      [fresh],
    );
    folder.parentFolderId = parent;
    await run(world, setting);
    t.is((await visible(locationId)).length, 3);
    t.true((await visible(locationId)).some(({ providerMessageId }) => providerMessageId === old));
    world.outlook.removeFolder('Clients');
    t.is((await run(world, setting)).status, 'succeeded');
    t.deepEqual(
      (await visible(locationId)).map(({ providerMessageId }) => providerMessageId),
      [fresh],
      'deleted for good',
    );
  });
}

test('a gateway\'s "not found" deletes nothing, and lets nothing out of junk in', async (t) => {
  const { world, locationId } = await scene(t);
  const id = world.outlook.deliver({ from: client, receivedAt: '2026-11-20T08:00:00Z' });
  await run(world);
  const undo = world.proxy.inject({ on: /./, status: 404, body: '<html>Not Found</html>' });
  t.like(await run(world), { status: 'failed', errors: [{ code: 'unclear-404' }] });
  t.is((await visible(locationId)).length, 1);
  undo();
  world.outlook.move(id, 'junkemail');
  world.proxy.inject({ on: /mailFolders\/junkemail/, status: 404, body: '<html>Not Found</html>' });
  await run(world);
  t.regex(
    (await SyncItem.findOne({ accountId: world.account._id, providerMessageId: id }).lean())?.reason ?? '',
    /^unclear-404: /,
  );
  world.proxy.reset();
  await run(world, { clock: testClock('2026-11-23T12:00:00Z') });
  t.is((await visible(locationId)).length, 0);
});

test('a page too heavy for the gateway is asked for in parts, whoever says so', async (t) => {
  const { world, locationId } = await scene(t);
  for (let n = 0; n < 30; n += 1)
    world.outlook.deliver({ from: client, receivedAt: new Date(Date.UTC(2026, 10, 20) + n * 1000) });
  world.proxy.inject({
    on: /messages\/delta/,
    when: ({ headers }) => Number(/maxpagesize=(\d+)/.exec(headers.get('prefer') ?? '')?.[1]) > 10,
    status: 504,
    body: '<html>',
  });
  t.like(await run(world), { status: 'succeeded', counts: { stored: 30 } });
  t.is((await visible(locationId)).length, 30);
});

test.serial('a folder whose messages never come in time stops no other, and each is tried by itself', async (t) => {
  const { world, locationId } = await scene(t);
  const bad = world.outlook.deliver({ from: client, receivedAt: '2026-11-20T08:00:00Z' });
  world.outlook.deliver({ from: client, receivedAt: '2026-11-20T09:00:00Z' });
  world.outlook.deliver({
    folder: 'sentitems',
    from: world.account.email,
    to: [client],
    receivedAt: '2026-11-20T10:00:00Z',
  });
  world.proxy.inject({
    on: /inbox\/messages/,
    when: ({ query }) => /body/.test(query.get('$select') ?? ''),
    hang: true,
  });
  world.proxy.inject({ on: new RegExp(`messages/${encodeURIComponent(bad)}`), hang: true });
  await run(world, { environment: { MAIL_REQUEST_TIMEOUT: '3s' } });
  t.is((await visible(locationId)).length, 2);
  t.regex(
    (await SyncItem.findOne({ accountId: world.account._id, providerMessageId: bad }).lean())?.reason ?? '',
    /^timeout: /,
  );
  const inbox = encodeURIComponent(world.outlook.folderId('inbox'));
  world.proxy.inject({ on: new RegExp(`mailFolders/${inbox}/messages/delta`), hang: true });
  world.outlook.deliver({
    folder: 'sentitems',
    from: world.account.email,
    to: [client],
    receivedAt: '2026-11-23T08:00:00Z',
  });
  t.like(await run(world, { environment: { MAIL_REQUEST_TIMEOUT: '3s' } }), {
    status: 'failed',
    errors: [{ code: 'timeout' }],
  });
  t.is((await visible(locationId)).length, 3);
});

test('a message that fails in its page, mapping or attachments is tried alone, the others are stored', async (t) => {
  const { world, locationId } = await scene(t);
  const deliver = (folder: string) =>
    world.outlook.deliver({
      folder,
      from: client,
      receivedAt: '2026-11-20T08:00:00Z',
      attachments: [{ name: 'a.pdf', contentType: 'application/pdf', size: 9 }],
    });
  const [odd, denied, corrupt] = [deliver('inbox'), deliver('inbox'), deliver('archive')];
  for (const folder of ['inbox', 'archive']) for (let n = 0; n < 3; n += 1) deliver(folder);
  world.outlook.message(odd).headers = [null as never];
  const refused = { error: { code: 'ErrorItemCorrupt', message: 'The item is corrupt.' } };
  world.proxy.inject({
    on: /delta/,
    when: ({ query }) => query.has('$expand'),
    status: 400,
    body: { error: { code: 'BadRequest', message: 'No $expand here' } },
  });
  world.proxy.inject({ on: new RegExp(`${encodeURIComponent(denied)}/attachments`), status: 403, body: refused });
  // Any answer with the corrupt message fails.
  world.proxy.inject({
    on: /archive\/messages/,
    when: ({ query }) => /body/.test(query.get('$select') ?? ''),
    status: 500,
    body: refused,
  });
  world.proxy.inject({ on: new RegExp(`messages/${encodeURIComponent(corrupt)}`), status: 500, body: refused });
  t.like(await run(world), { status: 'succeeded', counts: { stored: 7, queued: 2 } });
  t.is((await visible(locationId)).length, 7);
  t.deepEqual(
    (await SyncItem.find({ accountId: world.account._id }).lean())
      .map(({ providerMessageId }) => providerMessageId)
      .sort(),
    [odd, corrupt].sort(),
  );
});

for (const { what, answer } of [
  {
    what: 'a 403',
    answer: { status: 403, body: { error: { code: 'ErrorAccessDenied', message: 'Access is denied.' } } },
  },
  { what: 'a 400 without a word', answer: { status: 400, body: '' } },
  {
    what: 'a link to another host',
    answer: { status: 200, body: { value: [], '@odata.nextLink': 'https://else.example/v1.0/me' } },
  },
]) {
  test(`${what} for one folder stops no other, now or in the next run`, async (t) => {
    const { world, locationId } = await scene(t);
    world.proxy.inject({ on: /inbox\/messages\/delta/, ...answer });
    world.outlook.deliver({ folder: 'archive', from: client, receivedAt: '2026-11-20T08:00:00Z' });
    t.is((await run(world)).status, 'failed');
    world.outlook.deliver({ folder: 'archive', from: client, receivedAt: '2026-11-23T09:30:00Z' });
    await run(world, { clock: testClock('2026-11-23T10:00:00Z') });
    t.is((await visible(locationId)).length, 2);
  });
}

test('when part of a message is refused for good, the rest is stored with a note', async (t) => {
  const { world, locationId } = await scene(t);
  await run(world);
  const attachments = [{ name: 'plan.pdf', contentType: 'application/pdf', size: 10 }];
  const ids = ['attachments', 'headers'].map((subject) => {
    const id = world.outlook.deliver({
      from: client,
      subject,
      text: subject,
      receivedAt: '2026-11-20T08:00:00Z',
      attachments,
    });
    world.outlook.move(id, 'archive');
    world.outlook.move(id, 'inbox');
    return id;
  });
  const refusal = { status: 400, body: { error: { code: 'ErrorInternalServerTransient', message: 'No.' } } };
  const asks = (id: string | undefined, word: string) => (request: { path: string; query: URLSearchParams }) =>
    decodeURIComponent(request.path).includes(id as string) &&
    (request.path.endsWith(word) || `${request.query}`.includes(word));
  world.proxy.inject({ ...refusal, when: asks(ids[0], 'attachments') });
  world.proxy.inject({ ...refusal, when: asks(ids[1], 'internetMessageHeaders') });
  t.like(await run(world), { status: 'succeeded', counts: { parked: 0 } });
  const stored = await visible(locationId);
  t.deepEqual(
    new Map(stored.map(({ subject, text, note }) => [subject, [text, note]])),
    new Map([
      ['attachments', ['attachments', 'The mail provider did not deliver: attachments']],
      ['headers', ['', 'The mail provider did not deliver: text, headers']],
    ]),
  );
});

test('what a provider echoes shows no token, in the run, on the account or in the log', async (t) => {
  const { world } = await scene(t);
  const written: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void written.push(line) });
  await run(world);
  const token = (await world.login.issue(world.account.email)).accessToken;
  for (const message of [`Bearer ${token}`, `you sent ${token}`]) {
    world.proxy.inject({ on: /./, status: 500, body: { error: { code: 'Oops', message } } });
    const report = await run(world, { log });
    t.is(report.status, 'failed');
    for (const text of [JSON.stringify(report), JSON.stringify(await world.stored()), written.join('')])
      t.false(text.includes(token) || text.includes(token.slice(0, 40)));
    await Account.updateOne({ _id: world.account._id }, { $unset: { notBefore: 1 } });
  }
});

test('mail is read in every folder but those that hold no mail for people', async (t) => {
  const { world, locationId } = await scene(t);
  const { outlook } = world;
  outlook.addFolder('Clients', 'inbox');
  outlook.addFolder('Sales, rent', 'Clients');
  outlook.addFolder('Thrown', 'deleteditems');
  outlook.addFolder('Secret');
  outlook.editFolder('Secret', { isHidden: true });
  const read = ['inbox', 'Clients', 'Sales, rent', 'archive'];
  const unread = [
    'deleteditems',
    'Thrown',
    'junkemail',
    'drafts',
    'outbox',
    'syncissues',
    'conversationhistory',
    'Secret',
  ];
  const deliverAll = (receivedAt: string) => {
    for (const folder of [...read, ...unread])
      outlook.deliver({ from: client, folder, subject: folder, receivedAt, isDraft: folder === 'drafts' });
  };
  deliverAll('2026-11-20T08:00:00Z');
  await run(world);
  const subjects = async () => (await visible(locationId)).map(({ subject }) => subject).toSorted();
  t.deepEqual(await subjects(), read.toSorted());
  deliverAll('2026-11-23T08:59:00Z');
  await run(world);
  t.deepEqual(await subjects(), [...read, ...read].toSorted());
  t.is(await Event.countDocuments({ locationId }), read.length, 'what came in a folder is announced');
});

test('an idle run costs at most 6 requests, however many folders there are', async (t) => {
  const { world } = await scene(t);
  for (let n = 1; n <= 60; n += 1) {
    world.outlook.addFolder(`Folder ${n}`, n > 30 ? `Folder ${n - 30}` : 'inbox');
    world.outlook.deliver({ from: client, folder: `Folder ${n}`, receivedAt: '2026-11-20T08:00:00Z' });
  }
  t.like(await run(world), { status: 'succeeded', counts: { stored: 60 } });
  await run(world, { clock: testClock('2026-11-23T10:00:00Z') });
  const before = world.graph.requests.length;
  t.like(await run(world, { clock: testClock('2026-11-23T11:00:00Z') }), { status: 'succeeded' });
  t.true(world.graph.requests.length - before <= 6, `${world.graph.requests.length - before} requests`);
});

test('what happens in any folder is noticed: moved, deleted, a folder made, renamed or thrown away', async (t) => {
  const { world, locationId } = await scene(t);
  const { outlook } = world;
  outlook.addFolder('Clients', 'inbox');
  const old = outlook.deliver({ from: client, receivedAt: '2026-11-02T08:00:00Z' });
  await run(world);
  outlook.move(old, 'Clients');
  await run(world);
  const live = async () => (await visible(locationId)).length;
  t.is(await live(), 1);
  outlook.remove(old);
  await run(world);
  t.is(await live(), 0, 'deleted there');
  outlook.addFolder('New');
  outlook.deliver({ from: client, folder: 'New', receivedAt: '2026-11-23T08:50:00Z' });
  await run(world);
  t.is(await live(), 1);
  outlook.editFolder('New', { displayName: 'Newer', parent: 'Clients' });
  outlook.deliver({ from: client, folder: 'Newer', receivedAt: '2026-11-23T08:55:00Z' });
  await run(world);
  t.is(await live(), 2);
  outlook.editFolder('Newer', { parent: 'deleteditems' });
  await run(world);
  t.is(await live(), 0, 'thrown away with all that is in it');
});

test('OUTLOOK_FOLDERS restricts; a folder that is renamed or moved is followed', async (t) => {
  const { world, locationId } = await scene(t);
  const { outlook } = world;
  outlook.addFolder('Clients', 'inbox');
  for (const name of ['Villas', 'A/B, C', 'Private']) outlook.addFolder(name, 'Clients');
  const environment = { OUTLOOK_FOLDERS: 'Inbox/Clients/Villas, Inbox/Clients/"A/B, C"' };
  const deliver = (...folders: string[]) =>
    folders.map((folder) => outlook.deliver({ from: client, folder, receivedAt: '2026-11-23T08:00:00Z' }));
  deliver('Villas', 'A/B, C', 'Private');
  t.like(await run(world, { environment }), { status: 'succeeded', counts: { stored: 2 } });
  outlook.editFolder('Villas', { displayName: 'Houses', parent: 'inbox' });
  deliver('Houses', 'Private');
  t.like(await run(world, { environment }), { status: 'succeeded', counts: { stored: 1 } });
  t.is((await visible(locationId)).length, 3);
  t.like(await run(world), { status: 'succeeded', counts: { stored: 2 } }, 'without the restriction all is read');
});

test('a mailbox that refuses a delta of its folders is read all the same', async (t) => {
  const { world, locationId } = await scene(t);
  world.outlook.addFolder('Clients', 'inbox');
  world.outlook.deliver({ from: client, folder: 'Clients', receivedAt: '2026-11-20T08:00:00Z' });
  world.proxy.inject({
    on: /mailFolders\/delta/,
    status: 403,
    body: { error: { code: 'ErrorQuotaExceeded', message: 'The mailbox is full.' } },
  });
  t.like(await run(world), { status: 'succeeded' });
  t.is((await visible(locationId)).length, 1);
});

test('the audit finds what no count and no change told, however old, and where no mail is read', async (t) => {
  const { world, locationId } = await scene(t);
  const { outlook } = world;
  outlook.addFolder('Clients', 'inbox');
  const environment = { OUTLOOK_FOLDERS: 'Nothing' };
  const ids = ['2026-11-01T08:00:00Z', '2026-11-02T08:00:00Z'].map((receivedAt) =>
    outlook.deliver({ from: client, receivedAt }),
  );
  await run(world, { environment });
  for (const id of ids) outlook.move(id, 'Clients');
  await run(world, { environment });
  outlook.move(ids[0] as string, 'deleteditems');
  await run(world, { environment });
  t.is((await visible(locationId)).length, 2);
  await run(world, { environment, clock: testClock('2026-11-24T09:00:00Z') });
  t.is((await visible(locationId)).length, 1);
});

test('what is gone long after it was received stays, unless all deletions are followed', async (t) => {
  for (const [setting, left] of [
    ['recent', 1],
    ['all', 0],
  ] as const) {
    const { world, locationId } = await scene(t);
    const environment = { MAIL_FOLLOW_DELETIONS: setting, MAIL_FIRST_SYNC_DAYS: '400' };
    const [old, recent] = ['2026-01-20T08:00:00Z', '2026-11-01T08:00:00Z'].map((receivedAt) =>
      world.outlook.deliver({ from: client, receivedAt }),
    ) as [string, string];
    await run(world, { environment });
    world.outlook.remove(old);
    world.outlook.remove(recent);
    await run(world, { environment });
    t.is((await visible(locationId)).length, left, setting);
    const audited = await run(world, { environment, clock: testClock('2026-11-24T09:00:00Z') });
    t.like(audited, { counts: { auditRepaired: 0 } });
    const back = world.outlook.deliver({ from: client, receivedAt: '2026-01-21T08:00:00Z' });
    await run(world, { environment, clock: testClock('2026-11-24T10:00:00Z') });
    world.outlook.move(back, 'deleteditems');
    await run(world, { environment, clock: testClock('2026-11-24T11:00:00Z') });
    t.is((await visible(locationId)).length, left, 'into the trash: those are counted');
  }
});

test('denied contacts are reported once a day and hold up no mail', async (t) => {
  const { world, locationId } = await scene(t);
  const undo = world.proxy.inject({
    on: /contacts/,
    status: 403,
    body: { error: { code: 'ErrorAccessDenied', message: 'Access is denied.' } },
  });
  t.like(await run(world), { status: 'partial', errors: [{ code: 'access-denied' }] });
  t.like(await world.stored(), { status: 'active', notBefore: undefined });
  world.outlook.deliver({ from: client, receivedAt: '2026-11-23T09:30:00Z' });
  t.like(await run(world, { clock: testClock('2026-11-23T10:00:00Z') }), {
    status: 'succeeded',
    counts: { stored: 1 },
    errors: [],
  });
  t.is((await visible(locationId)).length, 1);
  const nextDay = { clock: testClock('2026-11-24T09:01:00Z') };
  t.like(await run(world, nextDay), { status: 'partial', errors: [{ code: 'access-denied' }] });
  undo();
  await saveConnectedAccount(
    {
      provider: 'outlook',
      email: world.account.email,
      locationId,
      credentials: await world.login.issue(world.account.email),
    },
    world.context().config,
  );
  t.like(
    await run(world, nextDay),
    { status: 'succeeded', counts: { contactsLinked: 0 } },
    'connected again, perhaps with the permission',
  );
});

test('a 200 that is no message leaves the message waiting', async (t) => {
  const { world, locationId } = await scene(t);
  const id = world.outlook.deliver({ from: client, receivedAt: '2026-11-20T08:00:00Z' });
  await run(world);
  world.outlook.move(id, 'deleteditems');
  world.proxy.inject({ on: /messages\/AAk/, status: 200, body: '<html>Sign in to the network</html>' });
  await run(world);
  t.regex(
    (await SyncItem.findOne({ accountId: world.account._id, providerMessageId: id }).lean())?.reason ?? '',
    /^bad-answer: /,
  );
  world.proxy.reset();
  await run(world, { clock: testClock('2026-11-23T12:00:00Z') });
  t.is((await visible(locationId)).length, 0);
});

test('a folder that was switched off for a while is back-filled, also when its delta token is lost', async (t) => {
  const { world, locationId } = await scene(t);
  world.outlook.addFolder('Clients');
  const on = (at: string) => run(world, { clock: testClock(at), environment: { OUTLOOK_FOLDERS: 'Clients' } });
  world.outlook.deliver({ from: client, folder: 'Clients', receivedAt: '2026-11-01T08:00:00Z' });
  await on('2026-11-02T09:00:00Z');
  for (const day of ['04', '10', '20']) {
    world.outlook.deliver({ from: client, folder: 'Clients', receivedAt: `2026-11-${day}T08:00:00Z` });
    await run(world, { clock: testClock(`2026-11-${day}T09:00:00Z`) });
  }
  world.outlook.expireTokens();
  await on('2026-11-23T09:00:00Z');
  t.is((await visible(locationId)).length, 4);
  t.false(JSON.stringify((await world.stored()).cursors).includes('offSince'));
});

test('one message that fits no page makes its folder little dearer, and is announced however late', async (t) => {
  const { world, locationId } = await scene(t);
  // A request for each would show.
  const deliver = (count: number, from: number, text = '') =>
    Array.from({ length: count }, (_, n) =>
      world.outlook.deliver({
        from: n % 10 === 0 ? client : 'stranger@else.test',
        text,
        receivedAt: new Date(from + n * 1000),
      }),
    );
  deliver(150, Date.UTC(2026, 10, 19));
  await run(world, { clock: testClock('2026-11-20T08:00:00Z') });
  const [huge] = deliver(1, Date.UTC(2026, 10, 20, 9), 'x'.repeat(900_000));
  world.graph.quirks.maxPageBytes = 200_000;
  let before = world.graph.requests.length;
  await run(world, { clock: testClock('2026-11-23T08:00:00Z') });
  t.true(world.graph.requests.length - before <= 45, `${world.graph.requests.length - before} requests`);
  t.deepEqual((await Event.find({ locationId }).lean()).length, 1);
  t.true((await visible(locationId)).some(({ providerMessageId }) => providerMessageId === huge));
  deliver(100, Date.UTC(2026, 10, 23, 8, 30));
  before = world.graph.requests.length;
  await run(world, { clock: testClock('2026-11-23T09:00:00Z') });
  t.true(world.graph.requests.length - before <= 10, `${world.graph.requests.length - before} requests`);
  t.is((await visible(locationId)).length, 26);
});

test("a stranger's mail that is thrown away is not asked for again", async (t) => {
  const { world } = await scene(t);
  const id = world.outlook.deliver({ from: 'stranger@else.example', receivedAt: '2026-11-20T08:00:00Z' });
  await run(world);
  world.outlook.move(id, 'deleteditems');
  const before = world.graph.requests.length;
  await run(world);
  t.deepEqual(
    world.graph.requests.slice(before).filter((request) => JSON.stringify(request).includes(encodeURIComponent(id))),
    [],
  );
});

test('a lost delta token: the folder is walked again, what is gone is asked for and hidden, no more', async (t) => {
  const { world, locationId } = await scene(t);
  const ids = [1, 2, 3].map((hour) =>
    world.outlook.deliver({ from: client, receivedAt: `2026-11-20T0${hour}:00:00Z` }),
  );
  const sent = world.outlook.deliver({
    folder: 'sentitems',
    from: world.account.email,
    to: [client],
    receivedAt: '2026-11-20T05:00:00Z',
  });
  await run(world);
  world.outlook.remove(ids[0] as string);
  world.outlook.move(ids[1] as string, 'archive');
  world.outlook.expireTokens();
  const requests = world.graph.requests.length;
  t.like(await run(world), { status: 'succeeded', counts: { gone: 1 } });
  t.deepEqual(
    (await visible(locationId)).map((message) => message.providerMessageId).sort(),
    [ids[1], ids[2], sent].sort(),
  );
  t.true(world.graph.requests.slice(requests).every(({ prefer }) => prefer.includes('IdType="ImmutableId"')));
});

test('four hundred messages cost at most 19 requests, folders and contacts included', async (t) => {
  const { world, locationId } = await scene(t);
  // One in ten is stored, as above.
  for (let n = 0; n < 400; n += 1)
    world.outlook.deliver({
      from: n % 10 === 0 ? client : 'stranger@else.test',
      receivedAt: new Date(Date.UTC(2026, 10, 20) + n * 1000),
      folder: n % 4 === 0 ? 'sentitems' : 'inbox',
    });
  t.like(await run(world), { status: 'succeeded', counts: { stored: 40, unmatched: 360 } });
  t.is((await visible(locationId)).length, 40);
  t.true(world.graph.requests.length <= 19, `${world.graph.requests.length} requests`);
});

test('a contact that is created later gets its mail by search', async (t) => {
  const { world, locationId } = await scene(t);
  world.outlook.deliver({ from: 'late@buyer.test', receivedAt: '2026-11-20T08:00:00Z' });
  world.outlook.deliver({
    folder: 'sentitems',
    from: world.account.email,
    to: ['late@buyer.test'],
    receivedAt: '2026-11-20T09:00:00Z',
  });
  await run(world);
  t.is((await visible(locationId)).length, 0);
  const late = await Contact.create({ locationId, name: 'Late', email: 'late@buyer.test' });
  const before = world.graph.requests.length;
  t.like(await run(world, { parameters: { contactId: String(late._id) } }), { status: 'succeeded' });
  t.deepEqual((await visible(locationId)).map((message) => message.direction).sort(), ['inbound', 'outbound']);
  t.deepEqual(
    world.graph.requests.slice(before).filter(({ path }) => /^\/v1.0\/me\/messages\/[^?]/.test(path)),
    [],
    'the search brings the content along',
  );
});

test('a search whose mail is too heavy for a page brings it one by one', async (t) => {
  const { world, locationId } = await scene(t);
  for (let n = 0; n < 30; n += 1)
    world.outlook.deliver({ from: 'late@buyer.test', receivedAt: new Date(Date.UTC(2026, 10, 20) + n * 1000) });
  await run(world);
  const late = await Contact.create({ locationId, name: 'Late', email: 'late@buyer.test' });
  const undo = world.proxy.inject({
    on: /messages/,
    when: ({ query }) => query.has('$search') && /body/.test(query.get('$select') ?? ''),
    status: 413,
    body: { error: { code: 'ErrorMessageSizeExceeded', message: 'The message exceeds the maximum supported size.' } },
  });
  t.like(await run(world, { parameters: { contactId: String(late._id) } }), {
    status: 'succeeded',
    counts: { stored: 30, pagesHalved: 1 },
  });
  undo();
  t.is((await visible(locationId)).length, 30);
});

test('the audit notices a message that was filed unseen into a folder not read, and deleted there', async (t) => {
  const { world, locationId } = await scene(t);
  world.outlook.addFolder('Clients');
  await run(world, { clock: testClock('2026-11-23T09:00:00Z') });
  const [kept, deleted] = ['09:30', '09:40'].map((time) =>
    world.outlook.deliver({ from: client, receivedAt: `2026-11-23T${time}:00Z` }),
  ) as [string, string];
  for (const id of [kept, deleted]) world.outlook.move(id, 'Clients');
  await run(world, { clock: testClock('2026-11-23T10:00:00Z') });
  t.is((await visible(locationId)).length, 2);
  world.outlook.remove(deleted);
  t.like(await run(world, { clock: testClock('2026-11-24T09:00:00Z') }), {
    status: 'succeeded',
    counts: { gone: 1, auditRepaired: 0 },
  });
  t.deepEqual(
    (await visible(locationId)).map((message) => message.sources[0]?.providerMessageId),
    [kept],
  );
});

test('a mailbox whose primary address changes is the same mailbox', async (t) => {
  const { world, locationId } = await scene(t);
  world.outlook.deliver({ from: client, receivedAt: '2026-11-20T08:00:00Z' });
  world.outlook.state.primary = `new-${world.account.email}`;
  t.like(await run(world), { status: 'succeeded', counts: { stored: 1 } });
  t.like(await world.stored(), {
    status: 'active',
    email: `new-${world.account.email}`,
    aliases: [world.account.email],
  });
  await Account.updateOne(
    { _id: world.account._id },
    { $set: { email: 'another@agency.test' }, $unset: { aliasesCheckedAt: 1 } },
  );
  t.like(await run(world), { errors: [{ code: 'wrong-mailbox' }] });
  t.is((await visible(locationId)).length, 1);
});

test('a revoked connection marks the account, and later runs pass over it', async (t) => {
  const { world } = await scene(t);
  world.login.expireAccessTokens();
  world.login.failures.push({
    status: 400,
    error: 'invalid_grant',
    description: 'AADSTS700082: The refresh token has expired due to inactivity.',
  });
  t.like(await run(world), { status: 'failed', errors: [{ code: 'invalid-grant', retryable: false }] });
  t.like(await world.stored(), { status: 'needs-reauth', lastErrorCode: 'invalid-grant' });
  t.like(await run(world), { status: 'partial', counts: { accounts: 0 }, errors: [{ code: 'needs-reauth' }] });
});

test('an application that is set up wrongly marks no one', async (t) => {
  const { world } = await scene(t);
  world.login.expireAccessTokens();
  world.login.failures.push({
    status: 401,
    error: 'invalid_client',
    description: 'AADSTS7000215: Invalid client secret provided.',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_client"' },
  });
  t.like(await run(world), { status: 'failed', errors: [{ code: 'oauth-client' }] });
  t.like(await world.stored(), { status: 'active', lastErrorCode: 'oauth-client' });
});

test('a sign-in service that does not answer for a moment is asked again within the run', async (t) => {
  const { world } = await scene(t);
  world.login.expireAccessTokens();
  world.login.failures.push({ status: 503, error: 'temporarily_unavailable' });
  t.like(await run(world), { status: 'succeeded' });
});

test('a link to a foreign host is seen on the account, which is not marked for it', async (t) => {
  const { world } = await scene(t);
  world.proxy.inject({
    on: /messages\/delta/,
    status: 200,
    body: { value: [], '@odata.nextLink': 'https://elsewhere.example/v1.0/me' },
  });
  t.like(await run(world), { status: 'failed', errors: [{ code: 'foreign-link' }] });
  t.like(await world.stored(), { status: 'active', lastErrorCode: 'foreign-link' });
});

test('what an organisation forbids is looked at again a day later', async (t) => {
  const { world } = await scene(t);
  const undo = world.proxy.inject({
    on: /./,
    status: 403,
    body: { error: { code: 'ErrorAccessDenied', message: 'Access is denied.' } },
  });
  t.like(await run(world), { errors: [{ code: 'access-denied' }] });
  undo();
  t.like(await run(world, { clock: testClock('2026-11-24T08:59:00Z') }), { counts: { accounts: 0 } });
  t.like(await run(world, { clock: testClock('2026-11-24T09:01:00Z') }), {
    status: 'succeeded',
    counts: { accounts: 1 },
  });
});

test('a session of Outlook on the web that has ended marks its account and stops no other', async (t) => {
  const { world, locationId } = await scene(t);
  world.outlook.deliver({ from: client, receivedAt: '2026-11-20T08:00:00Z' });
  const web = await outlookWebWorld(t, { locationId });
  web.web.signOut();
  const context = world.context({
    environment: { ...web.environment, MAIL_REQUEST_TIMEOUT: '1m' },
    parameters: { locationId: String(locationId) },
  });
  await job.run(context);
  t.like(context.report(), {
    status: 'partial',
    counts: { stored: 1 },
    errors: [{ scope: `outlook-web:${web.account.email}`, code: 'session-expired' }],
  });
  t.is((await web.stored()).status, 'needs-reauth');
  t.is(await Account.countDocuments({ locationId, status: 'active' }), 1);
});
