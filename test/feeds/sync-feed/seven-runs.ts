import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { makeFeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';

useDatabase(test);

const samples = process.env['FEED_SAMPLES'] ?? path.resolve(import.meta.dirname, '../../../../shared/feeds');
const haveSamples = existsSync(path.join(samples, 'yandex'));

if (!haveSamples) test('the real feeds are not alongside this checkout', (t) => t.false(haveSamples));
else test('a real Yandex feed followed over seven runs', followSevenRuns);

async function followSevenRuns(t: ExecutionContext): Promise<void> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const files = (await readdir(path.join(samples, 'yandex')))
    .filter((name) => name.startsWith('maxcapital-run'))
    .sort();
  const agency = await makeFeedAgency({ url: `${server.origin}/feed.xml` });
  const seen: string[] = [];
  for (const file of files) {
    server.publish('/feed.xml', await readFile(path.join(samples, 'yandex', file)));
    const { status, counts, errors } = await agency.sync();
    t.is(status, 'succeeded', JSON.stringify(errors));
    seen.push([counts['new'] ?? 0, counts['changed'] ?? 0, counts['same'] ?? 0].join('/'));
  }
  t.deepEqual([...seen.slice(0, 5), seen[6]], ['16/0/0', '1/0/16', '0/1/16', '1/0/17', '0/2/16', '0/0/26']);
}
