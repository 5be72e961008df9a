import test from 'ava';
import { currencyOfCountry } from '../../../shared/feeds/values/currency-of-country.ts';
import { findCurrency, parseCurrency } from '../../../shared/feeds/values/currencies.ts';

test('hard case 26: codes, symbols, old codes and names are mapped', (t) => {
  const expected: Readonly<Record<string, string>> = { EUR: 'EUR', eur: 'EUR', '€': 'EUR', Euro: 'EUR', RUR: 'RUB', rur: 'RUB', '₽': 'RUB', 'руб.': 'RUB', '£': 'GBP', $: 'USD', 'US$': 'USD', 'A$': 'AUD', TL: 'TRY', DEM: 'DEM', 'Kč': 'CZK', грн: 'UAH' };
  for (const [word, code] of Object.entries(expected)) t.is(parseCurrency(word), code, word);
});

test('hard case 26: a word that is no currency is none, never a guess', (t) => {
  for (const word of ['', 'XYZ', 'money', 'e']) t.is(parseCurrency(word), null, word);
});

test('currencies are found in prices and not inside of words', (t) => {
  t.is(findCurrency('450.000 EUR'), 'EUR');
  t.is(findCurrency('A$1,250'), 'AUD');
  t.is(findCurrency('US$ 1,250'), 'USD');
  t.is(findCurrency('A loft at 250'), null);
  t.is(findCurrency('ALL inclusive'), 'ALL');
  t.is(findCurrency('all inclusive'), null);
});

test('a country names the currency of its homes', (t) => {
  t.is(currencyOfCountry('CY'), 'EUR');
  t.is(currencyOfCountry('AU'), 'AUD');
  t.is(currencyOfCountry('PA'), 'USD');
  t.is(currencyOfCountry(undefined), undefined);
});
