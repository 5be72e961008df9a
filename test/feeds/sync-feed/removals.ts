import test, { type ExecutionContext } from 'ava';
import { Property } from '../../../shared/models/property.ts';
import { PropertyFeed } from '../../../shared/models/property-feed.ts';
import { RunAbortedError } from '../../../shared/platform/errors.ts';
import { useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer, type FeedAnswer } from '../../doubles/feed-server.ts';

useDatabase(test);

async function imported(
  t: ExecutionContext,
  count: number,
): Promise<FeedAgency & { publish: (answer: FeedAnswer, headers?: Record<string, string>) => void }> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const url = server.publish('/feed.xml', kyeroFeed(kyeroListings(count)));
  const agency = await makeFeedAgency({ url });
  const first = await agency.sync();
  t.is(first.counts['new'], count);
  return { ...agency, publish: (answer, headers) => void server.publish('/feed.xml', answer, headers) };
}

async function withdrawn(agency: FeedAgency): Promise<string[]> {
  return [...(await agency.listings()).values()]
    .filter(({ status }) => status === 'WITHDRAWN')
    .map(({ feedReferenceId }) => feedReferenceId as string)
    .sort();
}

test('a listing that is away is marked, withdrawn by the second complete run, and revived', async (t) => {
  const agency = await imported(t, 12);
  const before = (await agency.listings()).get('k12');
  agency.publish(kyeroFeed(kyeroListings(11)));
  t.is((await agency.sync()).counts['missing'], 1);
  t.deepEqual(await withdrawn(agency), []);
  t.truthy((await agency.listings()).get('k12')?.missingSince);
  t.is((await agency.sync()).counts['withdrawn'], 1);
  t.deepEqual(await withdrawn(agency), ['k12']);
  t.falsy((await agency.sync()).counts['withdrawn'], 'withdrawn once');
  agency.publish(kyeroFeed(kyeroListings(12)));
  t.is((await agency.sync()).counts['restored'], 1);
  const after = (await agency.listings()).get('k12');
  t.is(after?.status, 'ACTIVE');
  t.deepEqual(
    [after?._id, after?.slug, after?.missingSince, after?.statusBeforeRemoval],
    [before?._id, before?.slug, undefined, undefined],
  );
  t.is((await agency.sync()).counts['same'], 12);
});

test('an id that comes back as another listing is reported and waits to be published again', async (t) => {
  const agency = await imported(t, 12);
  await Property.updateMany({ feedId: agency.feedId }, { $set: { publicationStatus: 'PUBLISHED' } });
  agency.publish(kyeroFeed(kyeroListings(11)));
  for (let run = 0; run < 2; run++) await agency.sync();
  const garage = { ref: 'NEW-77', town: 'Berlin', type: 'Garage', price: 9000 };
  agency.publish(
    kyeroFeed(
      kyeroListings(12).map((listing, i) =>
        i === 11 || i === 0
          ? { ...listing, ...garage }
          : i === 1
            ? { ...listing, town: 'Denia', type: 'Finca' }
            : listing,
      ),
    ),
  );
  const run = await agency.sync();
  t.deepEqual(
    run.errors
      .filter(({ code }) => code === 'id-reused')
      .map(({ scope }) => scope.split(':').at(-1))
      .sort(),
    ['k1', 'k12'],
  );
  const listings = await agency.listings();
  t.like(listings.get('k12'), { status: 'ACTIVE', publicationStatus: 'PENDING', city: 'Berlin' });
  t.deepEqual(
    ['k1', 'k2', 'k3'].map((id) => listings.get(id)?.publicationStatus),
    ['PENDING', 'PUBLISHED', 'PUBLISHED'],
  );
});

test('a listing that is away for one run only comes back as if nothing had been', async (t) => {
  const agency = await imported(t, 12);
  agency.publish(kyeroFeed(kyeroListings(11)));
  await agency.sync();
  agency.publish(kyeroFeed(kyeroListings(12)));
  const back = await agency.sync();
  t.deepEqual([back.counts['same'], back.counts['changed'], back.counts['restored']], [12, 0, undefined]);
  t.falsy((await agency.listings()).get('k12')?.missingSince);
  agency.publish(kyeroFeed(kyeroListings(11)));
  await agency.sync();
  t.deepEqual(await withdrawn(agency), []);
});

