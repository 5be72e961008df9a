import test from 'ava';
import { exceeded, heapFlags, memoryLimits } from '../../../adapter/job-process/memory-limits.ts';

test('a run may use its heap and a margin, and a browser its limit and a margin', (t) => {
  const limits = memoryLimits({ cronWorkerMaxMb: 1024, chromiumMaxMb: 700 });
  t.deepEqual(limits, { heapMb: 1024, runMb: 1536, helpersMb: 1212 });
  t.true(heapFlags(limits.heapMb).includes('--max-old-space-size=1024'));
});

test('processes above their limit are reported, the run first', (t) => {
  const limits = { heapMb: 64, runMb: 100, helpersMb: 50 };
  t.is(exceeded({ runMb: 100, helpersMb: 50 }, limits), undefined);
  t.is(exceeded({ runMb: 101, helpersMb: 51 }, limits), 'run');
  t.is(exceeded({ runMb: 0, helpersMb: 51 }, limits), 'helpers');
});
