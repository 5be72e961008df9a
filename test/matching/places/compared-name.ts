import test from 'ava';
import { compared, prefixVariants } from '../../../shared/matching/places/compared-name.ts';

test('case, accents, punctuation and the ways of writing a first word do not count', (t) => {
  for (const name of ['Agios Nikolaos', ' ÁYIOS-NIKÓLAOS ', 'Saint Nikolaos', 'St. Nikolaos', 'άγιος Nikolaos'])
    t.is(compared(name), 'agios nikolaos');
  t.is(compared(' - '), '');
  t.is(compared('St'), 'st');
});

test('the first word is asked for in every way that it is written', (t) => {
  t.true(['agios x', 'ayios x', 'saint x', 'st x'].every((name) => prefixVariants('agios x').includes(name)));
  t.deepEqual(prefixVariants('paphos'), ['paphos']);
});