test('when more than 20 % and 10 are gone, updates go on and removals are held until confirmed', async (t) => {
  const agency = await imported(t, 40);
  agency.publish(
    kyeroFeed(kyeroListings(24).map((listing) => ({ ...listing, price: 1 + (listing['price'] as number) }))),
  );
  for (const run of [1, 2, 3]) {
    const held = await agency.sync();
    t.is(held.status, 'succeeded');
    t.is(held.counts['changed'], run === 1 ? 24 : 0);
    t.is(held.counts['held'], 16);
    t.true(
      held.errors.some(
        ({ code, message }) => code === 'removal-guard' && message.includes('16 of 40') && message.includes('R-25'),
      ),
    );
  }
  t.deepEqual(await withdrawn(agency), []);
  const feed = await agency.feed();
  t.is(feed.lastStatus, 'held');
  t.deepEqual([feed.removalGuard?.count, feed.removalGuard?.total], [16, 40]);
  t.is((await agency.sync({ parameters: { confirmRemovals: true } })).counts['withdrawn'], 16);
  t.is((await withdrawn(agency)).length, 16);
  t.falsy((await agency.feed()).removalGuard);
});

test('a confirmation stands for what the hold named and is still away; what is more is held again', async (t) => {
  const agency = await imported(t, 40);
  const confirm = { parameters: { confirmRemovals: true } };
  agency.publish(kyeroFeed(kyeroListings(24)));
  t.like((await agency.sync(confirm)).counts, { held: 16, withdrawn: 0 }, 'no one was asked yet');
  agency.publish(kyeroFeed([]));
  t.like((await agency.sync({ parameters: { confirmRemovals: true, dryRun: true } })).counts, {
    held: 24,
    withdrawn: 16,
  });
  const { removalGuard } = await agency.feed();
  const run = await agency.sync(confirm);
  t.like(run.counts, { held: 24, withdrawn: 16 });
  t.true(
    run.errors.some(
      ({ code, message }) =>
        code === 'removal-guard' && message.includes('16 confirmed listings') && message.includes('24 of its listings'),
    ),
  );
  t.is((await withdrawn(agency)).length, 16);
  t.like(await agency.feed(), { lastStatus: 'held', removalGuard: { count: 24, total: 24 } });
  t.notDeepEqual((await agency.feed()).removalGuard?.heldAt, removalGuard?.heldAt);
  agency.publish(kyeroFeed(kyeroListings(20)));
  t.like(
    (await agency.sync(confirm)).counts,
    { withdrawn: 4, restored: undefined, held: undefined },
    'twenty are back',
  );
});

test('many listings that a full feed withdraws by a word are held like absent ones', async (t) => {
  const agency = await imported(t, 40);
  const withdrawing = (count: number) =>
    kyeroFeed(kyeroListings(40).map((listing, i) => (i < count ? { ...listing, status: 'off market' } : listing)));
  agency.publish(withdrawing(2));
  t.like((await agency.sync()).counts, { withdrawn: 2, changed: 2, held: undefined });
  t.deepEqual(await withdrawn(agency), ['k1', 'k2']);
  agency.publish(withdrawing(16));
  for (let run = 0; run < 2; run++) t.like((await agency.sync()).counts, { held: 14, withdrawn: 0 });
  const held = await agency.feed();
  t.is(held.lastStatus, 'held');
  t.is(
    held.lastError,
    '14 of 38 listings left the feed at once, or were withdrawn by it. They wait for confirmation. ' +
      `Look at the feed; to confirm: node adapter --invoke sync-feeds --feed-id ${agency.feedId.toHexString()} ` +
      '--confirm-removals',
  );
  t.is((await agency.sync({ parameters: { confirmRemovals: true } })).counts['withdrawn'], 14);
  for (let run = 0; run < 2; run++) await agency.sync();
  t.is((await withdrawn(agency)).length, 16);
  t.is((await agency.feed()).lastStatus, 'ok');
  agency.publish(kyeroFeed(kyeroListings(40)));
  await agency.sync();
  t.deepEqual(await withdrawn(agency), [], 'all are back on offer');
});

