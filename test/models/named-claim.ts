import test from 'ava';
import { endClaim, isHeld, releaseClaims, renewClaims } from '../../shared/models/claim.ts';
import { claimName, NamedClaim } from '../../shared/models/named-claim.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

const by = (runId: string) => ({ runId, host: 'one-host', pid: 1 });

test('one of many contenders claims the name, the others learn which one', async (t) => {
  for (let round = 0; round < 3; round += 1) {
    const found = await Promise.all(
      Array.from({ length: 12 }, (_, n) => claimName(`contended-${round}`, by(`${round}-${n}`))),
    );
    t.is(new Set(found.map(({ claim }) => claim.token)).size, 1);
    t.like(found[0], { claim: { host: 'one-host', pid: 1, attempts: 1 } });
    await endClaim(NamedClaim, found[0]!);
  }
});

test("a name stays claimed until its release or the end of its lease, by the database's clock", async (t) => {
  const first = await claimName('held', by('first'));
  t.is(first.claim.until.getTime() - first.claim.since.getTime(), 60_000);
  t.is((await claimName('held', by('second'))).claim.runId, 'first');
  t.is(await renewClaims(NamedClaim, 'first'), 1);
  await endClaim(NamedClaim, first);
  t.is((await claimName('held', by('second'))).claim.runId, 'second');
  t.false(await isHeld(NamedClaim, first));
  await releaseClaims(NamedClaim, 'first');
  t.is((await claimName('held', by('third'))).claim.runId, 'second', 'a former holder lets nothing go');
  await releaseClaims(NamedClaim, 'second');
  t.is((await claimName('held', by('third'))).claim.runId, 'third');
});
