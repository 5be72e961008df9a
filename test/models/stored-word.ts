import test from 'ava';
import { storedWord, wordSpellings } from '../../shared/models/stored-word.ts';

const stages = ['unqualified', 'basic', 'qualified', 'highly_qualified'] as const;

test('a fixed word is read in every usual spelling', (t) => {
  for (const [stored, word] of [
    ['qualified', 'qualified'],
    ['Qualified', 'qualified'],
    ['HIGHLY QUALIFIED', 'highly_qualified'],
    ['Highly qualified', 'highly_qualified'],
    ['highly-qualified', 'highly_qualified'],
    ['highlyQualified', 'highly_qualified'],
    [' basic ', 'basic'],
    ['Unqualified', 'unqualified'],
    ['disqualified', undefined],
    ['', undefined],
    [null, undefined],
    [5, undefined],
    [['basic'], undefined],
  ] as const)
    t.is(storedWord(stored, stages), word, JSON.stringify(stored));
});

test('a filter finds the same spellings and no other word', (t) => {
  const asked = wordSpellings('highly_qualified', 'basic');
  for (const spelling of [
    'highly_qualified',
    'HIGHLY QUALIFIED',
    'Highly Qualified',
    'Highly-qualified',
    'Basic',
    'BASIC',
  ])
    t.true(asked.includes(spelling), spelling);
  t.is(new Set(asked).size, asked.length);
  for (const spelling of asked) t.truthy(storedWord(spelling, ['highly_qualified', 'basic']), spelling);
});