test('a listing whose status staff have locked is never withdrawn, and no one is asked about it', async (t) => {
  const agency = await imported(t, 30);
  await Property.updateMany(
    { feedId: agency.feedId, feedReferenceId: { $in: kyeroListings(12).map(({ id }) => String(id)) } },
    { $set: { lockedFields: ['status'] } },
  );
  agency.publish(kyeroFeed(kyeroListings(18, 13)), { etag: '"v2"' });
  t.like((await agency.sync()).counts, { missing: 12, held: undefined });
  t.like(await agency.feed(), { lastStatus: 'ok', etag: '"v2"' }, 'nothing waits for another run');
  t.is((await agency.sync()).counts['notModified'], 1);
  t.deepEqual(await withdrawn(agency), []);
});

test('a listing in the trash that is back in its feed does not hide that another one is away', async (t) => {
  const agency = await imported(t, 12);
  agency.publish(kyeroFeed(kyeroListings(11)));
  for (let run = 0; run < 2; run++) await agency.sync();
  await Property.updateOne({ feedId: agency.feedId, feedReferenceId: 'k12' }, { $set: { deletedAt: new Date() } });
  agency.publish(kyeroFeed(kyeroListings(11, 2)));
  t.like((await agency.sync()).counts, { trashed: 1, missing: 1 });
  t.is((await agency.sync()).counts['withdrawn'], 1);
  t.deepEqual(await withdrawn(agency), ['k1', 'k12']);
});

test('a hold stays until the listings are back, however the feed grows in between', async (t) => {
  const agency = await imported(t, 40);
  agency.publish(kyeroFeed(kyeroListings(24)));
  await agency.sync();
  const { removalGuard } = await agency.feed();
  agency.publish(kyeroFeed([...kyeroListings(24), ...kyeroListings(100, 1000)]));
  for (let run = 0; run < 3; run++) t.is((await agency.sync()).counts['held'], 16);
  t.deepEqual((await agency.feed()).removalGuard?.heldAt, removalGuard?.heldAt);
  t.deepEqual(await withdrawn(agency), []);
  agency.publish(kyeroFeed([...kyeroListings(39, 2), ...kyeroListings(100, 1000)]));
  t.deepEqual([(await agency.sync()).counts['missing'], (await agency.feed()).lastStatus], [1, 'ok']);
  t.is((await agency.sync()).counts['withdrawn'], 1);
});

test('ids that were replaced and not recognised stay held in later runs until confirmed', async (t) => {
  const agency = await imported(t, 8);
  const renamed = kyeroListings(8).map((listing) => ({
    ...listing,
    id: `n${listing['id']}`,
    ref: `N${listing['ref']}`,
    price: 7 + Number(listing['price']),
    images: '',
  }));
  agency.publish(kyeroFeed(renamed));
  for (let run = 0; run < 3; run++) t.is((await agency.sync()).counts['held'], 8);
  await PropertyFeed.updateOne(
    { _id: agency.feedId },
    { $set: { migratingSince: new Date() }, $unset: { removalGuard: '' } },
  );
  t.is((await agency.sync()).counts['held'], 8, 'a run that was killed had inserted the new ones and held nothing yet');
  agency.publish(kyeroFeed(renamed).replace('</root>', '<property><<<</id></property></root>'));
  t.true((await agency.sync()).errors.some(({ code }) => code === 'removals-skipped'));
  t.like(await agency.feed(), { lastStatus: 'held' });
  agency.publish(kyeroFeed(renamed));
  t.is((await agency.sync()).counts['held'], 8);
  t.deepEqual(await withdrawn(agency), []);
  t.is((await agency.sync({ parameters: { confirmRemovals: true } })).counts['withdrawn'], 8);
  t.like(await agency.feed(), { lastStatus: 'ok' });
  t.falsy((await agency.feed()).removalGuard);
});

test('a feed without listings is held; one that had a single listing may become empty', async (t) => {
  const agency = await imported(t, 5);
  agency.publish(kyeroFeed([]));
  await agency.sync();
  const held = await agency.sync();
  t.is(held.counts['held'], 5);
  t.deepEqual(await withdrawn(agency), []);
  const single = await imported(t, 1);
  single.publish(kyeroFeed([]));
  await single.sync();
  await single.sync();
  t.deepEqual(await withdrawn(single), ['k1']);
});

test('the items that arrived before a lost connection count, however few they are', async (t) => {
  for (const count of [30, 399]) {
    const agency = await imported(t, 1);
    const whole = kyeroFeed(kyeroListings(count));
    agency.publish((_, response) => {
      response.writeHead(200, { 'content-length': whole.length });
      response.write(whole.slice(0, Math.round(whole.length / 2)), () => response.destroy());
    });
    const { counts, errors } = await agency.sync();
    t.deepEqual(
      errors.map(({ code }) => code),
      ['truncated'],
    );
    t.true(Math.abs((counts['new'] ?? 0) - count / 2) < 5, JSON.stringify(counts));
    t.is((await agency.listings()).size, 1 + (counts['new'] ?? 0));
  }
});

