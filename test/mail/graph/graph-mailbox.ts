import test from 'ava';
import type { Cursor, FetchedMessage, Mailbox, MailChange } from '../../../shared/mail/mail-provider.ts';
import { isWhole } from '../../../shared/mail/graph/message-fields.ts';
import { useDatabase } from '../../doubles/database.ts';
import { outlookWorld } from '../../doubles/outlook-account.ts';

useDatabase(test);

const since = new Date('2026-11-01T00:00:00Z');

/** Reads a stream to its end. */
async function walk(
  mailbox: Mailbox,
  stream: string,
  from: Cursor,
): Promise<{ changes: MailChange[]; cursor: Cursor; pages: number }> {
  const changes: MailChange[] = [];
  let cursor = from;
  for (let pages = 1; ; pages += 1) {
    const page = await mailbox.changes(stream, cursor);
    changes.push(...page.changes);
    cursor = JSON.parse(JSON.stringify(page.cursor)) as Cursor;
    if (!page.more) return { changes, cursor, pages };
    if (pages > 500) throw new Error('The walk does not end');
  }
}

const idsOf = (changes: readonly MailChange[], kind: MailChange['kind']) =>
  changes.filter((change) => change.kind === kind).map((change) => change.id);

/** Order and repetition mean nothing in a delta. */
function sameIds(some: readonly string[], others: readonly string[]): boolean {
  const sorted = (ids: readonly string[]) => [...new Set(ids)].sort().join();
  return sorted(some) === sorted(others);
}

test('a first walk brings whole messages, fifty a request, with immutable ids preferred on every one', async (t) => {
  const world = await outlookWorld(t);
  const ids = Array.from({ length: 120 }, (_, index) =>
    world.outlook.deliver({ receivedAt: new Date(Date.UTC(2026, 10, 10, 0, index)) }),
  );
  world.outlook.deliver({ receivedAt: '2026-10-01T00:00:00Z' });
  const mailbox = await world.open();
  const { changes } = await walk(mailbox, 'inbox', await mailbox.begin('inbox', since));
  t.true(sameIds(idsOf(changes, 'message'), ids));
  t.true(changes.every((change) => change.kind === 'message' && change.message?.folder === 'inbox'));
  const pages = world.graph.requests.filter(({ path }) => path.includes('/messages/delta'));
  t.is(pages.length, 3);
  for (const { prefer } of pages) t.is(prefer, 'IdType="ImmutableId", odata.maxpagesize=50');
  for (const { prefer } of world.graph.requests) t.regex(prefer, /^IdType="ImmutableId"/);
});

test('maps every field of a message', async (t) => {
  const world = await outlookWorld(t);
  const id = world.outlook.deliver({
    from: { name: 'Nikos Ioannou', address: 'Nikos@Buyer.test' },
    to: [{ name: 'Agency', address: world.account.email }],
    cc: ['cc@buyer.test'],
    bcc: ['bcc@buyer.test'],
    replyTo: ['reply@buyer.test'],
    subject: 'Villa in Paphos',
    html: '<p>Is it <b>still</b> there?</p>',
    internetMessageId: '<one@buyer.test>',
    conversationId: 'thread-1',
    isRead: true,
    headers: [
      { name: 'Received', value: 'a' },
      { name: 'Received', value: 'b' },
    ],
    attachments: [{ name: 'plan.pdf', contentType: 'application/pdf', size: 1234 }],
    receivedAt: '2026-11-20T08:00:05Z',
    sentAt: '2026-11-20T08:00:00Z',
  });
  const mailbox = await world.open();
  const { changes } = await walk(mailbox, 'inbox', await mailbox.begin('inbox', since));
  const expected: FetchedMessage = {
    providerMessageId: id,
    providerThreadId: 'thread-1',
    folder: 'inbox',
    flags: { isRead: true, isDraft: false, isDeleted: false, isSpam: false, isChat: false },
    receivedAt: new Date('2026-11-20T08:00:05Z'),
    directionHint: 'inbound',
    content: {
      kind: 'structured',
      internetMessageId: '<one@buyer.test>',
      subject: 'Villa in Paphos',
      from: [{ name: 'Nikos Ioannou', email: 'Nikos@Buyer.test' }],
      sender: { name: 'Nikos Ioannou', email: 'Nikos@Buyer.test' },
      to: [{ name: 'Agency', email: world.account.email }],
      cc: [{ name: 'cc@buyer.test', email: 'cc@buyer.test' }],
      bcc: [{ name: 'bcc@buyer.test', email: 'bcc@buyer.test' }],
      replyTo: [{ name: 'reply@buyer.test', email: 'reply@buyer.test' }],
      html: '<p>Is it <b>still</b> there?</p>',
      headers: [
        { name: 'Received', value: 'a' },
        { name: 'Received', value: 'b' },
      ],
      attachments: [{ id: `${id}-att-0`, name: 'plan.pdf', mimeType: 'application/pdf', size: 1234, isInline: false }],
      sentAt: new Date('2026-11-20T08:00:00Z'),
    },
  };
  t.deepEqual(changes, [{ kind: 'message', id, message: expected }]);
  t.deepEqual(await mailbox.fetch(id), expected);
});

