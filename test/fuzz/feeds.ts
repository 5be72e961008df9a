/** Damaged feeds must not crash or hang the reader, or remove an undamaged listing. */

import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { acquireEmbeddedMongodb } from '../../adapter/embedded-mongodb/acquire-engine.ts';
import { FeedReport } from '../../shared/feeds/feed-report.ts';
import { CandidateReader } from '../../shared/feeds/read/read-item.ts';
import { openFeed } from '../../shared/feeds/read/open-feed.ts';
import { models } from '../../shared/models/index.ts';
import { Property } from '../../shared/models/property.ts';
import { connectDatabase, disconnectDatabase } from '../../shared/platform/database.ts';
import { EstioError } from '../../shared/platform/errors.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency } from '../doubles/feed-agency.ts';
import { hardTexts } from '../doubles/hard-texts.ts';
import { startFeedServer } from '../doubles/feed-server.ts';
import { seeded } from '../doubles/seeded.ts';
import type { FuzzOptions } from './run.ts';

const slowMs = 5000;
const importedEvery = 20;

/** Long enough to show non-linear readers. */
const hardLength = 5000;

const tricks = [
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '&a;',
  '&#x110000;',
  '&#0;',
  '<',
  '>',
  '"',
  '</root>',
  '<property>',
  '</property>',
  '\u0000',
  '\ufeff',
  '<?xml encoding="utf-16"?>',
  '<__proto__>',
  '<constructor toString="1">',
  '<hasOwnProperty/>',
  '<a '.repeat(50),
  '<a>'.repeat(200),
  ...[...hardTexts.values()].map((make) => make(hardLength)),
];

function damage(document: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(document);
  const at = () => Math.floor(random() * bytes.length);
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
    const [from, length] = [at(), Math.floor(random() * 400)];
    const kind = Math.floor(random() * 6);
    if (bytes.length === 0) return bytes;
    if (kind === 0)
      for (let flips = 1 + Math.floor(random() * 8); flips > 0; flips--) bytes[at()] = Math.floor(random() * 256);
    else if (kind === 1) bytes = bytes.subarray(0, from);
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
    else if (kind === 3)
      bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from, from + length), bytes.subarray(from)]);
    else if (kind === 4)
      bytes = Buffer.concat([
        bytes.subarray(0, from),
        Buffer.from(tricks[Math.floor(random() * tricks.length)] as string),
        bytes.subarray(from),
      ]);
    else bytes[at()] = (bytes[at()] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return bytes;
}

/** Of every format. */
function samples(): Buffer[] {
  const folder = path.join(import.meta.dirname, '../fixtures/feeds');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.xml'));
  return [
    Buffer.from(kyeroFeed(kyeroListings(8))),
    ...files.map((file) => readFileSync(path.join(folder, file))).filter((bytes) => bytes.length < 64 * 1024),
  ];
}

async function read(document: Buffer, random: () => number): Promise<void> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < document.length;) {
      const size = 1 + Math.floor(random() * 5000);
      yield document.subarray(at, at + size);
      at += size;
    }
  }
  const feed = await openFeed(chunks(), {});
  const context = { languages: ['en'], timeZone: 'UTC', ...(feed.mapping ? { mapping: feed.mapping } : {}) };
  const reader = new CandidateReader(
    {
      format: feed.format,
      encoding: feed.encoding,
      mode: 'snapshot',
      context,
      readingVersion: '',
      ignoredUrlKeys: [],
      repairEncoding: false,
    },
    new FeedReport(),
  );
  for await (const some of feed.items) {
    for (const item of some) {
      const { candidates } = reader.read(item, item.problem ? '' : reader.hash(item));
      for (const { mapped } of candidates)
        if (/[\u0000\ufffd]/.test(JSON.stringify(mapped.values)) && !document.includes('\ufffd'))
          throw new Error(`damaged text came through: ${JSON.stringify(mapped.values).slice(0, 300)}`);
    }
  }
  feed.end();
}

export async function fuzz({ count = 20_000, seed }: FuzzOptions): Promise<boolean> {
  const random = seeded(seed);
  const documents = samples();
  const folder = await mkdtemp(path.join(tmpdir(), 'estio-fuzz-'));
  const engine = await acquireEmbeddedMongodb({ dataDir: folder });
  const server = await startFeedServer();
  const outcomes: Record<string, number> = {};
  let broken = 0;
  try {
    await connectDatabase({ uri: engine.uri, autoIndex: false });
    for (const model of models) await model.createIndexes();
    const whole = documents[0] as Buffer;
    const agency = await makeFeedAgency({ url: server.publish('/feed.xml', whole) });
    await agency.sync();
    const originals = kyeroListings(8).map((listing) => ({
      id: String(listing['id']),
      item: kyeroFeed([listing]).match(/<property>.*<\/property>/s)?.[0] as string,
    }));
    const withdrawn = async () => {
      const listings = await agency.listings();
      return originals.filter(({ id }) => listings.get(id)?.status !== 'ACTIVE' || listings.get(id)?.deletedAt);
    };
    for (let i = 0; i < count; i++) {
      const document = damage(documents[i % documents.length] as Buffer, random);
      const begun = performance.now();
      const outcome = await read(document, random).then(
        () => 'read',
        (error: unknown) => (error instanceof EstioError ? error.code : `crash: ${String((error as Error).stack)}`),
      );
      outcomes[outcome.slice(0, 80)] = (outcomes[outcome.slice(0, 80)] ?? 0) + 1;
      const took = performance.now() - begun;
      if (outcome.startsWith('crash') || took > slowMs) {
        broken += 1;
        console.error(
          `document ${i} of seed ${seed}: ${took > slowMs ? `took ${Math.round(took)} ms` : outcome}\n` +
            `${document.toString('latin1').slice(0, 500)}`,
        );
      }
      if (i % importedEvery !== 0) continue;
      const damaged = damage(whole, random);
      server.publish('/feed.xml', damaged);
      for (let run = 0; run < 2; run++) await agency.sync();
      const shown = damaged
        .toString('latin1')
        .replace(/<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)|<\?[^]*?(?:\?>|$)/g, '');
      const removed = (await withdrawn()).filter(({ item }) => shown.includes(item));
      server.publish('/feed.xml', whole);
      await agency.sync();
      const lost = await withdrawn();
      if (removed.length + lost.length > 0) {
        broken += 1;
        console.error(
          `document ${i} of seed ${seed} removed ${removed.map(({ id }) => id).join()}, and lost ` +
            `${lost.map(({ id }) => id).join()}\n${damaged.toString('latin1')}`,
        );
      }
      // Listings made up by damage would pile up.
      await Property.deleteMany({ feedId: agency.feedId, feedReferenceId: { $nin: originals.map(({ id }) => id) } });
      if (i % 1000 === 0) console.error(`${i} of ${count}`);
    }
  } finally {
    await disconnectDatabase();
    await server.close();
    await engine.release();
    await rm(folder, { recursive: true, force: true });
  }
  console.log(
    `${count} documents (seed ${seed}): ${broken} broke something\n${Object.entries(outcomes)
      .sort(([, one], [, other]) => other - one)
      .map(([name, times]) => `  ${String(times).padStart(6)}  ${name}`)
      .join('\n')}`,
  );
  return broken === 0;
}