test('a feed that is cut updates what it has, removes nothing and is asked for again', async (t) => {
  const agency = await imported(t, 12);
  const whole = kyeroFeed(kyeroListings(12).map((listing) => ({ ...listing, beds: 9 })));
  for (const answer of [whole.slice(0, whole.length / 2), whole.slice(0, whole.lastIndexOf('</root>'))]) {
    agency.publish(answer, { etag: '"cut"' });
    for (let i = 0; i < 3; i++) {
      const run = await agency.sync();
      t.is(run.status, 'failed');
      t.is(run.errors.at(-1)?.code, 'truncated');
    }
  }
  t.deepEqual(await withdrawn(agency), []);
  t.is((await agency.listings()).get('k1')?.bedrooms, 9);
  const feed = await agency.feed();
  t.is(feed.lastStatus, 'failed');
  t.regex(feed.lastError ?? '', /was cut off/);
  t.falsy(feed.etag);
});

test('an empty answer removes nothing', async (t) => {
  const agency = await imported(t, 12);
  for (const answer of ['', ' \n\t ', '\ufeff']) {
    agency.publish(answer);
    const run = await agency.sync();
    t.is(run.errors.at(-1)?.code, 'empty', JSON.stringify(answer));
  }
  t.deepEqual(await withdrawn(agency), []);
});

test('error pages, faults and JSON with status 200 are no feed; one sent as text/html is', async (t) => {
  const agency = await imported(t, 12);
  const answers = [
    '<!DOCTYPE html><html><body>Please log in</body></html>',
    '<br />\n<b>Warning</b>: mysql_connect() in <b>/var/www/feed.php</b>',
    '{"error":"rate limited"}',
    '<soap:Envelope xmlns:soap="x"><soap:Body><soap:Fault>Rate limit</soap:Fault></soap:Body></soap:Envelope>',
    'Not found',
  ];
  for (const answer of answers) {
    agency.publish(answer);
    const run = await agency.sync();
    t.is(run.errors.at(-1)?.code, 'not-a-feed', answer);
    t.true((run.errors.at(-1)?.message.length ?? 999) < 300);
  }
  t.deepEqual(await withdrawn(agency), []);
  agency.publish(kyeroFeed(kyeroListings(12)), { 'content-type': 'text/html' });
  t.is((await agency.sync()).counts['same'], 12);
});

test('a listing that cannot be read is refused with its place and id, and the rest continues', async (t) => {
  const agency = await imported(t, 12);
  const feed = kyeroFeed(kyeroListings(12)).replace('<beds>4</beds>', '<beds>4</bods>');
  agency.publish(feed);
  for (let i = 0; i < 3; i++) {
    const run = await agency.sync();
    t.is(run.status, 'succeeded');
    t.deepEqual([run.counts['refused'], run.counts['same']], [1, 11]);
    t.true(
      run.errors.some(
        ({ code, scope, message }) => code === 'malformed' && scope.endsWith(':k3') && /at byte \d+/.test(message),
      ),
    );
  }
  t.deepEqual(await withdrawn(agency), []);
});

test('one item that is nested too deep at the beginning costs one listing, not the feed', async (t) => {
  const broken = [`${'<a>'.repeat(300)}${'</a>'.repeat(300)}`, '<a>'.repeat(300)];
  for (const format of ['AUTO', 'KYERO'] as const) {
    const server = await startFeedServer();
    t.teardown(() => server.close());
    for (const [place, bad] of broken.entries()) {
      const url = server.publish(`/${place}.xml`, kyeroFeed(kyeroListings(12)).replace('<beds>2</beds>', bad));
      const agency = await makeFeedAgency({ url, format });
      const run = await agency.sync();
      t.deepEqual(
        [run.status, run.counts['new'], run.counts['refused']],
        ['succeeded', 11, 1],
        `${format} ${bad.slice(0, 30)}`,
      );
      t.true(run.errors.some(({ scope }) => scope.endsWith(':k1')));
    }
  }
});