test('an internal sender with a directory path instead of an address keeps only the name', async (t) => {
  const world = await outlookWorld(t);
  const id = world.outlook.deliver({ from: { name: 'Maria', address: '/O=EXCHANGELABS/OU=X/CN=RECIPIENTS/CN=MARIA' } });
  const fetched = await (await world.open()).fetch(id);
  t.deepEqual(fetched?.content.kind === 'structured' && fetched.content.from, [{ name: 'Maria' }]);
});

test('a round tells new, read, moved and removed messages, and a read state without content', async (t) => {
  const world = await outlookWorld(t);
  const [read, moved, removed] = [world.outlook.deliver(), world.outlook.deliver(), world.outlook.deliver()];
  const mailbox = await world.open();
  const first = await walk(mailbox, 'inbox', await mailbox.begin('inbox', since));
  const fresh = world.outlook.deliver();
  world.outlook.read(read);
  world.outlook.move(moved, 'archive');
  world.outlook.remove(removed);
  const { changes } = await walk(mailbox, 'inbox', first.cursor);
  t.deepEqual(
    changes.find((change) => change.id === read),
    { kind: 'flags', id: read, flags: { isRead: true } },
  );
  t.deepEqual(idsOf(changes, 'message'), [fresh]);
  t.true(sameIds(idsOf(changes, 'left'), [moved, removed]));
  t.is((await mailbox.fetch(moved))?.folder, 'archive');
  t.is(await mailbox.fetch(removed), undefined);
});

test('a message that went and came back is reported left, and asking shows where it is', async (t) => {
  const world = await outlookWorld(t);
  const id = world.outlook.deliver();
  const mailbox = await world.open();
  const first = await walk(mailbox, 'inbox', await mailbox.begin('inbox', since));
  world.outlook.move(id, 'archive');
  world.outlook.move(id, 'inbox');
  const { changes } = await walk(mailbox, 'inbox', first.cursor);
  t.deepEqual(changes, [{ kind: 'left', id }]);
  const found = await mailbox.fetch(id);
  t.is(found?.folder, 'inbox');
  t.false(found?.flags.isDeleted);
});

test('folders decide: trash and junk with all below them, drafts, and the others', async (t) => {
  const world = await outlookWorld(t);
  world.outlook.addFolder('Phishing', 'junkemail');
  world.outlook.addFolder('Old', 'deleteditems');
  const clientsId = world.outlook.addFolder('Clients');
  const mailbox = await world.open();
  const where = async (folder: string, isDraft = false) =>
    (await mailbox.fetch(world.outlook.deliver({ folder, isDraft })))!;
  t.like(await where('junkemail'), { flags: { isSpam: true, isDeleted: false } });
  t.like(await where('Phishing'), { flags: { isSpam: true, isDeleted: false } });
  t.like(await where('deleteditems'), { flags: { isSpam: false, isDeleted: true } });
  t.like(await where('Old'), { flags: { isSpam: false, isDeleted: true } });
  t.like(await where('drafts', true), { flags: { isDraft: true } });
  const clients = await where('Clients');
  t.is(clients.folder, clientsId);
  t.like(clients.flags, { isSpam: false, isDeleted: false });
  t.is((await where('sentitems')).directionHint, 'outbound');
});

