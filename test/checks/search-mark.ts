import test from 'ava';
import { searchMark } from '../../shared/checks/search-mark.ts';

test('searches are distinguished by their requirements', (t) => {
  const search = { active: true, goal: 'SALE', locations: ['Paphos'], maxPrice: 300_000 };
  const same = [
    { maxPrice: 300_000, locations: ['Paphos'], goal: 'SALE' },
    { ...search, districts: [], minPrice: null, note: 'by phone' },
    { ...search, types: null, features: '', districts: [null], locations: ' paphos' },
    { ...search, maxPrice: '300000' },
  ];
  for (const each of same) t.is(searchMark(each), searchMark(search));
  t.is(searchMark({ ...search, active: ' No' }), searchMark({ ...search, active: false }));
  const two = { ...search, types: ['Villa', 'House'] };
  t.is(searchMark({ ...two, types: ['House', 'Villa'] }), searchMark(two));
  const others = [
    { ...search, maxPrice: 1 },
    { ...search, active: false },
    { ...search, types: ['Villa'] },
    {},
    null,
    5,
  ];
  t.is(new Set([search, ...others].map(searchMark)).size, 5, 'what is no search is an empty one');
});