test('a bare < in a text costs its listing nothing and is pointed out', async (t) => {
  const agency = await imported(t, 12);
  agency.publish(
    kyeroFeed(
      kyeroListings(12).map((listing, i) =>
        i === 0 ? { desc: '<en>rooms < 5</en><es>Bonito</es>', ...listing } : listing,
      ),
    ),
  );
  t.is((await agency.sync()).counts['changed'], 1);
  t.like((await agency.listings()).get('k1'), {
    description: 'rooms < 5',
    price: 101_000,
    city: 'Altea',
    images: [{ url: 'https://img.example/1.jpg', sortOrder: 0 }],
  });
  t.true(JSON.stringify((await agency.feed()).lastReport).includes('bare-less-than'));
});

test('a feed whose new form would need a mapping: nothing of it counts, and no mapping is kept', async (t) => {
  const agency = await imported(t, 8);
  const damaged = kyeroFeed(kyeroListings(8))
    .replace(/<kyero>.*?<property>/s, '<kype>')
    .replace('</beds>', '</beds');
  agency.publish(damaged);
  for (let run = 0; run < 2; run += 1)
    t.like(await agency.sync(), { status: 'failed', errors: [{ code: 'format-changed' }] });
  t.true(
    [...(await agency.listings()).values()].every(({ status, missingSince }) => status === 'ACTIVE' && !missingSince),
  );
  const feed = await PropertyFeed.findById(agency.feedId).lean();
  t.like(feed, { lastStatus: 'held', detectedFormat: 'KYERO', mapping: undefined });
  t.regex(feed?.lastError ?? '', /was KYERO/);
  agency.publish(kyeroFeed(kyeroListings(8)));
  t.like(await agency.sync(), { status: 'succeeded', counts: { same: 8 } });
});