test('OUTLOOK_FOLDERS restricts by name, id or path; junk and its subfolders are not read', async (t) => {
  const world = await outlookWorld(t);
  const clients = world.outlook.addFolder('Clients');
  const villas = world.outlook.addFolder('Villas', 'Clients');
  const phishing = world.outlook.addFolder('Phishing', 'junkemail');
  const open = (folders: string) => world.open(world.context({ environment: { OUTLOOK_FOLDERS: folders } }));
  t.deepEqual(await (await open(clients)).streams(), ['inbox', 'sentitems', 'archive', clients]);
  t.deepEqual(await (await open('Clients, Clients/Villas')).streams(), [
    'inbox',
    'sentitems',
    'archive',
    clients,
    villas,
  ]);
  t.deepEqual(
    await (await open('Clients/Villas, Clients')).streams(),
    ['inbox', 'sentitems', 'archive', villas, clients],
    'the folder above one that was named before it',
  );
  t.deepEqual(
    await (await open(`inbox,${world.outlook.folderId('inbox')},Clients,${clients}`)).streams(),
    ['inbox', 'sentitems', 'archive', clients],
    'each folder once',
  );
  t.deepEqual(await (await open('junkemail')).streams(), ['inbox', 'sentitems', 'archive']);
  const junk = await open(phishing);
  const cursor = await junk.begin(phishing, since);
  t.deepEqual(await junk.changes(phishing, cursor), { changes: [], cursor, more: false });
});

test('empty pages, repeated items and any order end in the same messages', async (t) => {
  const world = await outlookWorld(t);
  const ids = Array.from({ length: 130 }, (_, index) =>
    world.outlook.deliver({ receivedAt: new Date(Date.UTC(2026, 10, 10, 0, index)) }),
  );
  Object.assign(world.graph.quirks, { emptyPages: true, repeatItems: true, reversed: true });
  const mailbox = await world.open();
  const first = await walk(mailbox, 'inbox', await mailbox.begin('inbox', since));
  t.true(sameIds(idsOf(first.changes, 'message'), ids));
  t.true(first.changes.length > ids.length);
  for (const id of ids) world.outlook.read(id);
  const round = await walk(mailbox, 'inbox', first.cursor);
  t.true(sameIds(idsOf(round.changes, 'flags'), ids));
});

for (const goneAnswer of [
  { status: 410, code: 'SyncStateNotFound' },
  { status: 400, code: 'resyncRequired' },
  { status: 404, code: 'syncStateInvalid' },
]) {
  test(`a forgotten delta token (${goneAnswer.status} ${goneAnswer.code}) means an expired cursor`, async (t) => {
    const world = await outlookWorld(t);
    world.outlook.deliver();
    world.graph.goneAnswer = goneAnswer;
    const mailbox = await world.open();
    const { cursor } = await walk(mailbox, 'inbox', await mailbox.begin('inbox', since));
    world.outlook.expireTokens();
    await t.throwsAsync(mailbox.changes('inbox', cursor), { message: /delta of inbox/, code: 'sync-state-lost' });
  });
}

test('a mailbox without a single folder is a wrong answer', async (t) => {
  const world = await outlookWorld(t);
  world.proxy.inject({ on: /mailFolders.delta$/, status: 200, body: { value: [], '@odata.deltaLink': 'x' } });
  await t.throwsAsync(async () => (await world.open()).streams(), { code: 'bad-answer' });
});

test('a page that leads to the same page ends the walk', async (t) => {
  const world = await outlookWorld(t);
  const link = (what: string) => ({
    value: [],
    '@odata.nextLink': `${world.proxy.url}/v1.0/me/${what}/delta?$skiptoken=same`,
  });
  for (const what of ['mailFolders/inbox/messages', 'contacts'])
    world.proxy.inject({ on: new RegExp(`${what}/delta`), status: 200, body: link(what) });
  const mailbox = await world.open();
  await t.throwsAsync(walk(mailbox, 'inbox', await mailbox.begin('inbox', since)), { code: 'bad-answer' });
  await t.throwsAsync(async () => mailbox.syncExtras?.(), { code: 'bad-answer' });
});

test('a page that is too heavy is halved until it fits', async (t) => {
  const world = await outlookWorld(t);
  const ids = Array.from({ length: 60 }, (_, index) =>
    world.outlook.deliver({ text: 'x'.repeat(10_000), receivedAt: new Date(Date.UTC(2026, 10, 10, 0, index)) }),
  );
  world.graph.quirks.maxPageBytes = 200_000;
  const context = world.context();
  const mailbox = await world.open(context);
  const { changes } = await walk(mailbox, 'inbox', await mailbox.begin('inbox', since));
  t.true(sameIds(idsOf(changes, 'message'), ids));
  t.is(context.report().counts['pagesHalved'], 2);
});

