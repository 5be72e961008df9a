import test from 'ava';
import { judgePrice } from '../../shared/checks/judge-price.ts';

test('a price is reduced from 5 % on; smaller changes are noted or ignored', (t) => {
  const known = { announcedPrice: 100_000, announcedCurrency: 'EUR', currency: 'EUR' };
  for (const [price, expected] of [
    [95_000, 'reduced'],
    [95_000.01, undefined],
    [100_000, undefined],
    [100_001, 'noted'],
    [null, undefined],
    [0, undefined],
  ] as const) {
    t.is(judgePrice({ ...known, price }), expected, String(price));
  }
  t.is(judgePrice({ ...known, price: 50_000, currency: 'GBP' }), 'noted');
  t.is(judgePrice({ price: 50_000 }), 'noted');
  t.is(judgePrice({ price: 28.5, announcedPrice: 30 }), 'reduced', 'without errors of rounding');
});
