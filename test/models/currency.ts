import test from 'ava';
import { readCurrency, readPeriod } from '../../shared/models/currency.ts';

test('all spellings of a currency are read alike; without one the location’s counts', (t) => {
  for (const [stored, fallback, expected] of [
    ['€', 'GBP', 'EUR'],
    ['eur', 'GBP', 'EUR'],
    [' Euro ', 'GBP', 'EUR'],
    ['Ευρώ', 'GBP', 'EUR'],
    ['£', 'EUR', 'GBP'],
    ['$', 'AUD', 'AUD'],
    ['$', 'EUR', 'USD'],
    ['A$', 'EUR', 'AUD'],
    ['R$', 'EUR', 'BRL'],
    ['chf', 'EUR', 'CHF'],
    ['', 'EUR', 'EUR'],
    [undefined, 'eur', 'EUR'],
    [5, 'EUR', 'EUR'],
  ] as const)
    t.is(readCurrency(stored, fallback), expected, String(stored));
});

test('a rental period is read in its usual spellings', (t) => {
  for (const [stored, expected] of [
    ['month', 'month'],
    ['MONTH', 'month'],
    ['pcm', 'month'],
    ['p.c.m.', 'month'],
    ['per month', 'month'],
    ['pw', 'week'],
    ['p/w', 'week'],
    ['weekly', 'week'],
    ['per week', 'week'],
    ['jährlich', 'year'],
    ['p.a.', 'year'],
    ['nightly', 'day'],
    ['al mes', 'month'],
    ['soon', undefined],
    [undefined, undefined],
    [5, undefined],
  ] as const)
    t.is(readPeriod(stored), expected, String(stored));
});