test('a message that fits no page is stored without its body, the others with theirs', async (t) => {
  const world = await outlookWorld(t);
  const small = world.outlook.deliver({ receivedAt: '2026-11-11T00:00:00Z' });
  const huge = world.outlook.deliver({ text: 'x'.repeat(50_000), receivedAt: '2026-11-10T00:00:00Z' });
  world.graph.quirks.maxPageBytes = 20_000;
  const context = world.context();
  const mailbox = await world.open(context);
  await t.throwsAsync(walk(mailbox, 'inbox', await mailbox.begin('inbox', since)), { code: 'too-large' });
  const { changes } = await walk(mailbox, 'inbox', await mailbox.begin('inbox', since));
  t.deepEqual(changes, [
    { kind: 'message', id: small, receivedAt: new Date('2026-11-11T00:00:00Z') },
    { kind: 'message', id: huge, receivedAt: new Date('2026-11-10T00:00:00Z') },
  ]);
  t.true((await mailbox.fetch(small)) !== undefined);
});

test('a bounded walk that reaches Graph’s limit is followed by a whole one, without older mail', async (t) => {
  const world = await outlookWorld(t);
  const ids = Array.from({ length: 5010 }, (_, index) =>
    world.outlook.deliver({ receivedAt: new Date(Date.UTC(2026, 10, 10) + index * 1000), text: '' }),
  );
  world.outlook.deliver({ receivedAt: '2026-10-01T00:00:00Z' });
  const mailbox = await world.open();
  const { changes, cursor } = await walk(mailbox, 'inbox', await mailbox.begin('inbox', since));
  t.true(sameIds(idsOf(changes, 'message'), ids));
  t.like(cursor, { phase: 'round', filtered: false });
});

test('a folder that vanished is walked again and shows nothing; one that never was is no error', async (t) => {
  const world = await outlookWorld(t);
  const clients = world.outlook.addFolder('Clients');
  world.outlook.deliver({ folder: 'Clients' });
  const mailbox = await world.open(world.context({ environment: { OUTLOOK_FOLDERS: clients } }));
  const { cursor, changes } = await walk(mailbox, clients, await mailbox.begin(clients, since));
  t.is(changes.length, 1);
  world.outlook.removeFolder('Clients');
  await t.throwsAsync(mailbox.changes(clients, cursor), { code: 'folder-gone' });
  t.deepEqual((await walk(mailbox, clients, await mailbox.begin(clients, since))).changes, []);
});

test("lists ids by stream and time, and a contact's mail in any folder by search", async (t) => {
  const world = await outlookWorld(t);
  const old = world.outlook.deliver({ receivedAt: '2026-10-10T00:00:00Z', from: 'nikos@buyer.test' });
  const fresh = world.outlook.deliver({ receivedAt: '2026-11-10T00:00:00Z', isRead: true });
  const sent = world.outlook.deliver({
    folder: 'sentitems',
    from: world.account.email,
    to: ['nikos@buyer.test'],
    receivedAt: '2026-11-11T00:00:00Z',
  });
  const trashed = world.outlook.deliver({
    folder: 'deleteditems',
    from: 'nikos@buyer.test',
    receivedAt: '2026-11-12T00:00:00Z',
  });
  const mailbox = await world.open();
  t.deepEqual(await mailbox.list({ stream: 'inbox', since }), { entries: [{ id: fresh, isRead: true }] });
  const found = await mailbox.list({ participants: ['nikos@buyer.test', 'n@other.test'] });
  t.deepEqual(
    found.entries.map((entry) => entry.id),
    [trashed, sent, old],
  );
  t.deepEqual(
    found.entries.map((entry) => entry.message?.flags.isDeleted),
    [true, false, false],
  );
  t.true(found.partial);
});

test('a listing of more than a page is followed', async (t) => {
  const world = await outlookWorld(t);
  for (let index = 0; index < 30; index += 1)
    world.outlook.deliver({ from: 'nikos@buyer.test', receivedAt: new Date(Date.UTC(2026, 10, 10, 0, index)) });
  const mailbox = await world.open();
  const first = await mailbox.list({ participants: ['nikos@buyer.test'] });
  const second = await mailbox.list({ participants: ['nikos@buyer.test'] }, first.nextPageToken);
  t.is(first.entries.length + second.entries.length, 30);
  t.is(second.nextPageToken, undefined);
});

test('tells the address and the aliases of the mailbox', async (t) => {
  const world = await outlookWorld(t);
  world.outlook.state.aliases.push('Sales@Agency.test');
  t.deepEqual(await (await world.open()).identity(), {
    email: world.account.email,
    aliases: ['sales@agency.test'],
    delivered: [world.account.email, 'sales@agency.test'],
    isGranted: true,
  });
});

test('an item is whole only with its recipients', (t) => {
  t.false(isWhole({ id: '1', isRead: true, parentFolderId: 'x' }));
  t.true(isWhole({ id: '1', receivedDateTime: '2026-11-11T00:00:00Z', toRecipients: [] }));
});
