import test from 'ava';
import fc from 'fast-check';
import { Types } from 'mongoose';
import { itemHash } from '../../../shared/feeds/read/listing-hash.ts';
import { ItemLookUp } from '../../../shared/feeds/read/item-look-up.ts';
import { keyOf } from '../../../shared/feeds/store/seen-ids.ts';
import type { SplitItem } from '../../../shared/feeds/xml/split-items.ts';
import { unchangedItems } from '../../../shared/feeds/store/unchanged-items.ts';
import { Property } from '../../../shared/models/property.ts';
import { useDatabase } from '../../doubles/database.ts';

useDatabase(test);

const hashOf = ({ bytes }: Pick<SplitItem, 'bytes'>) => itemHash(bytes, '');
const itemOf = (text: string, offset: number): SplitItem => ({
  bytes: Buffer.from(text),
  offset,
  surroundings: { bytes: Buffer.alloc(0), elements: [], open: [] },
  ...(text.startsWith('broken') ? { problem: 'unclosed' } : {}),
});

test('every item is found once and in its order with what is known of it, however it is looked up', async (t) => {
  const feedId = new Types.ObjectId();
  await Property.createIndexes();
  const known = Array.from({ length: 40 }, (_, i) => `known ${i}`);
  await Property.collection.insertMany(
    known.map((text, i) => ({
      feedId,
      locationId: feedId,
      slug: `l${i}`,
      feedReferenceId: `l${i}`,
      feedItemHash: hashOf({ bytes: Buffer.from(text) }),
    })) as never[],
  );
  const texts = fc.oneof(
    fc.nat({ max: 60 }).map((i) => `known ${i}`),
    fc.nat({ max: 3 }).map((i) => `broken ${i}`),
    fc.nat({ max: 3 }).map((i) => `${i}${'x'.repeat(300_000)}`),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(texts, { maxLength: 9 }), { maxLength: 30 }),
      fc.constantFrom('whole', 'over the limit', 'delta'),
      async (portions, way) => {
        const mode = way === 'delta' ? 'delta' : 'snapshot';
        const unchanged = unchangedItems(
          feedId,
          mode,
          40,
          way === 'whole' ? { maxAtOnce: 1000, pageSize: 7 } : { maxAtOnce: 5, pageSize: 4 },
        );
        const found: [offset: number, keys: readonly string[]][] = [];
        const lookUp = new ItemLookUp(unchanged, hashOf, async (items, knownBy) => {
          for (const { item, hash } of items)
            found.push([item.offset, hash === '' ? [] : knownBy(hash).map(({ key }) => key)]);
        });
        const expected: typeof found = [];
        for (const portion of portions) {
          const items = portion.map((text, i) => itemOf(text, expected.length + i));
          for (const [i, text] of portion.entries())
            expected.push([items[i]!.offset, known.includes(text) ? [keyOf(`l${known.indexOf(text)}`)] : []]);
          await lookUp.take(items);
        }
        await lookUp.flush();
        t.deepEqual(found, expected);
      },
    ),
    { numRuns: 25 },
  );
});
