import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type {
  Cursor,
  FetchedMessage,
  Mailbox,
  MailChange,
  StructuredContent,
} from '../../../shared/mail/mail-provider.ts';
import { readCredentials } from '../../../shared/mail/accounts/account-credentials.ts';
import type { OutlookWebCredentials } from '../../../shared/mail/outlook-web/cookies.ts';
import {
  createOutlookWebProvider,
  type OutlookWebProvider,
} from '../../../shared/mail/outlook-web/outlook-web-provider.ts';
import { hasReaction } from '../../../shared/mail/mail-error.ts';
import { Account } from '../../../shared/models/account.ts';
import { chooseFrom } from '../../doubles/chosen.ts';
import { useDatabase } from '../../doubles/database.ts';
import { itemId } from '../../doubles/outlook-web/answers.ts';
import type { Variant } from '../../doubles/outlook-web/page.ts';
import { outlookWebWorld } from '../../doubles/outlook-web-account.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

/** One browser for the file. */
let provider: OutlookWebProvider;
test.before(() => {
  provider = createOutlookWebProvider(testContext());
});
test.after.always(() => provider.close());

const since = new Date('2026-11-01T00:00:00Z');

async function walk(mailbox: Mailbox, stream: string, from?: Cursor) {
  const changes: MailChange[] = [];
  let cursor = from ?? (await mailbox.begin(stream, since));
  for (;;) {
    const page = await mailbox.changes(stream, cursor);
    changes.push(...page.changes);
    cursor = JSON.parse(JSON.stringify(page.cursor)) as Cursor;
    if (!page.more) return { changes, cursor };
  }
}

const contentOf = (message: FetchedMessage | undefined) => message?.content as StructuredContent;
const sorted = (ids: Iterable<string>) => [...ids].sort();
const at = (minutes: number) => new Date(Date.UTC(2026, 10, 10, 8, minutes));

/** And the path that must read each. */
const ways: [name: string, variant: Partial<Variant>, servedBy: string][] = [
  ['service answers', {}, 'servedByAnswers'],
  ['service answers, loaded ahead', { prefetch: true }, 'servedByAnswers'],
  ['service answers by conversation', { conversations: true }, 'servedByAnswers'],
  ['service answers under a changed page', { layout: 'changed' }, 'servedByAnswers'],
  ['the rendered page', { json: 'opaque' }, 'servedByPage'],
  ['the rendered page, service answers with other names', { json: 'renamed' }, 'servedByPage'],
  ['the rendered page in Greek', { json: 'opaque', language: 'el-GR' }, 'servedByPage'],
];

const variants = new Map(ways.map(([name, variant]) => [name, variant]));

for (const [name, variant, servedBy] of ways) {
  test.serial(`reads whole messages from ${name}`, async (t) => {
    const world = await outlookWebWorld(t, { provider });
    Object.assign(world.web.variant, variant);
    const id = world.outlook.deliver({
      from: { name: 'Νίκος Ιωάννου', address: 'nikos@buyer.test' },
      to: [{ name: 'Agency', address: world.account.email }],
      cc: [{ name: 'Eleni', address: 'eleni@buyer.test' }],
      subject: 'Villa in Paphos, 11/12/2026 10:30',
      html: `<p>Is it <b>still</b> there?</p><p>${'long '.repeat(200)}end</p>`,
      receivedAt: at(7),
      attachments: [{ name: 'plan.pdf', contentType: 'application/pdf', size: 2048 }],
    });
    const context = world.context();
    const mailbox = await world.open(context);
    const { changes } = await walk(mailbox, 'inbox');
    const expectedId = itemId(world.outlook.message(id));
    t.deepEqual(
      changes.map((change) => [change.kind, change.id]),
      [['message', expectedId]],
    );
    const message = await mailbox.fetch(expectedId);
    await mailbox.close();
    const content = contentOf(message);
    t.like(message, { providerMessageId: expectedId, folder: 'inbox', directionHint: 'inbound', receivedAt: at(7) });
    t.is(content.subject, 'Villa in Paphos, 11/12/2026 10:30');
    t.deepEqual(content.from, [{ name: 'Νίκος Ιωάννου', email: 'nikos@buyer.test' }]);
    t.deepEqual(content.to, [{ name: 'Agency', email: world.account.email }]);
    t.deepEqual(content.cc, [{ name: 'Eleni', email: 'eleni@buyer.test' }]);
    t.regex(content.html ?? '', /<b>still<\/b>.*end<\/p>/);
    t.deepEqual(content.sentAt, at(7));
    t.is(content.attachments[0]?.name, 'plan.pdf');
    t.true((context.report().counts[servedBy] ?? 0) > 0, JSON.stringify(context.report().counts));
    t.false(message?.flags.isRead);
    if (variant.json !== 'opaque') t.false(world.outlook.message(id).isRead, 'reading must not mark a message as read');
  });
}

