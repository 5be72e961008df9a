import test from 'ava';
import { closestName } from '../../shared/platform/closest-name.ts';

test('the nearest name is the one that was meant, and what is far from all is none', (t) => {
  const names = ['invoke', 'KYERO', 'feed-add', 'feed-list', 'feed-pause', 'status'];
  for (const [typed, meant] of [
    ['invok', 'invoke'],
    ['INVOKE', 'invoke'],
    ['feed-lsit', 'feed-list'],
    ['pause', 'feed-pause'],
    ['feed', undefined],
    ['EINVOKE', 'invoke'],
    ['statsu', 'status'],
    ['kyreo', 'KYERO'],
    ['x', undefined],
    ['something', undefined],
    ['', undefined],
  ] as const)
    t.is(closestName(typed, names), meant, typed);
});
