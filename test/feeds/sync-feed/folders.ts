import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency } from '../../doubles/feed-agency.ts';
import { startSftpServer } from '../../doubles/sftp-server.ts';

useDatabase(test);

const object = (id: string, price: number, aktion = '') =>
  `<immobilie><objektkategorie><vermarktungsart KAUF="1"/></objektkategorie><geo><ort>Zug</ort></geo><preise>` +
  `<kaufpreis>${price}</kaufpreis><waehrung iso_waehrung="CHF"/></preise><verwaltung_techn><aktion ` +
  `aktionart="${aktion}"/>` +
  `<openimmo_obid>${id}</openimmo_obid></verwaltung_techn></immobilie>`;
const transfer = (umfang: string, inner: string) =>
  `<openimmo><uebertragung ` +
  `umfang="${umfang}"/><anbieter><openimmo_anid>A</openimmo_anid>${inner}</anbieter></openimmo>`;

async function folderOf(t: ExecutionContext) {
  const folder = await mkdtemp(join(tmpdir(), 'estio-folders-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return {
    url: `${pathToFileURL(folder).href}/`,
    environment: { FEED_ALLOW_PRIVATE: '1', FEED_FOLDERS: folder },
    async put(name: string, text: string, second: number) {
      await writeFile(join(folder, name), text);
      await utimes(join(folder, name), second, second);
    },
  };
}

test('transfers in a folder are applied in their order, from the newest full list on, each once', async (t) => {
  const { url, environment, put } = await folderOf(t);
  await put('1.xml', transfer('TEIL', object('old', 1)), 10);
  await put('2.xml', transfer('VOLL', object('a', 100_000) + object('b', 200_000)), 20);
  await put('3.xml', transfer('TEIL', object('a', 110_000)), 30);
  await put('4.xml', transfer('TEIL', object('b', 200_000, 'DELETE') + object('c', 300_000)), 40);
  const agency = await makeFeedAgency({ url });
  await agency.sync({ environment });
  const prices = async () =>
    [...(await agency.listings())].map(([id, { price, status }]) => `${id} ${price} ${status}`).toSorted();
  t.deepEqual(await prices(), ['A/a 110000 ACTIVE', 'A/b 200000 WITHDRAWN', 'A/c 300000 ACTIVE']);
  t.is((await agency.feed()).processedFiles?.length, 4);
  await put('5.xml', transfer('TEIL', object('a', 120_000)), 50);
  await put('6.xml', transfer('TEIL', object('a', 130_000)), 60);
  const { counts } = await agency.sync({ environment });
  t.is(counts['changed'], 2);
  t.is((await prices())[0], 'A/a 130000 ACTIVE');
  t.is((await agency.sync({ environment })).counts['notModified'], 1);
});

test('a full list by SFTP is read when there is a newer one, and the key of the server is remembered', async (t) => {
  const login = { user: 'agency', password: 'secret', folder: '/out/' };
  const server = await startSftpServer(login);
  t.teardown(() => server.close());
  const put = (count: number, second: number) =>
    server.files.set(`feed-${second}.xml`, {
      bytes: Buffer.from(kyeroFeed(kyeroListings(count))),
      modifiedAt: new Date(second * 1000),
    });
  put(1, 10);
  put(2, 20);
  const agency = await makeFeedAgency({ url: `sftp://agency:secret@127.0.0.1:${server.port}/out/feed-*.xml` });
  t.is((await agency.sync()).counts['new'], 2);
  t.is((await agency.feed()).hostKey, server.fingerprint);
  t.is((await agency.sync()).counts['notModified'], 1);
  put(3, 30);
  t.is((await agency.sync()).counts['new'], 1);
  const other = await startSftpServer(login);
  t.teardown(() => other.close());
  t.notRegex(JSON.stringify(await agency.feed()).replaceAll('agency:secret@', ''), /secret/);
});
