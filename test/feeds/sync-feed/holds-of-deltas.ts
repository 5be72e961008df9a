import test, { type ExecutionContext } from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
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

/** An agency whose full transfer of 30 was followed by one of 5: the other 25 are held. */
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
    /^25 of 30 listings are gone from the feed, or withdrawn by it, at once: 14 of 29 listings wait for confirmation\./,
  );
  t.deepEqual((await agency.feed()).removalGuard?.heldAt, removalGuard?.heldAt);
  t.is([...(await agency.listings()).values()].filter(({ heldSince }) => heldSince).length, 14);
  agency.publish(transfer('TEIL', ...houses(17, 30, 80_000)));
  await agency.sync();
  t.like(await agency.feed(), { lastStatus: 'ok', lastError: undefined, removalGuard: undefined });
  agency.publish(transfer('VOLL', ...houses(1, 5)));
  t.like((await agency.sync(confirm)).counts, { held: 24, withdrawn: 0 }, 'nobody was asked about this one yet');
});

test('a confirmation stands for what is still away; beside a delta it does nothing and says so', async (t) => {
  const agency = await held(t);
  agency.publish(transfer('TEIL', ...houses(6, 15, 90_000)));
  const run = await agency.sync(confirm);
  t.like(run, { status: 'succeeded', counts: { withdrawn: 0 } });
  t.deepEqual(
    run.errors.map(({ code }) => code),
    ['confirm-ignored'],
  );
  t.regex(run.errors[0]?.message ?? '', /15 listings.*next full list.*mode of the feed to delta/);
  agency.publish(transfer('VOLL', ...houses(1, 5)));
  t.like((await agency.sync(confirm)).counts, { withdrawn: 15, missing: 10, held: undefined });
  agency.publish(transfer('TEIL'));
  t.deepEqual(
    (await agency.sync(confirm)).errors.map(({ code }) => code).filter((code) => code === 'confirm-ignored'),
    ['confirm-ignored'],
  );
});
