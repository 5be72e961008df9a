import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { openFeed } from '../../../shared/feeds/read/open-feed.ts';
import { EstioError } from '../../../shared/platform/errors.ts';
import { choose, chooseFrom } from '../../doubles/chosen.ts';
import { useDatabase } from '../../doubles/database.ts';
import { makeFeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';

useDatabase(test);

const samples = process.env['FEED_SAMPLES'] ?? path.resolve(import.meta.dirname, '../../../../shared/feeds');
const files = existsSync(samples)
  ? readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.xml') && !file.startsWith('broken'),
    )
  : [];

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function look(bytes: Buffer): Promise<{ items: number; complete: boolean } | string> {
  try {
    const feed = await openFeed(once(bytes), {});
    for await (const some of feed.items) void some;
    const { items, complete } = feed.end();
    return { items, complete };
  } catch (error) {
    if (error instanceof EstioError) return error.code;
    throw error;
  }
}

if (files.length === 0) test('the real feeds are not alongside this checkout', (t) => t.false(existsSync(samples)));

for (const file of files) {
  test(`${file} cut anywhere is never taken for a whole feed with fewer listings`, async (t) => {
    const bytes = readFileSync(path.join(samples, file));
    const whole = await look(bytes);
    for (const hundredth of choose(t, 'hundredths', 99, 20)) {
      const found = await look(bytes.subarray(0, Math.floor((bytes.length * hundredth) / 100)));
      if (typeof found === 'string')
        t.true(['empty', 'truncated', 'not-a-feed', 'needs-mapping', 'invalid-mapping'].includes(found), found);
      else if (found.complete) t.deepEqual(found, whole);
      else t.pass();
    }
  });
}

if (files.length > 0)
  test('a real feed imported twice changes nothing the second time', async (t) => {
    const server = await startFeedServer();
    t.teardown(() => server.close());
    for (const file of chooseFrom(t, 'feeds', files, 12)) {
      const url = server.publish(`/${encodeURIComponent(file)}`, readFileSync(path.join(samples, file)));
      const agency = await makeFeedAgency({ url });
      const first = await agency.sync();
      // Unknown format: nothing is stored before a person has looked.
      if (first.errors[0]?.code === 'needs-mapping') {
        t.is(first.status, 'failed', file);
        t.is((await agency.listings()).size, 0, file);
        continue;
      }
      t.is(first.status, 'succeeded', `${file}: ${JSON.stringify(first.errors)}`);
      const before = await agency.listings();
      const second = await agency.sync();
      t.deepEqual([second.counts['new'], second.counts['changed'], second.counts['restored'] ?? 0], [0, 0, 0], file);
      t.deepEqual(
        [...(await agency.listings()).values()].map(({ updatedAt }) => updatedAt),
        [...before.values()].map(({ updatedAt }) => updatedAt),
        file,
      );
    }
  });