test.serial('finds everything once, then only what is new, whichever way Outlook shows it', async (t) => {
  for (const name of chooseFrom(t, 'ways', [...variants.keys()], 3)) {
    const world = await outlookWebWorld(t, { provider });
    Object.assign(world.web.variant, variants.get(name));
    const ids = Array.from({ length: 33 }, (_, index) =>
      world.outlook.deliver({ from: 'nikos@buyer.test', subject: `Number ${index}`, receivedAt: at(index) }),
    );
    world.outlook.deliver({ from: 'nikos@buyer.test', receivedAt: '2026-09-01T00:00:00Z' });
    const shown = (id: string) => itemId(world.outlook.message(id));
    const mailbox = await world.open();
    const first = await walk(mailbox, 'inbox');
    t.deepEqual(sorted(first.changes.map(({ id }) => id)), sorted(ids.map(shown)), name);
    const fresh = world.outlook.deliver({ from: 'eleni@buyer.test', receivedAt: at(100) });
    const [moved, movedBefore] = [ids[30] as string, shown(ids[30] as string)];
    world.outlook.move(moved, 'archive');
    const second = await walk(mailbox, 'inbox', first.cursor);
    t.deepEqual(
      second.changes.map((change) => [change.kind, change.id]).sort(),
      [
        ['left', movedBefore],
        ['message', shown(fresh)],
      ].sort(),
    );
    t.is(await mailbox.fetch(movedBefore), undefined);
    const archive = await walk(mailbox, 'archive');
    t.deepEqual(
      archive.changes.map(({ id }) => id),
      [shown(moved)],
    );
    t.deepEqual((await walk(mailbox, 'sentitems')).changes, []);
    await mailbox.close();
  }
});

test.serial(
  'a rendered folder continues where a run was cut off, and only messages that mark the place are opened twice',
  async (t) => {
    const world = await outlookWebWorld(t, { provider });
    world.web.variant.json = 'opaque';
    const deliver = (index: number) =>
      world.outlook.deliver({ from: 'nikos@buyer.test', subject: `Number ${index}`, receivedAt: at(index) });
    const ids = Array.from({ length: 48 }, (_, index) => deliver(index));
    const mailbox = await world.open();
    const opened = () => world.web.actions.filter((action) => action === 'GetItem').length;
    let cursor = await mailbox.begin('inbox', since);
    const told: string[] = [];
    const run = async (maxEntries: number) => {
      // Forgets the open list, like a new run.
      await mailbox.probe();
      const before = opened();
      while (told.length < maxEntries) {
        const { changes, cursor: next, more } = await mailbox.changes('inbox', cursor);
        told.push(...changes.map(({ id }) => id));
        cursor = JSON.parse(JSON.stringify(next)) as Cursor;
        if (!more) break;
      }
      return opened() - before;
    };
    await run(36);
    const cut = cursor;
    ids.push(deliver(200));
    const again = await run(Infinity);
    t.true(again < 40, `${again}`);
    t.deepEqual(sorted(new Set(told)), sorted(ids.map((id) => itemId(world.outlook.message(id)))));
    t.true(told.length <= ids.length + 2);
    await Account.updateOne({ _id: world.account._id }, { cursors: { inbox: { cursor: cut } } });
    await mailbox.close();
    const next = await world.open();
    t.deepEqual(await next.streams(), ['sentitems', 'archive', 'inbox']);
    await next.close();
  },
);

