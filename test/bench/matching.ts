import { judgePairs, precisionAndRecall } from '../doubles/judge-pairs.ts';
import type { Benchmark } from './measure.ts';

export const bench: Benchmark = async (say) => {
  const judged = judgePairs();
  for (const { pair, fits, matches } of judged)
    if (fits !== matches) say(`${matches ? 'matches, should not' : 'should match'}  ${pair}`);
  return { ratios: precisionAndRecall(judged), figures: { pairs: judged.length } };
};
