import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { feedImagesRoute } from '../../../adapter/feed-images.ts';
import { previewFeed } from '../../../shared/feeds/preview/preview.ts';
import { useDatabase } from '../../doubles/database.ts';
import { makeFeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';
import { zipOf } from '../../doubles/zip.ts';

useDatabase(test);

const attachment = (path: string) =>
  `<anhang location="EXTERN" gruppe="BILD"><daten><pfad>${path}</pfad></daten></anhang>`;
const xml =
  '<openimmo><uebertragung umfang="VOLL"/><anbieter><immobilie><objektkategorie><vermarktungsart KAUF="1"/>' +
  `</objektkategorie><anhaenge>${attachment('1.jpg')}${attachment('bilder\\2.png')}` +
  `${attachment('none.txt')}</anhaenge>` +
  '<verwaltung_techn><openimmo_obid>1</openimmo_obid></verwaltung_techn></immobilie></anbieter></openimmo>';
const jpeg = (text: string) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(text)]);
const png = Buffer.concat([Buffer.from([0x89]), Buffer.from('PNG\r\n\u001a\n')]);
const sent = (first: string) =>
  zipOf({ 'feed.xml': xml, '1.jpg': jpeg(first), 'bilder/2.png': png, 'fake.jpg': '<script>' });

async function agencyWith(t: ExecutionContext, feed: { imageBaseUrl?: string } = {}) {
  const [server, dataDir] = [await startFeedServer(), await mkdtemp(join(tmpdir(), 'estio-pictures-'))];
  t.teardown(() => Promise.all([server.close(), rm(dataDir, { recursive: true })]));
  const agency = await makeFeedAgency({ url: server.publish('/feed.zip', sent('one')), ...feed });
  const environment = { FEED_ALLOW_PRIVATE: '1', DATA_DIR: dataDir };
  const urls = async () => [...(await agency.listings()).values()][0]?.images?.map(({ url }) => url ?? '') ?? [];
  return {
    ...agency,
    server,
    dataDir,
    environment,
    urls,
    kept: { ...environment, FEED_IMAGES_URL: 'https://crm.example/feed-images' },
  };
}

test('pictures in the ZIP are kept, served to who knows them, and exchanged when they have changed', async (t) => {
  const agency = await agencyWith(t);
  const { counts } = await agency.sync({ environment: agency.kept });
  t.like(counts, { new: 1, picturesKept: 2, picturesLost: 1 });
  const urls = (await agency.urls()).filter((url) => url.startsWith('https://crm.example/'));
  t.is(urls.length, 2);
  const { handle } = feedImagesRoute(agency.dataDir);
  const get = (path: string) => handle(new Request(`http://a.example${path}`), path);
  const first = await get(new URL(urls[0] ?? '').pathname);
  t.deepEqual([first.status, first.headers.get('content-type')], [200, 'image/jpeg']);
  t.deepEqual(Buffer.from(await first.arrayBuffer()), jpeg('one'));
  const folder = `/feed-images/${agency.feedId.toHexString()}`;
  for (const path of [
    folder,
    `${folder}/`,
    `${folder}/${'0'.repeat(40)}.jpg`,
    `${folder}/../../x.jpg`,
    '/feed-images/',
  ])
    t.is((await get(path)).status, 404, path);
  agency.server.publish('/feed.zip', sent('two'));
  t.is(
    (await agency.sync({ environment: agency.kept })).counts['changed'],
    1,
    'the XML is the same, the picture is not',
  );
  t.not((await agency.urls())[0], urls[0]);
});

test('without a place for them pictures are lost, and the run and the preview say how many', async (t) => {
  const agency = await agencyWith(t);
  t.is((await agency.sync({ environment: agency.environment })).counts['picturesLost'], 3);
  t.deepEqual((await agency.feed()).lastReport?.['warnings'] !== undefined, true);
  const preview = await previewFeed((await agency.feed()).url, {
    maxBytes: 1e6,
    timeoutMs: 60_000,
    idleTimeoutMs: 60_000,
    allowPrivate: true,
    now: () => new Date(),
  });
  t.true(preview.doubts.some((doubt) => doubt.startsWith('3 enclosed pictures would be lost')));
  t.deepEqual(await readdir(agency.dataDir), []);
});

test('pictures that the sender puts somewhere else have their address there; a dry run keeps none', async (t) => {
  const elsewhere = await agencyWith(t, { imageBaseUrl: 'https://img.example/agency/' });
  await elsewhere.sync({ environment: elsewhere.kept });
  t.is((await elsewhere.urls())[0], 'https://img.example/agency/1.jpg');
  const dry = await agencyWith(t);
  await dry.sync({ environment: dry.kept, parameters: { dryRun: true } });
  t.deepEqual(await readdir(dry.dataDir), []);
});