test.serial('a report of another missing item does not make the message missing', async (t) => {
  const world = await outlookWebWorld(t, { provider });
  const id = world.outlook.deliver({ from: 'nikos@buyer.test', receivedAt: at(1) });
  Object.assign(world.web, { lostReminder: true, latencyMs: 400 });
  const mailbox = await world.open();
  t.is((await mailbox.fetch(itemId(world.outlook.message(id))))?.providerMessageId, itemId(world.outlook.message(id)));
  t.is(await mailbox.fetch('AAMkAG/gone+for=good'), undefined);
  await mailbox.close();
});

test.serial('a read state that changed is a flag', async (t) => {
  const world = await outlookWebWorld(t, { provider });
  const id = world.outlook.deliver({ from: 'nikos@buyer.test', receivedAt: at(1) });
  const mailbox = await world.open();
  const first = await walk(mailbox, 'inbox');
  world.outlook.read(id);
  const second = await walk(mailbox, 'inbox', first.cursor);
  await mailbox.close();
  t.deepEqual(second.changes, [{ kind: 'flags', id: itemId(world.outlook.message(id)), flags: { isRead: true } }]);
});

test.serial('the inbox that startup brings along is not taken for another folder', async (t) => {
  const world = await outlookWebWorld(t, { provider });
  world.outlook.deliver({ from: 'nikos@buyer.test', receivedAt: at(1) });
  const sent = world.outlook.deliver({
    folder: 'sentitems',
    from: world.account.email,
    to: ['nikos@buyer.test'],
    receivedAt: at(2),
  });
  const mailbox = await world.open();
  const { changes } = await walk(mailbox, 'sentitems');
  const id = itemId(world.outlook.message(sent));
  t.deepEqual(
    changes.map((change) => change.id),
    [id],
  );
  t.like(await mailbox.fetch(id), { folder: 'sentitems', directionHint: 'outbound' });
  await mailbox.close();
});

test.serial('an internal sender without an SMTP address keeps the name and the direction of the folder', async (t) => {
  const world = await outlookWebWorld(t, { provider });
  const id = world.outlook.deliver({
    from: { name: 'Maria', address: '/O=EXCHANGELABS/OU=X/CN=RECIPIENTS/CN=MARIA' },
    receivedAt: at(1),
  });
  const mailbox = await world.open();
  await walk(mailbox, 'inbox');
  const message = await mailbox.fetch(itemId(world.outlook.message(id)));
  await mailbox.close();
  t.deepEqual(contentOf(message).from, [{ name: 'Maria' }]);
  t.is(message?.directionHint, 'inbound');
});

test.serial("lists by time, and finds a contact's mail through the search box", async (t) => {
  const world = await outlookWebWorld(t, { provider });
  const old = world.outlook.deliver({ from: 'nikos@buyer.test', receivedAt: '2026-09-01T00:00:00Z' });
  const fresh = world.outlook.deliver({ from: 'eleni@buyer.test', receivedAt: at(1) });
  const sent = world.outlook.deliver({
    folder: 'sentitems',
    from: world.account.email,
    to: ['nikos@buyer.test'],
    receivedAt: at(2),
  });
  const shown = (id: string) => itemId(world.outlook.message(id));
  const mailbox = await world.open();
  t.deepEqual(
    (await mailbox.list({ stream: 'inbox', since })).entries.map(({ id }) => id),
    [shown(fresh)],
  );
  const found = await mailbox.list({ participants: ['nikos@buyer.test'] });
  t.deepEqual(
    found.entries.map(({ id }) => id),
    [shown(sent), shown(old)],
  );
  t.true(found.partial);
  await mailbox.close();
});

test.serial('tells whose mailbox it is', async (t) => {
  const world = await outlookWebWorld(t, { provider });
  world.outlook.state.aliases.push('sales@agency.test');
  const mailbox = await world.open();
  t.deepEqual(await mailbox.identity(), { email: world.account.email, aliases: ['sales@agency.test'] });
  await mailbox.close();
});

