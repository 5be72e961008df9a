import test from 'ava';
import { parseEnergyRating } from '../../../shared/feeds/values/energy.ts';

test('classes and stars are read, marks for none are not', (t) => {
  for (const [word, rating] of [
    ['b', 'B'],
    ['Clase A', 'A'],
    ['A+++', 'A+++'],
    ['A2', 'A2'],
    ['4 stars', '4 stars'],
    ['6.5 Stars', '6.5 stars'],
    ['5.0 stars', '5 stars'],
    ['1 star', '1 star'],
    ['10★', '10 stars'],
    ['0 stars', null],
    ['11 stars', null],
    ['6', null],
    ['X', null],
    ['esente', null],
    ['', null],
  ] as const)
    t.is(parseEnergyRating(word), rating, word);
});
