import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import { approveMapping } from '../../../shared/feeds/preview/approve-mapping.ts';
import { PropertyFeed } from '../../../shared/models/property-feed.ts';
import { useDatabase } from '../../doubles/database.ts';

const test = anyTest as TestFn;
useDatabase(test);

const mapping = { itemPath: 'homes/home', fields: { id: '@id', price: 'price' } };
const url = 'https://agency.example/feed.xml';
const now = new Date('2026-03-01T10:00:00Z');
const newFeed = async (more = {}): Promise<string> =>
  String((await PropertyFeed.create({ locationId: new Types.ObjectId(), url, format: 'AUTO', ...more }))._id);

test('an approved mapping is what the runs of the feed read by', async (t) => {
  const feedId = await newFeed();
  await approveMapping({ feedId, url, mapping, now });
  const stored = await PropertyFeed.findById(feedId).lean();
  t.like(stored, { format: 'GENERIC', mappingApprovedAt: now, url });
  t.deepEqual(stored?.mapping, mapping);
  t.is(stored?.mode, undefined);
});

test('a feed of different address, none, and a mapping that cannot be used are refused', async (t) => {
  const feedId = await newFeed();
  for (const [approval, error] of [
    [
      { feedId, url: 'https://other.example/feed.xml', mapping },
      { code: 'usage', message: /different address/ },
    ],
    [
      { feedId: String(new Types.ObjectId()), url, mapping },
      { code: 'usage', message: /No feed has the id/ },
    ],
    [
      { feedId: 'x', url, mapping },
      { code: 'usage', message: /No feed has the id x/ },
    ],
    [{ feedId, url, mapping: { itemPath: 'a' } as never }, { code: 'invalid-mapping' }],
  ] as const)
    await t.throwsAsync(approveMapping({ ...approval, now }), error);
  t.like(await PropertyFeed.findById(feedId).lean(), { format: 'AUTO', mapping: undefined });
});

test('a feed that lists changes only is approved with a mode, or where the feed has one', async (t) => {
  const saysChanges = 'export/@type="incremental"';
  const [undecided, decided] = [await newFeed(), await newFeed({ mode: 'delta' })];
  await t.throwsAsync(approveMapping({ feedId: undecided, url, mapping, saysChanges, now }), {
    code: 'usage',
    message: /only changes \(export\/@type="incremental"\).*--mode delta/,
  });
  await approveMapping({ feedId: undecided, url: undefined, mapping, saysChanges, mode: 'delta', now });
  await approveMapping({ feedId: decided, url, mapping, saysChanges, now });
  for (const feedId of [undecided, decided])
    t.like(await PropertyFeed.findById(feedId).lean(), { format: 'GENERIC', mode: 'delta' });
});
