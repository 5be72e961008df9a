import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { useCommands } from '../doubles/commands.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { startFeedServer } from '../doubles/feed-server.ts';

const test = anyTest as TestFn;
useDatabase(test);
const runCommand = useCommands(test);

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/feeds/${name}`, import.meta.url));

test('--feed-preview shows a feed and needs no settings', async (t) => {
  const result = await runCommand(['--feed-preview', fixture('kyero.xml')]);
  t.is(result.code, 0, result.stderr);
  t.regex(result.stdout, /Format: +KYERO/);
  t.regex(result.stdout, /349,950 EUR/);
});

test('--json gives the whole preview, --show says how many listings', async (t) => {
  const result = await runCommand(['--feed-preview', fixture('reaxml.xml'), '--json', '--show', '2']);
  t.is(result.code, 0, result.stderr);
  const preview = JSON.parse(result.stdout) as { format: string; count: number; listings: unknown[] };
  t.like(preview, { format: 'REAXML', count: 10 });
  t.is(preview.listings.length, 2);
});

test('a cut feed is exit code 3, a page that is no feed 1, wrong usage 2', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-preview-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const [cut, page, mapping, notJson] = ['cut.xml', 'page.html', 'mapping.json', 'not.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  await writeFile(cut, '<root><kyero/><property><id>1</id></property>');
  await writeFile(page, '<!DOCTYPE html><html><body>Please log in</body></html>');
  await writeFile(mapping, '{"itemPath":"root/property","fields":{"prize":"x"}}');
  await writeFile(notJson, 'itemPath: x');
  for (const [args, code, words] of [
    [[cut], 3, /is incomplete/],
    [[page], 1, /The answer is not an XML feed. It begins/],
    [[join(folder, 'none.xml')], 2, /there is no file/],
    [[cut, '--mapping', mapping], 1, /prize: unknown field \(did you mean price\?\)/],
    [[cut, '--mapping', notJson], 2, /--mapping expects JSON/],
    [[cut, '--show', 'all'], 2, /--show expects a number/],
    [[cut, '--format', 'BLM'], 1, /Unknown feed format "BLM"/],
  ] as const) {
    const result = await runCommand(['--feed-preview', ...args]);
    t.is(result.code, code, `${args.join(' ')}\n${result.stderr}`);
    t.regex(result.stdout + result.stderr, words);
  }
});

test('--save approves the mapping that is shown; of a known format there is none to approve', async (t) => {
  const { _id: feedId } = await PropertyFeed.create({ locationId: new Types.ObjectId(), url: 'https://a.example/x' });
  const environment = { MONGODB_URI: databaseUri() };
  const save = (file: string, ...more: readonly string[]) =>
    runCommand(['--feed-preview', fixture(file), '--save', String(feedId), ...more], environment);
  const known = await save('kyero.xml');
  t.is(known.code, 0, known.stderr);
  t.regex(known.stderr, /known format \(KYERO\): there is no mapping to approve/);
  t.is((await PropertyFeed.findById(feedId).lean())?.mapping, undefined);
  t.is((await save('generic-rss.xml', '--mode', 'some')).code, 2);
  const proposed = await save('generic-rss.xml', '--mode', 'snapshot');
  t.is(proposed.code, 0, proposed.stderr);
  t.regex(proposed.stderr, /Approved: .*--dry-run --feed-id/);
  const stored = await PropertyFeed.findById(feedId).lean();
  t.like(stored, { format: 'GENERIC', mode: 'snapshot' });
  t.true(stored?.mappingApprovedAt instanceof Date);
  t.is(typeof stored?.mapping?.['itemPath'], 'string');
});

test('a stored feed is looked at by its id, and approved by it', async (t) => {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const url = server.publish('/private.xml', await readFile(fixture('generic-rss.xml')));
  const feedId = new Types.ObjectId();
  const environment = { MONGODB_URI: databaseUri(), FEED_ALLOW_PRIVATE: '1' };
  await PropertyFeed.create({ _id: feedId, locationId: new Types.ObjectId(), url, format: 'AUTO' });
  const looked = await runCommand(['--feed-preview', String(feedId)], environment);
  t.is(looked.code, 0, looked.stderr);
  t.regex(looked.stdout, /127\.0\.0\.1/);
  const saved = await runCommand(['--feed-preview', String(feedId), '--save', String(feedId)], environment);
  t.is(saved.code, 0, saved.stderr);
  t.like(await PropertyFeed.findById(feedId).lean(), { format: 'GENERIC', url });
  const none = await runCommand(['--feed-preview', '0'.repeat(24)], environment);
  t.is(none.code, 2);
  t.regex(none.stderr, /No feed has the id 0{24}/);
});
