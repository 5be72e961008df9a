import test from 'ava';
import { Types } from 'mongoose';
import {
  ambiguousReference,
  ambiguousRemoval,
  confirmCommand,
  confirmIgnored,
  duplicateId,
  hollowItem,
  knownReference,
  olderItem,
  removalsHeld,
  removalsSkipped,
  reusedId,
} from '../../../shared/feeds/plan/problems.ts';
import { item, row, rows } from '../../doubles/feed-plan.ts';

const said = item({ id: 'k1', reference: 'R-1', offset: 70, modifiedAt: Date.UTC(2026, 0, 5) });
const feedId = new Types.ObjectId('a'.repeat(24));

test('what is reported of an item names it and its place', (t) => {
  const stored = row({ modifiedAt: Date.UTC(2026, 0, 9), reference: 'R-2', city: 'altea' });
  const cases = [
    [olderItem(said, stored), 'older', /ignored: it is dated 2026-01-05T.*the stored listing 2026-01-09T/],
    [olderItem(said, row()), 'older', /an old file contains it/],
    [reusedId(said, stored), 'id-reused', /another listing \(r-2, no type, altea\): the new one waits to be published/],
    [ambiguousRemoval(said, 2), 'ambiguous-removal', /^No listing was withdrawn: .*\(R-1\), and 2 listings have it/],
    [ambiguousReference(said, 3), 'ambiguous-reference', /3 listings have its reference \(R-1\)/],
    [hollowItem(said), 'fields-lost', /^The listing was not changed/],
  ] as const;
  for (const [problem, code, message] of cases) {
    t.like(problem, { code, reference: 'k1', offset: 70 });
    t.regex(problem.message, message);
  }
  const duplicate = duplicateId({ item: said, offsets: [90, 70], differs: true });
  t.like(duplicate, { code: 'duplicate-id', reference: 'k1', offset: 70 });
  t.regex(duplicate.message, /at bytes 70 and 90: the one at 90 was used/);
  t.regex(
    duplicateId({ item: said, offsets: [10, 70], differs: true }).message,
    /at bytes 10 and 70: the one at 10 was used/,
  );
  t.like(knownReference('k9'), { code: 'known-reference', value: 'k9' });
});

test('a hold says why, what was done, what to type and which listings wait', (t) => {
  const hold = { heldAt: new Date(0), reason: 'Too many are gone', count: 12, total: 40 };
  const command = `node adapter --invoke sync-feeds --feed-id ${'a'.repeat(24)} --confirm-removals`;
  t.is(confirmCommand(feedId), command);
  t.is(
    removalsHeld(hold, { confirmed: 0, held: rows(12) }, feedId).message,
    `Too many are gone. Nothing was withdrawn. Look at the feed; if this is right: ${command}. ` +
      'Listings: R-1, R-2, R-3, R-4, R-5, R-6, R-7, R-8, R-9, R-10, ...',
  );
  const some = removalsHeld({ ...hold, count: 1 }, { confirmed: 3, held: [row()] }, feedId).message;
  t.regex(some, /The 3 confirmed listings were withdrawn, these were not\..* Listings: k1$/);
  const unnamed = rows(3, (number) => ({ reference: number < 3 ? '0' : 'R-3' }));
  t.regex(
    removalsHeld({ ...hold, count: 3 }, { confirmed: 0, held: unnamed }, feedId).message,
    /Listings: k1, k2, R-3$/,
    'a reference that several have names none',
  );
});

test('a run that concludes nothing says why, and whether a confirmation counts', (t) => {
  t.is(removalsSkipped('Why', false).message, 'Why. No listing is marked as missing or withdrawn in this run');
  t.is(
    removalsSkipped('Why', true).message,
    'Why. No listing is marked as missing or withdrawn in this run, except what was confirmed',
  );
  t.regex(confirmIgnored(undefined).message, /^The confirmation had no effect: .*missing listings$/);
  const hold = { heldAt: new Date(0), reason: '', count: 12, total: 40 };
  t.regex(confirmIgnored(hold).message, /The 12 waiting listings stay held: confirm together with the next full list/);
});
