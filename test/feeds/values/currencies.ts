import test from 'ava';
import { hasUnknownWord } from '../../../shared/feeds/values/currency-words.ts';
import { currencyOfCountry } from '../../../shared/feeds/values/currency-of-country.ts';
import { findCurrency, hasUnclearSign, parseCurrency } from '../../../shared/feeds/values/currencies.ts';

test('codes, symbols, old codes and names are mapped', (t) => {
  const expected: Readonly<Record<string, string>> = {
    EUR: 'EUR',
    eur: 'EUR',
    '€': 'EUR',
    Euro: 'EUR',
    RUR: 'RUB',
    rur: 'RUB',
    '₽': 'RUB',
    'руб.': 'RUB',
    '£': 'GBP',
    $: 'USD',
    US$: 'USD',
    A$: 'AUD',
    TL: 'TRY',
    DEM: 'DEM',
    Kč: 'CZK',
    грн: 'UAH',
  };
  for (const [word, code] of Object.entries(expected)) t.is(parseCurrency(word), code, word);
});

test('an unknown currency is null, never a guess', (t) => {
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

test('a sign that several currencies share means the feed’s own where that is one of them, else none', (t) => {
  for (const [text, usual, code] of [
    ['kr 3.200.000,-', 'NOK', 'NOK'],
    ['3 200 000 kr', 'SEK', 'SEK'],
    ['kr 3.200.000,-', 'EUR', null],
    ['Rs 1,25,00,000', 'INR', 'INR'],
    ['Rs. 1,25,00,000', 'EUR', null],
    ['¥50,000,000', 'JPY', 'JPY'],
    ['¥50,000,000', 'EUR', null],
  ] as const) {
    t.is(findCurrency(text, usual), code, text);
    t.is(hasUnclearSign(text), true, text);
  }
  t.is(parseCurrency('kr', 'DKK'), 'DKK');
  t.is(parseCurrency('kr', 'EUR'), null);
  t.is(findCurrency('3 200 000 kr DKK'), 'DKK');
  t.is(findCurrency('R 1 950 000'), 'ZAR');
  t.is(findCurrency('R1,950,000', 'EUR'), 'ZAR');
  for (const [text, code] of [
    ['125.000 lei', 'RON'],
    ['RM 450,000', 'MYR'],
    ['RM1.2m', 'MYR'],
    ['Rp2.500.000.000', 'IDR'],
    ['Rp. 750 000 000', 'IDR'],
    ['45 000 000 forint', 'HUF'],
  ] as const)
    t.is(findCurrency(text, 'EUR'), code, text);
  t.is(parseCurrency('RM'), 'MYR');
  t.deepEqual(
    [findCurrency('125.000 lei', 'MDL'), parseCurrency('lei', 'MDL'), findCurrency('125.000 RON', 'MDL')],
    ['MDL', 'MDL', 'RON'],
  );
  for (const text of ['3 RM', 'RM', 'Apt R 12', 'Rp']) t.is(findCurrency(text, 'EUR'), null, text);
  t.is(findCurrency('R$ 1.950.000'), 'BRL');
  t.is(findCurrency('VAR 1950'), null);
  t.true(hasUnclearSign('₲ 1.200.000'), 'a sign that is not known here');
  for (const text of ['450.000', '450.000 ¤', 'Kronberg 450', '€ 450.000', 'R 1 950 000'])
    t.false(hasUnclearSign(text), text);
});

test('letters right before a dollar’s sign tell whose it is, unknown ones make it no one’s', (t) => {
  for (const [text, code] of [
    ['RD$ 4,500,000', 'DOP'],
    ['NT$ 25,000,000', 'TWD'],
    ['TT$1,950,000', 'TTD'],
    ['COL$ 450.000.000', 'COP'],
    ['N$ 1 950 000', 'NAD'],
    ['MXN$ 2,500,000', 'MXN'],
    ['U$S 120.000', 'USD'],
    ['U$D 120.000', 'USD'],
    ['From$500,000', 'USD'],
  ] as const) {
    t.is(findCurrency(text, 'EUR'), code, text);
    t.false(hasUnclearSign(text), text);
  }
  t.is(findCurrency('$ 4,500,000', 'DOP'), 'DOP');
  for (const text of ['QX$ 450,000', 'W$450,000', '$ 350,000 pesos'])
    t.deepEqual([findCurrency(text, 'EUR'), hasUnclearSign(text)], [null, true], text);
  t.is(findCurrency('$ 350,000 pesos', 'MXN'), 'MXN');
});

test('short words are currencies right alongside an amount', (t) => {
  const prices: Readonly<Record<string, string>> = {
    'Lek 8 500 000': 'ALL',
    '8.500.000 lekë': 'ALL',
    'KSh 12,000,000': 'KES',
    'KSh. 45,000 per month': 'KES',
    '9.500.000 din': 'RSD',
    '9.500.000 din.': 'RSD',
    '9.500.000 дин.': 'RSD',
    'S/ 350,000': 'PEN',
    'S/. 350,000': 'PEN',
    '250 000 GEL': 'GEL',
    '250 000 ლარი': 'GEL',
    '45 000 000 драм': 'AMD',
    '1 200 000 леев': 'MDL',
    'Php 5,000,000': 'PHP',
    '4.500.000 ден': 'MKD',
    '5.5 ล้านบาท': 'THB',
    '5800万円': 'JPY',
    '120.000 лв.': 'BGN',
    '2 tỷ đồng': 'VND',
    '1,5 milion lekë': 'ALL',
  };
  for (const [text, code] of Object.entries(prices)) t.is(findCurrency(text, 'EUR'), code, text);
  for (const [text, usual, code] of [
    ['1 200 000 DH', 'MAD', 'MAD'],
    ['1 200 000 DH', 'AED', 'AED'],
    ['1 200 000 DH', 'EUR', null],
    ['1 200 000 dirhams', 'MAD', 'MAD'],
    ['1 200 000 dirhams', 'EUR', 'AED'],
    ['350.000 pesos', 'ARS', 'ARS'],
    ['350.000 pesos', 'EUR', null],
  ] as const)
    t.is(findCurrency(text, usual), code, `${text} ${usual}`);
  for (const text of ['apartament din 1990', '350.000 s/ IVA', 'lek 3', 'kn'])
    t.is(findCurrency(text, 'EUR'), null, text);
  for (const [word, code] of [
    ['лв.', 'BGN'],
    ['din.', 'RSD'],
    ['KSh', 'KES'],
    ['Lek', 'ALL'],
    ['Rp.', 'IDR'],
    ['S/', 'PEN'],
  ] as const)
    t.is(parseCurrency(word), code, word);
});

test('an unknown word where a currency stands is no other’s price, other words are', (t) => {
  for (const text of [
    'Qz 450.000',
    '450.000 SR',
    'LE 5,000,000',
    'Q1,200,000',
    'K 250,000',
    '1.2m QR',
    'Zz. 45,000 per month',
  ])
    t.true(hasUnknownWord(text), text);
  for (const text of [
    '450.000',
    'POA',
    'From 450.000',
    'ab 450.000',
    'Ab 450.000',
    'Desde 450.000',
    '1.200 p.m.',
    '1200 PM',
    '1200 PCM',
    '450.000 VB',
    '450.000 VHB',
    'KM 1.200',
    '1.200 KM',
    '450.000 plus fees',
    '450.000 Plus Fees',
    '350.000 k.k.',
    '350.000 K.K.',
    '450,000 ONO',
    '450000 + VAT',
    'OIEO 450,000',
    '450.000 FAI',
    '1.200 CC',
    'Only 450,000',
    'Sold 450,000',
    'Prix 450 000',
    '3 Beds 450,000',
    'Lot 5',
    '450 Km',
    '1.2M',
    '450K',
    '450.000 A consultar',
    'Preis: 450.000',
    'Rent 1200',
    '450000 Neg',
    'P.V.P. 450.000',
    'Guide Price 450,000',
    '1 450 Mt.',
    'FHB 250 000',
    '450.000 Tel',
  ])
    t.false(hasUnknownWord(text), text);
});

test('of several currencies the one named first counts, and a code before a bare dollar', (t) => {
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
