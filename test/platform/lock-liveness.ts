import test from 'ava';
import { isLockDead, lockPlace, lockStaleMs, type LockFacts } from '../../shared/platform/lock-liveness.ts';

test('where a lock was taken is known by its boot and its pids, not by a name that can change', (t) => {
  const own = { host: 'here', boot: 'b1', pids: 'pid:[1]' };
  t.is(lockPlace({ ...own }, own), 'here');
  t.is(lockPlace({ ...own, host: 'renamed' }, own), 'here');
  t.is(lockPlace({ ...own, boot: 'b0' }, own), 'earlier-boot');
  t.is(lockPlace({ ...own, pids: 'pid:[2]' }, own), 'elsewhere', 'a container counts pids of its own');
  t.is(lockPlace({ ...own, host: 'there', boot: 'b2' }, own), 'elsewhere');
  t.is(lockPlace({ host: 'here' }, own), 'here', 'an older version tells its host only');
  t.is(lockPlace({ host: 'there' }, own), 'elsewhere');
  t.is(lockPlace({ host: 'here' }, { host: 'here' }), 'here', 'without /proc');
});

test('processes decide where pids mean something, age elsewhere', (t) => {
  const old = lockStaleMs + 1;
  const cases: [string, LockFacts, boolean][] = [
    ['owner and run live', facts('here', true, true, 0), false],
    ['a stalled owner, its run lives', facts('here', true, true, old), false],
    ['a dead owner, its run lives', facts('here', false, true, old), false],
    ['the run has ended, its owner is about to write that down', facts('here', true, false, 0), false],
    ['the run has ended, its owner is stalled', facts('here', true, false, old), true],
    ['both are dead', facts('here', false, false, 0), true],
    ['a live owner that has not begun, however old', facts('here', true, undefined, old), false],
    ['a dead owner that has not begun', facts('here', false, undefined, 0), true],
    ['before the last boot', facts('earlier-boot', false, undefined, 0), true],
    ['elsewhere, touched just now', facts('elsewhere', false, false, 0), false],
    ['elsewhere, untouched', facts('elsewhere', false, false, old), true],
  ];
  for (const [title, found, dead] of cases) t.is(isLockDead(found), dead, title);
});

function facts(
  place: LockFacts['place'],
  ownerLives: boolean,
  runLives: boolean | undefined,
  untouchedMs: number,
): LockFacts {
  return { place, ownerLives, runLives, untouchedMs };
}