test('a feed with an approved mapping is read by nothing else: what comes instead holds it', async (t) => {
  const house = (i: number) =>
    `<house><code>H${i}</code><price>${200_000 + i}</price><town>Nerja</town><headline>House ${i}</headline></house>`;
  const houses = [1, 2, 3, 4, 5].map(house).join('');
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const mapping = {
    itemPath: 'houses/house',
    fields: { id: 'code', title: 'headline', price: 'price', city: 'town' },
  };
  const url = server.publish('/feed.xml', `<houses>${houses}</houses>`);
  const agency = await makeFeedAgency({ url, mapping });
  t.like(await agency.sync(), { status: 'failed', errors: [{ code: 'needs-mapping' }] });
  const command = `node adapter --feed-preview ${String(agency.feedId)} --save ${String(agency.feedId)}`;
  t.true((await agency.feed()).lastError?.includes(command));
  // As imported by an earlier version.
  await PropertyFeed.updateOne({ _id: agency.feedId }, { $set: { lastSuccessAt: new Date(0) } });
  const first = await agency.sync();
  t.is(first.counts['new'], 5);
  t.deepEqual(
    first.errors.map(({ code }) => code),
    ['mapping-unseen'],
  );
  t.like(await agency.feed(), { detectedFormat: 'GENERIC', mapping });
  t.regex(JSON.stringify((await agency.feed()).lastReport), /mapping-unseen/, 'approved by no one: reported once');
  for (const [answer, reason] of [
    ['<houses/>', /^The feed is empty, and 5/],
    ['<houses><made>today</made></houses>', /^The feed contains no listing \(none at houses\/house, its root is/],
    [`<villas>${houses}</villas>`, /its root is <villas> with <house>/],
    [kyeroFeed(kyeroListings(5)), /its root is <root> with <kyero>, <property>/],
  ] as const) {
    server.publish('/feed.xml', answer);
    for (let run = 0; run < 2; run++) t.like((await agency.sync()).counts, { held: 5, new: 0 });
    t.like(await agency.feed(), { lastStatus: 'held', mapping });
    t.regex((await agency.feed()).lastError ?? '', reason);
  }
  t.notRegex(JSON.stringify((await agency.feed()).lastReport), /mapping-unseen/);
  server.publish('/feed.xml', `<houses>${houses}</houses>`);
  t.like((await agency.sync()).counts, { same: 5, held: undefined });
  t.deepEqual(await withdrawn(agency), []);
});

test('a mapping that staff gave is never exchanged; a feed where it finds nothing is not called empty', async (t) => {
  const agency = await imported(t, 3);
  await PropertyFeed.updateOne(
    { _id: agency.feedId },
    { $set: { format: 'GENERIC', mapping: { itemPath: 'ads/ad', fields: { id: 'id', title: 'title' } } } },
  );
  await agency.sync();
  const feed = await agency.feed();
  t.regex(
    feed.lastError ?? '',
    /^The feed contains no listing \(none at ads\/ad, its root is <root> with <kyero>, <property>\), and 3/,
  );
  t.like(feed, { lastStatus: 'held', detectedFormat: 'GENERIC', mapping: { itemPath: 'ads/ad' } });
  await Property.deleteMany({ feedId: agency.feedId });
  t.like(await agency.sync(), { status: 'succeeded', errors: [{ code: 'no-listings' }] });
});

test('when a feed has changed to another known format, absence proves something from the second run on', async (t) => {
  const agency = await imported(t, 3);
  const trovit = (ids: string[]) =>
    `<trovit>${ids
      .map(
        (id) =>
          `<ad><id>${id}</id><url>https://a.example/${id}</url><title>Villa ${id}</title><type>For Sale</type>` +
          '<price>100000</price><city>Altea</city><rooms>3</rooms></ad>',
      )
      .join('')}</trovit>`;
  agency.publish(trovit(['k1', 'k2']));
  const first = await agency.sync();
  t.like(first, { status: 'succeeded', errors: [{ code: 'removals-skipped' }] });
  t.falsy((await agency.listings()).get('k3')?.missingSince);
  t.like(await PropertyFeed.findById(agency.feedId).lean(), {
    detectedFormat: 'TROVIT',
    lastStatus: 'held',
  });
  t.regex(
    (await agency.feed()).lastError ?? '',
    /^The feed was KYERO and is now TROVIT: 1 of 3 listings wait for confirmation\./,
  );
  t.is((await agency.sync()).counts['missing'], 1);
  t.is((await agency.feed()).lastStatus, 'ok', 'the doubt is gone');
  t.is((await agency.sync()).counts['withdrawn'], 1);
});

test('an unreadable item of unknown id: absence proves nothing, what is missing waits for a person', async (t) => {
  const agency = await imported(t, 12);
  const nameless = (count: number) =>
    kyeroFeed(kyeroListings(count)).replace('</root>', '<property><<<</id></property></root>');
  agency.publish(nameless(12));
  t.true((await agency.sync()).errors.some(({ code }) => code === 'removals-skipped'));
  t.is((await agency.feed()).lastStatus, 'ok', 'nothing is missing');
  agency.publish(nameless(11));
  for (let i = 0; i < 2; i++) t.is((await agency.sync()).counts['held'], 1);
  t.is((await agency.feed()).lastStatus, 'held');
  t.regex(
    (await agency.feed()).lastError ?? '',
    /^1 items cannot be read and may belong to any listing: 1 of 12 listings wait for confirmation\./,
  );
  t.deepEqual(await withdrawn(agency), []);
  agency.publish(nameless(10));
  t.like((await agency.sync({ parameters: { confirmRemovals: true } })).counts, { withdrawn: 1, held: 1 });
  t.deepEqual(await withdrawn(agency), ['k12']);
  agency.publish(kyeroFeed(kyeroListings(10)));
  t.is((await agency.sync()).counts['missing'], 1);
  t.is((await agency.sync()).counts['withdrawn'], 1);
  t.like(await agency.feed(), { lastStatus: 'ok' });
});

test('an empty element is no item: it is counted, hides nothing, and a feed of such is empty', async (t) => {
  const agency = await imported(t, 12);
  const empty = '<property/><property> </property><property></property></root>';
  agency.publish(kyeroFeed(kyeroListings(11)).replace('</root>', empty));
  t.like((await agency.sync()).counts, { items: 11, empty: 3, refused: undefined, missing: 1 });
  t.is((await agency.sync()).counts['withdrawn'], 1);
  agency.publish(kyeroFeed([]).replace('</root>', empty));
  t.is((await agency.sync()).counts['held'], 11);
  t.regex((await agency.feed()).lastError ?? '', /^The feed is empty/);
});

test('tags alongside the listings that do not match may hide listings: absence proves nothing then', async (t) => {
  const agency = await imported(t, 12);
  const damaged = kyeroFeed(kyeroListings(12)).split('<property>');
  agency.publish(`${damaged.slice(0, 8).join('<property>')}<pro>perty>${damaged.slice(8).join('<property>')}`);
  for (let run = 0; run < 3; run++)
    t.true((await agency.sync()).errors.some(({ code }) => code === 'removals-skipped'));
  t.deepEqual(await withdrawn(agency), []);
});

test('an item that cannot be read and holds another one may have swallowed it: absence proves nothing', async (t) => {
  const agency = await imported(t, 12);
  const parts = kyeroFeed(kyeroListings(12)).split('</property>');
  // Without the end of one item and the beginning of a later one.
  const joined = (from: number, to?: number) => parts.slice(from, to).join('</property>');
  agency.publish(`${joined(0, 3)}</imaty>${joined(3, 5)}</property>${joined(5).replace('<property>', '')}`);
  for (let run = 0; run < 3; run++)
    t.true((await agency.sync()).errors.some(({ code }) => code === 'removals-skipped'));
  t.deepEqual(await withdrawn(agency), []);
});

test('an item above 2 MB is refused and counts as present', async (t) => {
  const agency = await imported(t, 12);
  const listings = kyeroListings(12).map((listing, i) =>
    i === 4 ? { ...listing, desc: `<en>${'long '.repeat(500_000)}</en>` } : listing,
  );
  agency.publish(kyeroFeed(listings));
  await agency.sync();
  const run = await agency.sync();
  t.deepEqual([run.counts['refused'], run.counts['same']], [1, 11]);
  t.deepEqual(await withdrawn(agency), []);
});

test('a feed above its limit fails and says which limit', async (t) => {
  const agency = await imported(t, 12);
  agency.publish(kyeroFeed(kyeroListings(12)).replace('<kyero>', `<!--${' '.repeat(1_100_000)}--><kyero>`));
  const run = await agency.sync({ environment: { FEED_MAX_MB: '1', FEED_ALLOW_PRIVATE: '1' } });
  t.is(run.errors.at(-1)?.code, 'feed-too-large');
  t.regex(run.errors.at(-1)?.message ?? '', /FEED_MAX_MB/);
});

test('a run that is stopped between batches is partial, removes nothing, and the next one completes it', async (t) => {
  const agency = await imported(t, 900);
  agency.publish(kyeroFeed(kyeroListings(890).map((listing) => ({ ...listing, beds: 8 }))));
  const stopper = new AbortController();
  const run = await agency.sync({
    signal: stopper.signal,
    onProgress: () => stopper.abort(new RunAbortedError('the budget ended')),
  });
  t.is(run.status, 'partial');
  t.deepEqual(
    [...(await agency.listings()).values()].filter(({ missingSince }) => missingSince),
    [],
  );
  const next = await agency.sync();
  t.is(next.status, 'succeeded');
  t.deepEqual([next.counts['missing'], (await agency.listings()).size], [10, 900]);
});

test('a dry run counts and writes nothing', async (t) => {
  const agency = await imported(t, 12);
  const before = await agency.listings();
  await PropertyFeed.updateOne({ _id: agency.feedId }, { $set: { etag: '"kept"' } });
  agency.publish(
    kyeroFeed([...kyeroListings(10).map((listing) => ({ ...listing, beds: 7 })), ...kyeroListings(3, 50)]),
  );
  const run = await agency.sync({ parameters: { dryRun: true } });
  t.deepEqual([run.counts['new'], run.counts['changed'], run.counts['missing']], [3, 10, 2]);
  t.deepEqual(await agency.listings(), before);
  t.like(await agency.feed(), { lastStatus: 'ok', etag: '"kept"' });
});

test('what is sold or rented keeps its status when it leaves the feed', async (t) => {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const offer = (id: number, status: string) =>
    `<ad><id>${id}</id><title>House ${id}</title><price>1000${id}</price><status>${status}</status>` +
    '<city>Ronda</city></ad>';
  const mapping = {
    itemPath: 'ads/ad',
    fields: { id: 'id', title: 'title', price: 'price', status: 'status', city: 'city' },
  };
  const url = server.publish('/feed.xml', `<ads>${offer(1, 'sold')}${offer(2, 'active')}${offer(3, 'active')}</ads>`);
  const agency = await makeFeedAgency({ url, format: 'GENERIC', mapping });
  await agency.sync();
  server.publish('/feed.xml', `<ads>${offer(2, 'active')}${offer(3, 'active')}</ads>`);
  await agency.sync();
  await agency.sync();
  t.is((await agency.listings()).get('1')?.status, 'SOLD');
});
