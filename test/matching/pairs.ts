import test from 'ava';
import { judgePairs, precisionAndRecall } from '../doubles/judge-pairs.ts';

test('matching judges as an estate agent would', (t) => {
  const judged = judgePairs();
  t.true(judged.length >= 200, `${judged.length} pairs`);
  t.is(new Set(judged.map(({ pair }) => pair)).size, judged.length);
  const { precision, recall } = precisionAndRecall(judged);
  const wrong = judged.filter(({ fits, matches }) => fits !== matches).map(({ pair }) => pair);
  t.true(precision >= 0.97 && recall >= 0.97, `${precision} and ${recall}: ${wrong.join('; ')}`);
});
