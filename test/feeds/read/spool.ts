import test from 'ava';
import { Spool } from '../../../shared/feeds/read/spool.ts';
import type { Candidate } from '../../../shared/feeds/read/candidate.ts';

test('listings that wait on disk come back as they were, in their order, whatever their texts hold', async (t) => {
  const given = Array.from(
    { length: 1200 },
    (_, index) =>
      ({
        id: `l${index}`,
        mapped: { title: `one\u2028two\u2029three\r\nfour ${index}`, modifiedAt: new Date(index) },
      }) as unknown as Candidate,
  );
  await using waiting = new Spool();
  for (let at = 0; at < given.length; at += 100) await waiting.add(given.slice(at, at + 100));
  t.is(waiting.length, given.length);
  for (let reading = 0; reading < 2; reading += 1) {
    const found: Candidate[] = [];
    for await (const batch of waiting.batches())
      for (const [at, candidate] of batch) {
        t.is(at, found.length);
        found.push(candidate);
      }
    t.deepEqual(found, given);
  }
  const some: number[] = [];
  for await (const batch of waiting.batches((at) => at % 500 === 7)) some.push(...batch.map(([at]) => at));
  t.deepEqual(some, [7, 507, 1007]);
});
