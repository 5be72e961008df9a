import test from 'ava';
import { currencyOfCountry } from '../../../shared/feeds/values/currency-of-country.ts';
import { findCurrency, hasUnclearSign, parseCurrency } from '../../../shared/feeds/values/currencies.ts';

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

test('hard case 26: a sign that several currencies share means the feed’s own where that is one of them, else none', (t) => {
  for (const [text, usual, code] of [['kr 3.200.000,-', 'NOK', 'NOK'], ['3 200 000 kr', 'SEK', 'SEK'], ['kr 3.200.000,-', 'EUR', null], ['Rs 1,25,00,000', 'INR', 'INR'], ['Rs. 1,25,00,000', 'EUR', null], ['¥50,000,000', 'JPY', 'JPY'], ['¥50,000,000', 'EUR', null]] as const) {
    t.is(findCurrency(text, usual), code, text);
    t.is(hasUnclearSign(text), true, text);
  }
  t.is(parseCurrency('kr', 'DKK'), 'DKK');
  t.is(parseCurrency('kr', 'EUR'), null);
  t.is(findCurrency('3 200 000 kr DKK'), 'DKK');
  t.is(findCurrency('R 1 950 000'), 'ZAR');
  t.is(findCurrency('R1,950,000', 'EUR'), 'ZAR');
  for (const [text, code] of [['125.000 lei', 'RON'], ['RM 450,000', 'MYR'], ['RM1.2m', 'MYR'], ['Rp2.500.000.000', 'IDR'], ['Rp. 750 000 000', 'IDR'], ['45 000 000 forint', 'HUF']] as const) t.is(findCurrency(text, 'EUR'), code, text);
  t.is(parseCurrency('RM'), 'MYR');
  t.deepEqual([findCurrency('125.000 lei', 'MDL'), parseCurrency('lei', 'MDL'), findCurrency('125.000 RON', 'MDL')], ['MDL', 'MDL', 'RON']);
  for (const text of ['3 RM', 'RM', 'Apt R 12', 'Rp']) t.is(findCurrency(text, 'EUR'), null, text);
  t.is(findCurrency('R$ 1.950.000'), 'BRL');
  t.is(findCurrency('VAR 1950'), null);
  t.true(hasUnclearSign('₲ 1.200.000'), 'a sign that is not known here');
  for (const text of ['450.000', '450.000 ¤', 'Kronberg 450', '€ 450.000', 'R 1 950 000']) t.false(hasUnclearSign(text), text);
});

test('hard case 26: of several currencies the one named first counts, and a code before a bare dollar', (t) => {
  t.is(findCurrency('£300,000 (€350,000)'), 'GBP');
  t.is(findCurrency('€350,000 / £300,000'), 'EUR');
  t.is(findCurrency('CAD $1,250,000'), 'CAD');
  t.is(findCurrency('$1.25m NZD'), 'NZD');
  t.is(findCurrency('$500,000 (450,000 EUR)'), 'USD');
});

test('a country names the currency of its homes', (t) => {
  t.is(currencyOfCountry('CY'), 'EUR');
  t.is(currencyOfCountry('AU'), 'AUD');
  t.is(currencyOfCountry('PA'), 'USD');
  t.is(currencyOfCountry(undefined), undefined);
});