test.serial('a sign-in page means that the user must connect again, at once and with one clear message', async (t) => {
  const world = await outlookWebWorld(t, { provider });
  world.web.signOut();
  const mailbox = await world.open();
  const error = await t.throwsAsync(mailbox.changes('inbox', await mailbox.begin('inbox', since)));
  t.true(hasReaction(error, 'reauth'));
  t.regex(error.message, /asks to sign in.*connect it again/);
  await mailbox.close();
  t.is((await world.stored()).credentialsVersion, 1, 'cookies of an ended session are not saved');
});

test.serial('a session that ends in the middle is noticed by its calls', async (t) => {
  const world = await outlookWebWorld(t, { provider });
  for (let index = 0; index < 60; index += 1)
    world.outlook.deliver({ from: 'nikos@buyer.test', receivedAt: at(index) });
  const mailbox = await world.open();
  const page = await mailbox.changes('inbox', await mailbox.begin('inbox', since));
  t.true(page.more);
  world.web.signOut();
  t.true(hasReaction(await t.throwsAsync(mailbox.changes('inbox', page.cursor)), 'reauth'));
  await mailbox.close();
});

test.serial('cookies that the site renews are saved, with the day on which the session ends', async (t) => {
  const world = await outlookWebWorld(t, { provider });
  const before = readCredentials<OutlookWebCredentials>(await world.stored(), world.context().config);
  const mailbox = await world.open();
  await walk(mailbox, 'inbox');
  await mailbox.close();
  const stored = await world.stored();
  const after = readCredentials<OutlookWebCredentials>(stored, world.context().config);
  t.not(after.cookies[0]?.value, before.cookies[0]?.value);
  t.is(stored.credentialsVersion, 2);
  t.is(stored.credentialsExpireAt?.toISOString().slice(0, 10), '2027-01-15');
});

test.serial("a changed layout is an error with a trace in which no one's text is left", async (t) => {
  const world = await outlookWebWorld(t, { provider });
  Object.assign(world.web.variant, { json: 'opaque', layout: 'changed' });
  world.outlook.deliver({
    from: { name: 'Nikos Ioannou', address: 'nikos@buyer.test' },
    subject: 'Secret villa 4711',
    receivedAt: at(1),
  });
  const mailbox = await world.open(world.context({ environment: { MAIL_REQUEST_TIMEOUT: '2s' } }));
  const error = await t.throwsAsync(mailbox.changes('inbox', await mailbox.begin('inbox', since)), {
    code: 'layout-changed',
  });
  await mailbox.close();
  t.regex(error.message, /looks different from what is expected: inbox: expected a message list/);
  const [file] = await readdir(path.join(world.dataDir, 'traces'));
  const trace = await readFile(path.join(world.dataDir, 'traces', file as string), 'utf8');
  t.regex(trace, /class="x1"/);
  t.regex(trace, /xxxxx/);
  t.notRegex(trace, /Nikos|Secret|4711|buyer|agency/i);
});

test.serial('no mail while the counter says otherwise is an error, an empty folder is not', async (t) => {
  const world = await outlookWebWorld(t, { provider });
  const mailbox = await world.open();
  t.deepEqual((await walk(mailbox, 'inbox')).changes, []);
  world.outlook.deliver({ from: 'nikos@buyer.test', receivedAt: at(1) });
  // Folders are counted, but the list has no messages.
  Object.assign(world.web, { failWith: 404 });
  await t.throwsAsync(mailbox.changes('inbox', await mailbox.begin('inbox', since)), {
    code: 'layout-changed',
    message: /its counter says 1 messages, but the list shows none/,
  });
  await mailbox.close();
});

test.serial("calls that fail on Outlook's side are no change of the layout", async (t) => {
  const world = await outlookWebWorld(t, { provider });
  world.outlook.deliver({ from: 'nikos@buyer.test', receivedAt: at(1) });
  Object.assign(world.web, { failWith: 503 });
  const mailbox = await world.open();
  t.true(hasReaction(await t.throwsAsync(mailbox.changes('inbox', await mailbox.begin('inbox', since))), 'retry'));
  await mailbox.close();
});
