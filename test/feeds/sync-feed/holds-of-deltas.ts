import test, { type ExecutionContext } from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';

useDatabase(test);

const house = (id: number, price: number, action = 'CHANGE') =>
  '<immobilie><objektkategorie><vermarktungsart KAUF="1"/></objektkategorie><geo><ort>Bonn</ort></geo><preise>' +
  `<kaufpreis>${price}</kaufpreis></preise><verwaltung_techn><objektnr_extern>X${id}</objektnr_extern>` +
  `<openimmo_obid>${id}</openimmo_obid><aktion aktionart="${action}"/></verwaltung_techn></immobilie>`;
const houses = (from: number, to: number, price = 100_000) =>
  Array.from({ length: to - from + 1 }, (_, i) => house(from + i, price));
const transfer = (scope: 'VOLL' | 'TEIL', ...items: string[]) =>
  `<openimmo><uebertragung umfang="${scope}"/><anbieter>` +
  `<openimmo_anid>A</openimmo_anid>${items.join('')}</anbieter></openimmo>`;
const confirm = { parameters: { confirmRemovals: true } };

async function held(t: ExecutionContext): Promise<FeedAgency & { publish: (answer: string) => void }> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', transfer('VOLL', ...houses(1, 30))) });
  await agency.sync();
  server.publish('/feed.xml', transfer('VOLL', ...houses(1, 5)));
  t.is((await agency.sync()).counts['held'], 25);
  return { ...agency, publish: (answer) => void server.publish('/feed.xml', answer) };
}

test('what a delta brings leaves the hold of a full list, which ends with the last of them', async (t) => {
  const agency = await held(t);
  const { removalGuard } = await agency.feed();
  agency.publish(transfer('TEIL', ...houses(6, 10, 90_000), ...houses(11, 15), house(16, 100_000, 'DELETE')));
  await agency.sync({ parameters: { dryRun: true } });
  t.is((await agency.feed()).removalGuard?.count, 25);
  t.like((await agency.sync()).counts, { changed: 5, same: 5, removed: 1 });
  t.like(await agency.feed(), {
    lastStatus: 'held',
    removalGuard: { count: 14, total: 29 },
  });
  t.regex(
    (await agency.feed()).lastError ?? '',
    /^25 of 30 listings left the feed at once, or were withdrawn by it: 14 of 29 listings wait for confirmation\./,
  );
  t.deepEqual((await agency.feed()).removalGuard?.heldAt, removalGuard?.heldAt);
  t.is([...(await agency.listings()).values()].filter(({ heldSince }) => heldSince).length, 14);
  agency.publish(transfer('TEIL', ...houses(17, 30, 80_000)));
  await agency.sync();
  t.like(await agency.feed(), { lastStatus: 'ok', lastError: undefined, removalGuard: undefined });
  agency.publish(transfer('VOLL', ...houses(1, 5)));
  t.like((await agency.sync(confirm)).counts, { held: 24, withdrawn: 0 }, 'no one was asked about this one yet');
});

test('a confirmation stands for what is still away; alongside a delta it does nothing and says so', async (t) => {
  const agency = await held(t);
  agency.publish(transfer('TEIL', ...houses(6, 15, 90_000)));
  const run = await agency.sync(confirm);
  t.like(run, { status: 'succeeded', counts: { withdrawn: 0 } });
  t.deepEqual(
    run.errors.map(({ code }) => code),
    ['confirm-ignored'],
  );
  t.regex(run.errors[0]?.message ?? '', /15 waiting listings.*next full list.*feed's mode to delta/);
  agency.publish(transfer('VOLL', ...houses(1, 5)));
  t.like((await agency.sync(confirm)).counts, { withdrawn: 15, missing: 10, held: undefined });
  agency.publish(transfer('TEIL'));
  t.deepEqual(
    (await agency.sync(confirm)).errors.map(({ code }) => code).filter((code) => code === 'confirm-ignored'),
    ['confirm-ignored'],
  );
});

/** After a full transfer of 30. */
async function listed(t: ExecutionContext): Promise<FeedAgency & { publish: (answer: string) => void }> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', transfer('VOLL', ...houses(1, 30))) });
  t.is((await agency.sync()).counts['new'], 30);
  return { ...agency, publish: (answer) => void server.publish('/feed.xml', answer) };
}

const withdrawnOf = async (agency: FeedAgency) =>
  [...(await agency.listings()).values()].map(({ status }) => status).filter((status) => status === 'WITHDRAWN').length;

test('a delta that takes too many listings off the market waits as a whole until it is confirmed', async (t) => {
  const agency = await listed(t);
  const removals = houses(1, 12).map((text) => text.replace('CHANGE', 'DELETE'));
  agency.publish(transfer('TEIL', ...houses(20, 21, 90_000), ...removals));
  for (let run = 0; run < 2; run++) {
    const { errors } = await agency.sync();
    t.regex(errors[0]?.message ?? '', /take 12 of 30 listings off the market at once\. None of them was applied/);
    t.like(await agency.feed(), { lastStatus: 'held', formHold: { code: 'removals-held', count: 12 } });
    t.is(await withdrawnOf(agency), 0);
  }
  t.regex((await agency.feed()).lastError ?? '', /--feed-id [0-9a-f]{24} --confirm-removals/);
  t.like((await agency.sync(confirm)).counts, { removed: 12, changed: 2 });
  t.like(await agency.feed(), { lastStatus: 'ok', lastError: undefined, formHold: undefined });
  t.is(await withdrawnOf(agency), 12);
});

test('a confirmation answers for the listings that were asked about, not for as many others', async (t) => {
  const agency = await listed(t);
  const removed = (from: number, to: number) => houses(from, to).map((text) => text.replace('CHANGE', 'DELETE'));
  agency.publish(transfer('TEIL', ...removed(1, 12)));
  await agency.sync();
  agency.publish(transfer('TEIL', ...removed(13, 24)));
  await agency.sync(confirm);
  t.is(await withdrawnOf(agency), 0);
  t.regex((await agency.feed()).lastError ?? '', /take 12 of 30 listings off the market/);
});

test('what a dry run of a delta says is what the run does, however often a listing is said', async (t) => {
  const agency = await listed(t);
  const withdrawn = house(1, 100_000, 'DELETE');
  agency.publish(transfer('TEIL', withdrawn, house(1, 95_000), house(2, 1), house(2, 2), house(40, 5), house(40, 6)));
  const dry = await agency.sync({ parameters: { dryRun: true } });
  const run = await agency.sync();
  t.deepEqual(dry.counts, run.counts);
});

test('waiting removals are reported also after a failed run', async (t) => {
  const agency = await held(t);
  agency.publish('<html><body>Service unavailable</body></html>');
  await agency.sync();
  t.like(await agency.feed(), { lastStatus: 'failed', removalGuard: { count: 25 } });
  t.regex((await agency.feed()).lastError ?? '', /They wait for confirmation \(to confirm: node adapter --invoke/);
});

test('a full list that becomes changes only is asked about', async (t) => {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', kyeroFeed(kyeroListings(5))) });
  await agency.sync();
  server.publish(
    '/feed.xml',
    '<propertyList><residential status="current"><agentID>A</agentID><uniqueID>U1</uniqueID><price>5</price>' +
      '<address><suburb>Perth</suburb></address></residential></propertyList>',
  );
  const { errors } = await agency.sync();
  t.regex(errors[0]?.message ?? '', /was a full list \(KYERO\) and now sends only changes \(REAXML\)/);
  t.is((await agency.listings()).size, 5);
  await agency.sync(confirm);
  t.is((await agency.listings()).size, 6);
});
