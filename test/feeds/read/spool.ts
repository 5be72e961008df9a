import test from 'ava';
import { WaitingListings } from '../../../shared/feeds/read/spool.ts';
import type { Candidate } from '../../../shared/feeds/plan/listing-changes.ts';

test('listings that wait on disk come back as they were, in their order, whatever their texts hold', async (t) => {
  const given = Array.from(
    { length: 1200 },
    (_, index) =>
      ({
        id: `l${index}`,
        mapped: { title: `one\u2028two\u2029three\r\nfour ${index}`, modifiedAt: new Date(index) },
      }) as unknown as Candidate,
  );
  const waiting = new WaitingListings();
  try {
    for (let at = 0; at < given.length; at += 100) await waiting.add(given.slice(at, at + 100));
    t.is(waiting.length, given.length);
    for (let reading = 0; reading < 2; reading += 1) {
      const found: Candidate[] = [];
      for await (const batch of waiting.batches()) found.push(...batch);
      t.deepEqual(found, given);
    }
  } finally {
    await waiting.clear();
  }
});
