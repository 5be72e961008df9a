import test from 'ava';
import { RecentLines } from '../../../adapter/job-process/recent-lines.ts';

function kept(...pieces: readonly string[]): readonly string[] {
  const recent = new RecentLines();
  for (const piece of pieces) recent.add(piece);
  return recent.all();
}

test('lines are kept in their order, without colours and empty ones', (t) => {
  t.deepEqual(kept('one\ntwo\n', '\u001b[31mred\u001b[39m\n\n'), ['one', 'two', 'red']);
});

test('of many lines the last 200 are kept', (t) => {
  const lines = kept(Array.from({ length: 1000 }, (_, index) => `line ${index}\n`).join(''));
  t.is(lines.length, 200);
  t.is(lines.at(-1), 'line 999');
  t.is(kept(...Array.from({ length: 500 }, (_, index) => `${index}\n`)).at(0), '300');
});

test('at most 32 kB are kept, and a long line is cut at a whole character', (t) => {
  const lines = kept(...Array.from({ length: 300 }, () => `${'é🏠'.repeat(5000)}\n`));
  t.true(lines.every((line) => line.endsWith(' …') && !line.includes('\uFFFD') && Buffer.byteLength(line) <= 2048));
  t.true(Buffer.byteLength(lines.join('')) <= 32 * 1024);
  t.true(lines.length > 10);
});
