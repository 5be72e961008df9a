import test from 'ava';
import { compared, prefixVariants } from '../../../shared/matching/places/compared-name.ts';

test('case, accents, punctuation and spellings of the first word make no difference', (t) => {
  for (const name of ['Agios Nikolaos', ' ÁYIOS-NIKÓLAOS ', 'Saint Nikolaos', 'St. Nikolaos', 'άγιος Nikolaos'])
    t.is(compared(name), 'agios nikolaos');
  t.is(compared(' - '), '');
  t.is(compared('St'), 'st');
});

test('the query has every spelling of the first word', (t) => {
  t.true(['agios x', 'ayios x', 'saint x', 'st x'].every((name) => prefixVariants('agios x').includes(name)));
  t.deepEqual(prefixVariants('paphos'), ['paphos']);
});
